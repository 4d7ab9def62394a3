"""Room tests/lint: deep/ without a cargo: symbols, the mirror, processes, and what the messages of cargo become."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cloacina_lint.deep import DeepError, DeepRequest, DeepResult, run
from cloacina_lint.deep.mirror import Mirror
from cloacina_lint.deep.process import Runner
from cloacina_lint.deep.progress import make_progress
from cloacina_lint.source.text import SourceFile

MANIFEST = """[package]
name = "my-crate"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib", "rlib"]

[dependencies]
cloacina-workflow = "0.6.1"
serde_json = { version = "1" }

[dependencies.foo]
path = "../foo"
"""
SOURCE = "pub fn nothing() {}\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def opener(crate: Path) -> Callable[[str], SourceFile | None]:
    def open_source(path: str) -> SourceFile | None:
        file = crate / path
        return SourceFile(str(file), file.read_text(encoding="utf-8"), path) if file.is_file() else None

    return open_source


# The mirror


def snapshot(root: Path) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(root.rglob("*")):
        info = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(root))] = (stat.S_IFMT(info.st_mode), content, info.st_mtime_ns)
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "ws"
    write(
        root,
        {
            "Cargo.toml": "[workspace]\nmembers = ['a', 'b']\n",
            "Cargo.lock": "version = 4\n",
            "target/x.bin": "x",
            ".git/HEAD": "x",
            "b/src/lib.rs": "",
            "a/Cargo.toml": MANIFEST,
            "a/src/lib.rs": SOURCE,
            "a/target/debug/big": "x",
            "a/.git/HEAD": "x",
            "a/cache/CACHEDIR.TAG": "x",
            "a/src/target/mod.rs": "",
        },
    )
    (root / "a" / "inside").symlink_to("src/lib.rs")
    (root / "a" / "outside").symlink_to("../b/src")
    (root / "Cargo.lock").chmod(0o444)
    return root


def test_the_mirror_has_what_cargo_needs_and_nothing_else(workspace: Path, tmp_path: Path) -> None:
    before = snapshot(workspace)
    with Mirror(str(tmp_path / "m"), str(workspace / "a")) as mirror:
        copy = Path(mirror.crate_dir)
        assert sorted(os.listdir(copy)) == ["Cargo.toml", "inside", "outside", "src"]
        assert (copy / "src" / "target" / "mod.rs").is_file()
        assert os.readlink(copy / "inside") == "src/lib.rs"
        assert os.readlink(copy / "outside") == str(workspace / "b" / "src")
        assert sorted(os.listdir(copy.parent)) == ["Cargo.lock", "Cargo.toml", "a", "b"]
        assert os.readlink(copy.parent / "b") == str(workspace / "b")
        assert (copy / "src" / "lib.rs").stat().st_mtime_ns == (workspace / "a/src/lib.rs").stat().st_mtime_ns
        lock = copy.parent / "Cargo.lock"
        assert not lock.is_symlink()
        lock.write_text("changed", encoding="utf-8")
        (copy / "src" / "lib.rs").write_text("changed", encoding="utf-8")
        (copy / "made.txt").write_text("made", encoding="utf-8")
        assert mirror.to_real(str(copy / "src")) == str(workspace / "a" / "src")
        assert mirror.real_text(f"in {copy}/x") == f"in {workspace}/a/x"
    assert snapshot(workspace) == before


def test_the_mirror_follows_the_crate(workspace: Path, tmp_path: Path) -> None:
    crate = workspace / "a"
    with Mirror(str(tmp_path / "m"), str(crate)) as mirror:
        copy = Path(mirror.crate_dir)
        kept = (copy / "Cargo.toml").stat().st_ino
        (copy / "made.txt").write_text("made by a test", encoding="utf-8")
    (crate / "src" / "lib.rs").write_text("// new\n", encoding="utf-8")
    (crate / "inside").unlink()
    shutil.rmtree(crate / "src" / "target")
    (crate / "src" / "target").write_text("a file now", encoding="utf-8")
    (workspace / "Cargo.lock").unlink()
    with Mirror(str(tmp_path / "m"), str(crate)):
        assert (copy / "src" / "lib.rs").read_text(encoding="utf-8") == "// new\n"
        assert (copy / "src" / "target").read_text(encoding="utf-8") == "a file now"
        assert sorted(os.listdir(copy)) == ["Cargo.toml", "outside", "src"]
        assert not (copy.parent / "Cargo.lock").exists()
        assert (copy / "Cargo.toml").stat().st_ino == kept, "an unchanged file is not written again"


def test_a_mirror_inside_the_crate_does_not_copy_itself(tmp_path: Path) -> None:
    crate = write(tmp_path.resolve(), {"Cargo.toml": MANIFEST})
    for _ in range(2):
        with Mirror(str(crate / "cache" / "m"), str(crate)) as mirror:
            assert os.listdir(mirror.crate_dir) == ["Cargo.toml"]


def test_a_mirror_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    crate = write(tmp_path / "crate", {"Cargo.toml": MANIFEST})
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DeepError, match="cannot copy the crate"), Mirror(str(tmp_path / "file"), str(crate)):
        pass


def test_two_linters_on_one_crate_wait_for_each_other(tmp_path: Path) -> None:
    crate = write(tmp_path / "crate", {"Cargo.toml": MANIFEST})
    code = (
        "import sys; from cloacina_lint.deep.mirror import Mirror\n"
        "with Mirror(sys.argv[1], sys.argv[2]): print('in', flush=True)\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", code, str(tmp_path / "m"), str(crate)]
    with Mirror(str(tmp_path / "m"), str(crate)):
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(timeout=1)
    assert other.communicate(timeout=20)[0] == "in\n"


# Processes


def shell(tmp_path: Path, timeout: float | None = None) -> Runner:
    return Runner(str(tmp_path), dict(os.environ), timeout)


def test_lines_come_as_they_are_written(tmp_path: Path) -> None:
    out: list[str] = []
    err: list[str] = []
    output = shell(tmp_path).run(
        ["/bin/sh", "-c", "echo one; echo two >&2; printf '\\377\\r\\n'; exit 3"],
        "sh",
        on_out=out.append,
        on_err=err.append,
    )
    assert (output.status, output.out, output.err) == (3, ["one", "\ufffd"], ["two"])
    assert (out, err) == (output.out, output.err)
    both = shell(tmp_path).run(["/bin/sh", "-c", "echo one; echo two >&2; echo three"], "sh", merge=True)
    assert both.out == ["one", "two", "three"]


def group_of(file: Path) -> int:
    for _ in range(200):
        if file.exists() and file.read_text(encoding="utf-8").strip():
            return int(file.read_text(encoding="utf-8"))
        time.sleep(0.05)
    raise AssertionError("the program did not start")


def alive(group: int) -> bool:
    """Whether a process of the group still runs. One that has ended and waits to be reaped by init does not."""
    states = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(int(pgid) == group and not state.startswith("Z") for pgid, state in map(str.split, states.splitlines()))


def test_the_timeout_ends_the_whole_group(tmp_path: Path) -> None:
    started = time.monotonic()
    script = "trap '' TERM; echo $$ > pid; sleep 60 & sleep 60; sleep 60"
    with pytest.raises(DeepError, match=r"the build took longer than 1 s"):
        shell(tmp_path, 1).run(["/bin/sh", "-c", script], "the build")
    assert time.monotonic() - started < 20
    assert not alive(group_of(tmp_path / "pid"))


def test_a_child_left_behind_does_not_hold_up_the_end(tmp_path: Path) -> None:
    started = time.monotonic()
    output = shell(tmp_path).run(["/bin/sh", "-c", "echo $$ > pid; sleep 60 & echo done"], "sh")
    assert (output.status, output.out) == (0, ["done"])
    assert time.monotonic() - started < 20
    assert not alive(group_of(tmp_path / "pid"))


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DeepError, match="/no/cargo cannot be run: No such file"):
        shell(tmp_path).run(["/no/cargo"], "cargo")


# A cargo that is a script


def fake_cargo(tmp_path: Path, body: str) -> str:
    program = tmp_path / "bin" / "cargo"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/calls"\n{body}\n', encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str | None, **more: Any) -> DeepResult:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    crate = write(tmp_path.resolve() / "my-crate", {"Cargo.toml": MANIFEST, "src/lib.rs": SOURCE})
    request = DeepRequest(
        crate_dir=str(crate),
        package="my-crate",
        lib_name="my_crate",
        contract_version="0.6.1",
        cargo=None if body is None else fake_cargo(tmp_path, body),
        open_source=opener(crate),
        **more,
    )
    before = snapshot(crate)
    try:
        return run(request)
    finally:
        assert snapshot(crate) == before


LOCATE = """case "$1" in
locate-project) for last; do :; done; echo "$last"; exit;;
tree) echo "a v1"; echo "b v1 (*)"; exit;;
esac
"""


def test_no_cargo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeepError, match="cargo was not found: install Rust"):
        deep(tmp_path, monkeypatch, None)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            """error: failed to get `serde` as a dependency of package `my-crate v0.1.0`

