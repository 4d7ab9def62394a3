"""Room tests/e2e/: how a crate fares for real: cargo builds it, and the probe host (tests/e2e/probe) packs, uploads,
loads and executes it with the published engine. Knows nothing of the linter's rules.

A build goes into the crate's own target directory with the shared one as cargo's build directory, so that crates of
one name cannot take each other's library. Both the proofs and the exam (tests/exam) judge with this.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from tests.support import STRICT, cargo_env, work_dir

PROBE = Path(__file__).resolve().parent / "probe"
# The engine that stands for each generation, and the version of fidius-core it uses.
HOSTS = {(0, 6): "0.6.1", (0, 7): "0.6.1", (0, 8): "0.9.0", (0, 9): "0.9.0", (0, 10): "0.10.0"}
HOSTS.update({(0, 11): "0.11.1", (0, 12): "0.11.1"})
BUILD_SECONDS, RUN_SECONDS = 900, 30
MEMORY_VERSION = 3  # one more when what `judge` remembers changes
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def host_version(version: str) -> str | None:
    """The engine that loads packages of this version, None where there is no probe for its generation (0.5)."""
    major, minor = version.split(".")[:2]
    return HOSTS.get((int(major), int(minor)))


def library_name(package: str) -> str:
    """The file that the compiler service looks for."""
    suffix = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
    prefix = "" if sys.platform == "win32" else "lib"
    return f"{prefix}{package.replace('-', '_')}{suffix}"


class Built:
    """`ok`: cargo succeeded; `output`: what it printed; `libraries`: the shared libraries that came out."""

    def __init__(self, ok: bool, output: str, crate: Path, libraries: list[Path]) -> None:
        self.ok = ok
        self.output = output
        self.crate = crate
        self.libraries = libraries

    def library(self, package: str) -> Path | None:
        """The library of this package, None where no file has its name."""
        return next((path for path in self.libraries if path.name == library_name(package)), None)


def digest(files: dict[str, str]) -> str:
    """A name for this content; integration tests, which no build of the library sees, do not count."""
    seen = {path: text for path, text in files.items() if not path.startswith("tests/")}
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:20]


def _run(command: list[str], directory: Path, env: dict[str, str], seconds: int) -> tuple[int, str]:
    nice = ["nice", "-n", "5"] if shutil.which("nice") else []
    try:
        run = subprocess.run(
            [*nice, *command], cwd=directory, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired as slow:
        return 124, (slow.stdout or b"").decode("utf-8", "replace") + f"\nstopped after {seconds} s\n"
    return run.returncode, _ANSI.sub("", run.stdout.decode("utf-8", "replace"))


def _cargo_env(target: Path) -> dict[str, str]:
    shared = os.environ.get("CARGO_BUILD_BUILD_DIR") or str(work_dir() / "target")
    return {**cargo_env(), "CARGO_TARGET_DIR": str(target), "CARGO_BUILD_BUILD_DIR": shared}


def _lock(version: str) -> Path:
    return work_dir() / "proofs" / "locks" / f"{version}.lock"


def _unoptimised(files: dict[str, str]) -> list[str]:
    """The crate alone without optimisation: it exports and does the same, and is there in a quarter of the time. Not
    for a crate with a profile of its own."""
    manifest = files.get("Cargo.toml", "")
    name = re.search(r'^name = "([a-z][a-z0-9_-]*)"', manifest, re.MULTILINE)
    if name is None or "profile" in manifest:
        return []
    return ["--config", f"profile.release.package.{name[1]}.opt-level=0"]


def build(files: dict[str, str], version: str, kept: str = "proofs") -> Built:
    """`cargo build --release --lib` of a crate given as path -> text, as the compiler service calls it.

    One lock file a version is shared, so that resolution is quick and the same everywhere. `kept`: the folder in the
    work directory where the crate is built; the caller takes it away.
    """
    place = work_dir() / kept / f"{digest(files)}-{os.getpid()}"
    crate, target = place / "crate", place / "target"
    shutil.rmtree(place, ignore_errors=True)
    for path, text in files.items():
        file = crate / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))
    lock = _lock(version)
    # A lock file would decide what `*` picks.
    if "Cargo.lock" not in files and lock.is_file() and '"*"' not in files.get("Cargo.toml", ""):
        shutil.copyfile(lock, crate / "Cargo.lock")
    command = ["cargo", "build", "--release", "--lib", *_unoptimised(files)]
    code, output = _run(command, crate, _cargo_env(target), BUILD_SECONDS)
    if code == 0 and not lock.is_file() and (crate / "Cargo.lock").is_file():
        lock.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(crate / "Cargo.lock", lock)
    if "Cargo.lock" not in files:  # what is packed and uploaded is the crate as it was given
        (crate / "Cargo.lock").unlink(missing_ok=True)
    suffix = Path(library_name("x")).suffix
    return Built(code == 0, output, crate, sorted((target / "release").glob(f"*{suffix}")))


@cache
def probe(version: str) -> Path:
    """The probe host for this engine version, built once. Raises AssertionError with cargo's output."""
    place = work_dir() / "probe-host" / version
    target = work_dir() / "probe-host" / f"target-{version}"
    program, stamp = target / "debug" / "cloacina-probe", target / "built-from"
    if program.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == _state():
        return program
    minor = int(version.split(".")[1])
    manifest = (PROBE / "Cargo.toml").read_text(encoding="utf-8").replace('"0.6.1"', f'"{version}"')
    if minor >= 10:
        manifest = manifest.replace('fidius-core = "0.2"', 'fidius-core = "0.5"')
    for path, text in (("Cargo.toml", manifest), ("src/main.rs", (PROBE / "src/main.rs").read_text(encoding="utf-8"))):
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
    features = ["--features", "poll-schedules"] if minor >= 8 else []
    env = {**_cargo_env(target), "CARGO_BUILD_BUILD_DIR": str(work_dir() / "target")}
    code, output = _run(["cargo", "build", *features], place, env, 2 * BUILD_SECONDS)
    assert code == 0, output
    stamp.write_text(_state(), encoding="utf-8")
    return program


