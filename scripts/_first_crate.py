"""Room scripts/: a first crate from nothing: environment, cookiecutter, cloacina-lint, cargo build, cargo test."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
from pathlib import Path

from scripts import _cargo, _environment, _terminal
from scripts._environment import ROOT
from scripts._terminal import UserError, say


class Result:
    """What the closing summary tells: `done` and `left_out` are lines of text, `failed` names the steps that failed."""

    def __init__(self, crate: Path) -> None:
        self.crate = crate
        self.done: list[str] = []
        self.left_out: list[str] = []
        self.failed: list[str] = []


def main(arguments: list[str]) -> int:
    return _terminal.guarded(lambda: _run(_parse(arguments)))


def _questions() -> dict[str, object]:
    loaded: dict[str, object] = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    return loaded


def _parse(arguments: list[str]) -> argparse.Namespace:
    questions = _questions()
    versions = questions["cloacina_version"]
    assert isinstance(versions, list)
    parser = argparse.ArgumentParser(
        prog="first_crate.py",
        description="Generate a Cloacina service-mode crate, lint it and, where cargo is there, build it and run its "
        "tests in the real engine.",
    )
    parser.add_argument("--version", default=versions[0], choices=versions, help="of Cloacina (default: %(default)s)")
    parser.add_argument("--name", default=questions["crate_name"], help="of the crate (default: %(default)s)")
    parser.add_argument(
        "--output", type=Path, help="folder for the crate (default: first-crate/ in the work directory)"
    )
    parser.add_argument("--no-build", action="store_true", help="stop after the linter")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> int:
    # Asked first: a folder that cannot be used is told before anything is installed.
    output = (options.output or _environment.work_dir() / "first-crate" / options.version).resolve()
    crate = output / options.name
    existing = crate.exists()
    if existing:
        _check_existing(crate, options.version)
    environment = _environment.ensure(dev=False)
    result = Result(crate)
    if existing:
        say(f"ok   the crate is there already and is kept as it is: {crate}")
        result.done.append("generated earlier")
    else:
        _generate(environment, options, output, crate)
        result.done.append("generated")
    _lint(environment, result)
    reason = "--no-build was given" if options.no_build else _cargo.lacking()
    if reason:
        result.left_out.append(f"building it and running its tests in the engine: {reason}")
    else:
        _build_and_test(result)
    return _summary(result, options.version)


def _check_existing(crate: Path, version: str) -> None:
    manifest = crate / "Cargo.toml"
    text = manifest.read_text(encoding="utf-8") if manifest.is_file() else ""
    if not re.search(rf'^cloacina-workflow\b.*"[=^~]?{re.escape(version)}"', text, re.MULTILINE):
        raise UserError(
            f"{crate} is there already and is not a crate for Cloacina {version}; give another --output or --name"
        )


def _generate(environment: _environment.Environment, options: argparse.Namespace, output: Path, crate: Path) -> None:
    work = _environment.work_dir()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {output} ({error.strerror}); give another --output") from error
    # cookiecutter's own habits (a folder of clones, a replay file) stay inside the work directory.
    config = work / "cookiecutter" / "config.yaml"
    config.parent.mkdir(parents=True, exist_ok=True)
    folders = {"cookiecutters_dir": str(config.parent / "clones"), "replay_dir": str(config.parent / "replay")}
    config.write_text(json.dumps(folders), encoding="utf-8")
    command: list[Path | str] = [environment.program("cookiecutter"), ROOT, "--no-input", "--output-dir", output]
    command += [f"crate_name={options.name}", f"cloacina_version={options.version}"]
    log = work / "logs" / "cookiecutter.log"
    env = environment.variables(COOKIECUTTER_CONFIG=str(config), PYTHONDONTWRITEBYTECODE="1")
    if _terminal.run_step("generate the crate", command, log, cwd=work, env=env):
        lines = _terminal.last_lines(log, 3)
        raise UserError(re.sub(r"^error: ", "", lines[0]) if len(lines) == 1 else f"cookiecutter failed: see {log}")
    if not (crate / "Cargo.toml").is_file():
        raise UserError(f"cookiecutter made no {crate}; its words are in {log}")


def _lint(environment: _environment.Environment, result: Result) -> None:
    log = _environment.work_dir() / "logs" / "lint.log"
    command = [environment.program("cloacina-lint"), result.crate]
    if _terminal.run_step("lint it with cloacina-lint", command, log, env=environment.variables()):
        _terminal.show_tail(log, 60)
        result.failed.append("cloacina-lint")
    else:
        result.done.append("linted: no errors, no warnings")


def _build_and_test(result: Result) -> None:
    # The crate gets a target folder of its own, as it would in its author's hands, unless the caller names one.
    target = Path(os.environ.get("CARGO_TARGET_DIR") or result.crate / "target")
    env = _cargo.progress(dict(os.environ))
    log = _environment.work_dir() / "logs" / "cargo-build.log"
    command = ["cargo", "build", "--release"]
    if _terminal.run_step("cargo build --release", command, log, cwd=result.crate, env=env):
        _failed(result, "cargo build --release", log)
        return
    library = _library(target / "release", result.crate.name)
    if library is None:
        result.failed.append(f"cargo build --release (no shared library in {target / 'release'})")
        return
    result.done.append(f"built: {library}")
    log = _environment.work_dir() / "logs" / "cargo-test.log"
    if not (target / "debug").is_dir():
        say("     the first cargo test also builds the engine that runs the crate: some minutes, once")
    if _terminal.run_step("cargo test", ["cargo", "test"], log, cwd=result.crate, env=env, note=_counted):
        _failed(result, "cargo test", log)
        return
    result.done.append(f"tested: {_counted(log.read_text(encoding='utf-8', errors='replace'))}")


def _failed(result: Result, step: str, log: Path) -> None:
    _terminal.show_tail(log)
    meaning = _cargo.hint(log)
    result.failed.append(f"{step}{f' ({meaning})' if meaning else ''}")


def _library(folder: Path, crate_name: str) -> Path | None:
    for suffix in ("so", "dylib"):
        path = folder / f"lib{crate_name.replace('-', '_')}.{suffix}"
        if path.is_file():
            return path
    return None


def _counted(log: str) -> str:
    """cargo test's output -> "5 passed, 2 of them in tests/service_mode.rs through the real engine"."""
    passed: dict[str, int] = {}
    where = ""
    for line in log.replace("\r", "\n").split("\n"):
        running = re.match(r"\s+(?:Running (?:unittests )?(\S+)|(Doc-tests)) ", line)
        if running:
            where = running[1] or running[2]
        counted = re.match(r"test result: ok\. (\d+) passed", line)
        if counted:
            passed[where] = passed.get(where, 0) + int(counted[1])
    loaded = passed.get("tests/service_mode.rs", 0)
    total = f"{sum(passed.values())} passed"
    return f"{total}, {loaded} of them through the real engine (tests/service_mode.rs)" if loaded else total


def _summary(result: Result, version: str) -> int:
    say()
    say(f"Your crate for Cloacina {version}: {result.crate}")
    for line in result.done:
        say(f"  done      {line}")
    for line in result.left_out:
        say(f"  left out  {line}")
    for line in result.failed:
        say(f"  FAILED    {line}")
    if not result.failed:
        say("Go on with:")
        say(f"  cd {shlex.quote(str(result.crate))}")
        if shutil.which("cargo"):
            say("  cargo test")
        say("Its README.md says how to build, test, pack and upload it.")
    return 1 if result.failed else 0