Caused by:
  download of config.json failed

Caused by:
  [6] Could not resolve hostname (Could not resolve host: index.example)""",
            "check the network",
        ),
        (
            """error: no matching package named `serde` found
location searched: an index
As a reminder, you're using offline mode (--offline) which can sometimes cause surprising resolution failures""",
            "run once without --offline",
        ),
        ("error: failed to write `x`\n\nCaused by:\n  No space left on device (os error 28)", "no space left"),
        ("error: toolchain '1.70' is not installed", "toolchain 1.70 is not there"),
        (
            "error: failed to open: /t/.cargo-lock\n\nCaused by:\n  Permission denied (os error 13)",
            "check the rights of the target directory",
        ),
        ("error: could not execute process `rustc -vV` (never executed)", "toolchain rustc is not there"),
        ("something strange", "status 101"),
    ],
)
def test_faults_of_the_machine_are_no_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    with pytest.raises(DeepError) as error:
        deep(tmp_path, monkeypatch, f"{LOCATE}cat >&2 <<'END'\n{said}\nEND\nexit 101")
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_linker_is_the_machines_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = {
        "reason": "compiler-message",
        "package_id": "x#serde@1.0.0",
        "manifest_path": "/r/Cargo.toml",
        "target": {},
    }
    message["message"] = {
        "message": "linker `cc` not found",
        "level": "error",
        "code": None,
        "spans": [],
        "children": [],
    }
    with pytest.raises(DeepError, match="no linker `cc`: install a C compiler"):
        deep(tmp_path, monkeypatch, f"{LOCATE}echo '{json.dumps(message)}'\nexit 101")