def serve(built: Built, library: Path, version: str) -> dict[str, Any]:
    """What the engine of this version does with a built crate: the probe's report, plus `exit` (the host's exit
    status, negative for a signal) and `log` (its warnings and panics, line by line)."""
    host = host_version(version)
    assert host is not None, f"no probe host for {version}"
    report = built.crate.parent / "report.json"
    report.unlink(missing_ok=True)
    command = [str(probe(host)), str(built.crate), str(library), str(report), str(RUN_SECONDS)]
    code, output = _run(command, built.crate.parent, dict(os.environ), 4 * RUN_SECONDS)
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else {}
    found["exit"] = code
    # Time stamps off, so that two runs read the same.
    found["log"] = [re.sub(r"^\S+Z +", "", line) for line in output.splitlines() if line.strip()]
    return found


def told(report: dict[str, Any]) -> str:
    """A report as text that a proof's pattern is searched in: `key: JSON` lines, then `log: ` lines."""
    lines = [f"{key}: {json.dumps(value, sort_keys=True)}" for key, value in report.items() if key != "log"]
    return "\n".join(lines + [f"log: {line}" for line in report.get("log", [])])


def trouble(report: dict[str, Any]) -> str:
    """Why a load or an execution went wrong, one line; empty where all of it went well."""
    if report["exit"] != 0:
        return f"the host died: exit status {report['exit']}: {' '.join(report['log'][-3:])}"
    for step in (
        "library",
        "pack",
        "upload",
        "compiler",
        "load",
        "triggers",
        "reactors",
        "graph",
        "graphs_without_reactor",
    ):
        value = report.get(step)
        if isinstance(value, dict) and "error" in value:
            return f"{step}: {value['error']}"
    if "stopped" in report:
        return f"stopped: {report['stopped']}"
    for schedule in report["schedules"]:
        if schedule.get("error"):
            return f"schedule {schedule['cron']}: {schedule['error']}"
    for execution in report["executions"]:
        if execution["status"] != "Completed":
            return f"workflow {execution['workflow']}: {execution['status']}: {execution.get('error')}"
        for task in execution["tasks"]:
            if not task["status"].startswith("Completed"):
                return f"task {task['task']}: {task['status']}: {task['error']}"
    return ""


class Memory:
    """Outcomes by content, kept in the work directory while cargo and the probe stay the same; under --strict (CI) only
    as long as the process lives."""

    def __init__(self, name: str) -> None:
        self._file = work_dir() / "proofs" / f"{name}-{_state()}-{MEMORY_VERSION}.json"
        self._known: dict[str, Any] = {}
        if not STRICT and self._file.is_file():
            self._known = json.loads(self._file.read_text(encoding="utf-8"))

    def get(self, key: str) -> Any:
        return self._known.get(key)

    def put(self, key: str, value: Any) -> None:
        self._known[key] = value
        self._file.parent.mkdir(parents=True, exist_ok=True)
        partial = self._file.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(self._known), encoding="utf-8")
        partial.replace(self._file)


@cache
def _state() -> str:
    """A name for the cargo and the probe of this moment."""
    cargo = subprocess.run(["cargo", "--version"], capture_output=True, check=True).stdout
    sources = (PROBE / "src/main.rs").read_bytes() + (PROBE / "Cargo.toml").read_bytes()
    return hashlib.sha256(cargo + sources).hexdigest()[:12]


def judge(files: dict[str, str], package: str, version: str, memory: Memory, load: bool = True) -> dict[str, Any]:
    """`{"built": bool, "output": str, "libraries": [names], "library": bool, "symbols": [names], "report": {...} or
    None}` of a crate; remembered. `load=False` leaves the probe out."""
    key = f"{digest(files)}-{version}-{'load' if load else 'build'}"
    known: dict[str, Any] | None = memory.get(key)
    if known is None:
        from cloacina_lint.deep.symbols import exported_symbols

        built = build(files, version)
        library = built.library(package)
        known = {
            "built": built.ok,
            "output": built.output
            if len(built.output) < 20000
            else built.output[:10000] + "\n...\n" + built.output[-9000:],
            "libraries": [path.name for path in built.libraries],
            "library": library is not None,
            "symbols": [name for name in exported_symbols(str(library)) if "fidius" in name] if library else [],
            "report": serve(built, library, version) if built.ok and library and load else None,
        }
        shutil.rmtree(built.crate.parent, ignore_errors=True)
        memory.put(key, known)
    return known
