"""Room tests/lint/: the README's two commands where they can go wrong: old Python, no cargo, Ctrl-C, a taken folder."""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tomli

from scripts import _cargo, _environment, _first_crate, _terminal, _test
from tests.support import ROOT, work_dir

COMMANDS = ("first_crate.py", "test.py")


def run_script(name: str, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / name), *map(str, arguments)]
    env = {**os.environ, "CLOACINA_SERVICE_WORK": str(work_dir()), **variables}
    # Another folder on purpose: the commands work from anywhere.
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd="/", stdin=subprocess.DEVNULL)


@pytest.fixture
def no_cargo(tmp_path: Path) -> str:
    """A PATH on which there is git, and no cargo."""
    folder = tmp_path / "bin"
    folder.mkdir()
    git = shutil.which("git")
    if git:
        (folder / "git").symlink_to(git)
    return str(folder)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_old_python_gets_one_line(name: str) -> None:
    script = ROOT / "scripts" / name
    pretend = f"import runpy, sys; sys.version_info = (3, 8, 18); runpy.run_path({str(script)!r}, run_name='__main__')"
    outcome = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert outcome.returncode == 2
    assert re.fullmatch(r"error: .*needs Python 3\.10 or newer, this is 3\.8; .*python3\.12 .*\n", outcome.stderr)
    # Nothing in the file may be newer than the Python it is meant to turn away.
    nodes = list(ast.walk(ast.parse(script.read_text(encoding="utf-8"))))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.AsyncFunctionDef)
    assert not [node for node in nodes if isinstance(node, newer)]
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "__future__"]


def test_without_cargo_a_crate_is_generated_and_linted(no_cargo: str, tmp_path: Path) -> None:
    outcome = run_script("first_crate.py", "--output", tmp_path / "out", "--version", "0.11.1", PATH=no_cargo)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    crate = tmp_path / "out" / "my-service"
    assert 'cloacina-workflow-plugin = "0.11.1"' in (crate / "Cargo.toml").read_text(encoding="utf-8")
    assert f"Your crate for Cloacina 0.11.1: {crate}" in outcome.stdout
    assert "linted: no errors" in outcome.stdout
    assert re.search(r"left out .*cargo was not found; install Rust from https://rustup\.rs", outcome.stdout)
    assert not (crate / "target").exists()

    # Again: nothing is made anew, what its author wrote meanwhile is kept, and what is wrong with it is shown.
    package = crate / "package.toml"
    package.write_text(package.read_text(encoding="utf-8").replace("my-service", "another"), encoding="utf-8")
    again = run_script("first_crate.py", "--output", tmp_path / "out", "--version", "0.11.1", PATH=no_cargo)
    assert again.returncode == 1
    assert "kept as it is" in again.stdout
    assert "FAILED    cloacina-lint" in again.stdout
    assert "package.toml" in again.stdout
    assert "another" in package.read_text(encoding="utf-8")


def test_a_taken_folder_is_left_alone(tmp_path: Path, no_cargo: str) -> None:
    (tmp_path / "my-service").mkdir()
    (tmp_path / "my-service" / "Cargo.toml").write_text('[package]\nname = "mine"\n', encoding="utf-8")
    outcome = run_script("first_crate.py", "--output", tmp_path, PATH=no_cargo)
    assert outcome.returncode == 2
    assert re.fullmatch(r"error: .*my-service is there already and is not a crate for Cloacina .*\n", outcome.stderr)
    assert [path.name for path in (tmp_path / "my-service").iterdir()] == ["Cargo.toml"]


def test_a_bad_name_is_refused_in_one_line(tmp_path: Path, no_cargo: str) -> None:
    outcome = run_script("first_crate.py", "--output", tmp_path / "out", "--name", "9 lives", PATH=no_cargo)
    assert outcome.returncode == 2
    assert re.fullmatch(r"error: .*9 lives.*\n", outcome.stderr)
    assert list((tmp_path / "out").iterdir()) == []


def test_an_output_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path, no_cargo: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    outcome = run_script("first_crate.py", "--output", tmp_path / "file" / "out", PATH=no_cargo)
    assert outcome.returncode == 2
    assert re.fullmatch(r"error: .*file/out.*--output\n", outcome.stderr)


def test_strict_without_cargo_is_a_failure(no_cargo: str) -> None:
    outcome = run_script("test.py", "--strict", PATH=no_cargo)
    assert outcome.returncode == 2
    assert "error: cargo was not found" in outcome.stderr
    assert "passed" not in outcome.stdout