def test_the_commands_and_the_silence_of_a_crate_without_a_shared_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = deep(tmp_path, monkeypatch, f"{LOCATE}exit 0", offline=True, tests=False)
    assert (result.build, result.library, result.tests, result.tests_evidence) == ("fail", None, "not run", "left out")
    (found,) = result.findings
    assert (found.code, found.name, found.group, found.severity) == ("CL006", "builds-library", "guide", "error")
    assert (found.file.display, found.span.line, found.span.text) == ("Cargo.toml", 7, "crate-type")
    calls = [line.split() for line in (tmp_path / "calls").read_text(encoding="utf-8").splitlines()]
    assert [call[0] for call in calls] == ["locate-project", "tree", "build"]
    assert {"--release", "--lib", "--offline"} <= set(calls[2])
    assert not any(word.startswith("--features") for call in calls for word in call)
    assert calls[2][calls[2].index("--target-dir") + 1].startswith(str(tmp_path / "cache" / "cloacina-lint" / "target"))
    assert (tmp_path / "cache" / "cloacina-lint" / "CACHEDIR.TAG").is_file()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_cargo_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    crate = write(tmp_path.resolve() / "my-crate", {"Cargo.toml": MANIFEST})
    cargo = fake_cargo(tmp_path, f'{LOCATE}echo $$ > "{tmp_path}/pid"; sleep 60 & sleep 60')
    code = (
        "import signal, sys; from cloacina_lint.deep import DeepRequest, run\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"  # nohup, around the tests, has it ignored
        "run(DeepRequest(crate_dir=sys.argv[1], package='my-crate', lib_name='my_crate', contract_version='0.6.1',"
        " cargo=sys.argv[2], open_source=lambda path: None))\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    linter = subprocess.Popen([sys.executable, "-c", code, str(crate), cargo], env=environ, stderr=subprocess.DEVNULL)
    group = group_of(tmp_path / "pid")
    assert alive(group)
    linter.send_signal(number)
    assert linter.wait(timeout=20) != 0
    assert not alive(group)
    assert os.listdir(crate) == ["Cargo.toml"]


# Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_plain_stream_is_a_line_at_the_start_and_the_end() -> None:
    stream = io.StringIO()
    with make_progress(stream) as progress:
        progress.step("building my-crate (release)", 3)
        for done in range(4):
            progress.advance(done, "serde")
        progress.end("pass")
    assert stream.getvalue().splitlines() == [
        "building my-crate (release) ...",
        "building my-crate (release): pass (0 s)",
    ]


def test_progress_on_a_terminal_is_a_bar_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with make_progress(stream) as progress:
        progress.step("building [my-crate]", 3)
        progress.advance(2, "serde")
        time.sleep(0.3)
        progress.end("pass")
        progress.step("testing")
    said = stream.getvalue()
    assert "2/3" in said
    assert "serde" in said
    assert "building [my-crate]: pass (0 s)\n" in said
    assert said.count("\x1b[?25l") == said.count("\x1b[?25h") == 2, "the cursor is shown again"


def test_progress_as_a_function() -> None:
    calls: list[tuple[str, int | None, int | None]] = []
    with make_progress(lambda *call: calls.append(call)) as progress:
        progress.step("building", 3)
        progress.advance(1)
        progress.end("fail")
    assert calls == [("building", 0, 3), ("building", 1, 3), ("building: fail", 3, 3)]
    with make_progress(None) as silent:
        silent.step("building")
        silent.advance(1)
        silent.end("pass")