def test_ctrl_c_ends_the_step_and_says_one_line(tmp_path: Path) -> None:
    marker = tmp_path / "started"
    child = (
        f"import os, pathlib, time; pathlib.Path({str(marker)!r}).write_text(str(os.getpid()), encoding='utf-8');"
        "time.sleep(60)"
    )
    program = (
        "import pathlib, sys; from scripts import _terminal; sys.exit(_terminal.guarded(lambda: _terminal.run_step("
        f"'wait', [sys.executable, '-c', {child!r}], pathlib.Path({str(tmp_path / 'log')!r}))))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for _ in range(200):
        if marker.exists() and marker.read_text(encoding="utf-8"):
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert stderr == "stopped; run the same command again to go on from here\n"
    assert "STOP wait" in stdout
    with pytest.raises(ProcessLookupError):
        os.kill(int(marker.read_text(encoding="utf-8")), 0)


def test_a_step_that_fails_keeps_its_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "logs" / "step.log"
    script = "import sys; print('first'); print('last', file=sys.stderr); sys.exit(3)"
    assert _terminal.run_step("try", [sys.executable, "-u", "-c", script], log) == 3
    _terminal.show_tail(log)
    shown = capsys.readouterr().out
    assert "FAIL try" in shown
    assert "| first\n" in shown
    assert "| last\n" in shown
    with pytest.raises(_terminal.UserError, match="cannot start no-such-program"):
        _terminal.run_step("try", ["no-such-program"], log)


def test_a_full_disk_is_told_before_anything_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "not" / "there" / "yet"
    monkeypatch.setenv("CLOACINA_SERVICE_WORK", str(work))
    monkeypatch.setattr(_environment, "ensure", lambda dev: None)
    free = [3 * 10**9]
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(0, 0, free[0]))
    with pytest.raises(_terminal.UserError) as told:
        _test._run(*_test._parse([]))
    assert str(told.value) == (
        f"the builds need 16 GB in {work}, and 3 are free; make room, or name a directory with more in "
        "CLOACINA_SERVICE_WORK; --quick leaves these tests out"
    )
    assert _cargo.no_room(3) is None
    (work / "target").mkdir(parents=True)
    assert _cargo.no_room(12) is None, "most of it is there"
    free[0] = 10**9
    assert "need 3 GB" in str(_cargo.no_room(12))


def test_cargo_output_is_counted() -> None:
    log = (
        "    Building [=====> ] 3/9: tokio\r"
        "     Running unittests src/lib.rs (target/debug/deps/a-1)\n\n"
        "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n"
        "     Running tests/service_mode.rs (target/debug/deps/service_mode-2)\n\n"
        "test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s\n"
        "   Doc-tests a\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n"
    )
    assert _first_crate._counted(log) == "5 passed, 2 of them through the real engine (tests/service_mode.rs)"
    assert _first_crate._counted("test result: FAILED. 1 passed; 1 failed\n") == "0 passed"


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("error: rustc 1.70.0 is not supported by\n  demo@0.1.0 requires rustc 1.85", "rustc 1.85 or newer"),
        ("  = note: /usr/bin/ld: cannot find -lpython3.11: No such file", "python3-dev"),
        ("  = note: rust-lld: error: unable to find library -lpq", "libpq-dev"),
        ("error: linker `cc` not found", "no C compiler"),
        ("error: failed to write: No space left on device (os error 28)", "the disk is full"),
    ],
)
def test_a_failed_build_is_explained(said: str, meaning: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(said, encoding="utf-8")
    hint = _cargo.hint(log)
    assert hint is not None
    assert meaning in hint
    log.write_text("error[E0433]: failed to resolve: use of undeclared crate `chrono`", encoding="utf-8")
    assert _cargo.hint(log) is None


def test_the_junit_file_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    assert _test._counts(report) is None
    report.write_text(
        "<testsuites><testsuite><testcase/><testcase/><testcase><failure/></testcase>"
        "<testcase><error/></testcase><testcase><skipped/></testcase></testsuite></testsuites>",
        encoding="utf-8",
    )
    assert _test._counts(report) == (2, 2, 1)


def test_the_digest_follows_names_and_contents(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "one").write_text("1", encoding="utf-8")
    first = _environment.digest([folder])
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_text("2", encoding="utf-8")
    assert _environment.digest([folder]) == first
    (folder / "one").write_text("2", encoding="utf-8")
    assert _environment.digest([folder]) != first
    (folder / "one").write_text("1", encoding="utf-8")
    (folder / "one").rename(folder / "two")
    assert _environment.digest([folder]) != first


def _locked(lock: Path) -> dict[str, set[str]]:
    """The lines `name==version [; marker]` of a lock file, by name."""
    found: dict[str, set[str]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        pin = re.match(r"([a-z0-9-]+)==(\S+)(?: ; (.*?))? \\$", line)
        if pin:
            found.setdefault(pin[1], set()).add(f"{pin[2]} {pin[3] or ''}".strip())
    return found


def test_the_lock_files_hold_what_pyproject_asks_for() -> None:
    dev, runtime = _locked(_environment.LOCK_DEV), _locked(_environment.LOCK)
    project = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=!~ \[;]", text, maxsplit=1)[0].lower() for text in requirements}

    runtime_names = names(project["project"]["dependencies"]) | {"cookiecutter", "setuptools"}
    assert runtime_names <= set(runtime)
    assert runtime_names | names(project["dependency-groups"]["dev"]) <= set(dev)
    # The first command and the tests work with the same versions.
    assert {name: dev.get(name) for name in runtime} == runtime
    for lock in (_environment.LOCK, _environment.LOCK_DEV):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "scripts/lock.sh" in text.splitlines()[1]
