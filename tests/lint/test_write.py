"""Room tests/lint: the writer: all or nothing when it is killed, refused, or raced."""

from __future__ import annotations

import errno
import json
import os
import random
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cloacina_lint import write_exchange, write_files
from cloacina_lint.write import Change, WriteError, commit, recover

from tests.lint import killing
from tests.lint.writing import ENVIRONMENT, fails, fast_fixture, root_fixture
from tests.support import ROOT

root = root_fixture
fast = fast_fixture


def faults(place: Path, *scenarios: tuple[str, str, str, int]) -> list[tuple[list[str], dict[str, int], int]]:
    asked = json.dumps({"place": str(place / "place"), "scenarios": scenarios})
    command = [sys.executable, "-m", "tests.lint.killing"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, env=ENVIRONMENT, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return [(each["wrong"], each["seen"], each["calls"]) for each in json.loads(done.stdout)]


@pytest.mark.parametrize("fault", ["after", "before", "half"])
def test_killed_at_every_call_the_tree_is_old_or_new_at_once(fault: str, fast: Path) -> None:
    names = ["many"] if fault == "before" else list(killing.CHANGES)
    scenarios = [(name, fault, "exchange", 17 if (name, fault) == ("many", "after") else 0) for name in names]
    for name, (wrong, seen, calls) in zip(names, faults(fast, *scenarios), strict=True):
        assert wrong == []
        assert not any("mixed" in each for each in seen)
        if fault == "half":
            assert seen["signal 9: old"] == calls >= 1
        else:
            assert calls >= {"many": 100, "one": 12, "new": 10, "gone": 8}[name]
            assert min(seen["signal 9: old"], seen["signal 9: new"]) >= 3


@pytest.mark.parametrize("way", ["journal", "bare", "closed"])
def test_killed_at_every_call_of_the_journal_the_next_run_makes_it_old_or_new(way: str, fast: Path) -> None:
    for wrong, seen, _ in faults(fast, ("many", "after", way, 23), ("one", "after", way, 5), ("new", "half", way, 0)):
        assert wrong == []
        assert any(each.startswith("signal 9") for each in seen)


@pytest.mark.parametrize(
    ("fault", "way"),
    [
        ("ENOSPC", "exchange"),
        ("ENOSPC", "closed"),
        ("EIO", "exchange"),
        ("EIO", "closed"),
        ("SIGINT", "exchange"),
        ("SIGTERM", "closed"),
    ],
)
def test_refused_or_stopped_at_every_call_nothing_is_half_done(fault: str, way: str, fast: Path) -> None:
    ends = {"SIGINT": "KeyboardInterrupt: ", "SIGTERM": "signal 15: "}
    for wrong, seen, _ in faults(fast, ("many", fault, way, 0), ("one", fault, way, 0)):
        assert wrong == []
        assert seen[ends.get(fault, "WriteError: ") + "old"] >= 4
        if fault.startswith("SIG"):
            assert seen[ends[fault] + "new"] >= 2


def test_the_harness_sees_a_writer_that_is_not_atomic(fast: Path) -> None:
    for wrong, seen, _ in faults(fast, ("one", "after", "naive", 0), ("one", "half", "naive", 0)):
        assert any("mixed" in each for each in wrong)
        assert seen["signal 9: mixed"] >= 1


def test_killed_at_random_from_outside(fast: Path) -> None:
    """Not at calls that the harness knows: at any time. The program changes one tree to and fro."""
    root = fast / "place" / "crate"
    root.mkdir(parents=True)
    killing.build(root)
    old = killing.snapshot(root)
    new = killing.expected(old, killing.CHANGES["many"])
    program = (
        "import sys; from tests.lint import killing; from cloacina_lint import write\n"
        "there = killing.changes_of('many'); back = [write.Change(c.path, c.after, c.before) for c in there]\n"
        "print(flush=True)\n"
        "if (sys.argv[2] == 'new'): write.commit(sys.argv[1], back)\n"
        "while True: write.commit(sys.argv[1], there); write.commit(sys.argv[1], back)\n"
    )
    ends = set()
    (root / "old/only").chmod(0o755)
    for number in range(12):
        at = killing.state(root, old, new)
        command = [sys.executable, "-c", program, str(root), at]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=ENVIRONMENT, cwd=ROOT) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.Random(number).uniform(0, 0.08))
            assert process.poll() is None
            process.kill()
        # the way back makes its files anew, with the mode of a new file: the same in both of these trees
        ends.add(killing.state(root, old, new))
        recover(str(root))
        assert sorted(os.listdir(root.parent)) == ["crate"]
    assert ends <= {"old", "new"}


@pytest.mark.parametrize("name", killing.CHANGES)
@pytest.mark.parametrize("way", ["exchange", "journal", "bare", "closed"])
def test_commit_writes_just_the_changes(name: str, way: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, way)
    old, inode = killing.snapshot(root), root.stat().st_ino
    times = {place: place.lstat().st_mtime_ns for place in root.rglob("*")}
    nodes = {place: place.lstat().st_ino for place in root.rglob("*")}
    monkeypatch.chdir(root)
    commit(str(root), killing.changes_of(name))
    assert killing.snapshot(root) == killing.expected(old, killing.CHANGES[name])
    assert Path.cwd() == root
    assert root.stat().st_ino == inode == Path().stat().st_ino
    changed = {root / path for path, _ in killing.CHANGES[name]}
    changed |= {parent for place in changed for parent in place.parents}
    for place, node in nodes.items():
        if place not in changed:
            assert (place.lstat().st_ino, place.lstat().st_mtime_ns) == (node, times[place]), place
    assert os.listdir(root.parent) == ["crate"]
    assert recover(str(root)) is None


def refuse(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """Make this process one that can do less: as in `killing.install`."""

    def refusing(number: int, call: Callable[..., None], when: Callable[[str], bool]) -> Callable[..., None]:
        def refused(path: str, *arguments: object, **options: object) -> None:
            if when(path):
                raise OSError(number, os.strerror(number), path)
            call(path, *arguments, **options)

        return refused

    if way in ("journal", "bare"):
        monkeypatch.setattr(write_files, "exchange", refusing(errno.EINVAL, write_files.exchange, lambda path: True))
    if way == "bare":
        monkeypatch.setattr(os, "link", refusing(errno.EPERM, os.link, lambda path: True))
    if way == "closed":
        own = write_exchange.stem("crate")
        monkeypatch.setattr(os, "mkdir", refusing(errno.EACCES, os.mkdir, lambda path: own in str(path)))


def test_new_files_obey_the_umask_and_changed_ones_keep_their_mode(root: Path) -> None:
    before = os.umask(0o077)
    try:
        commit(str(root), killing.changes_of("many"))
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE((root / path).stat().st_mode) for path in ["package.toml", "Cargo.toml", "tests"]}
    assert modes == {"package.toml": 0o600, "Cargo.toml": 0o640, "tests": 0o700}


def test_what_is_already_so_is_not_written(root: Path) -> None:
    before = (root / "Cargo.toml").stat()
    content = (root / "Cargo.toml").read_bytes()
    commit(str(root), [Change("Cargo.toml", content, content), Change("none", None, None)])
    assert (root / "Cargo.toml").stat() == before
    assert "changed while" in fails(root, [Change("Cargo.toml", b"", b"")])


def commits(root: Path) -> None:
    commit(str(root), [Change("b", None, b"")])


def recovers(root: Path) -> None:
    recover(str(root))


ACTIONS = (commits, recovers)
LIB = killing.OLD["src/lib.rs"]
assert isinstance(LIB, bytes)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def linked(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


REFUSED: dict[str, tuple[Callable[[Path], object], list[Change], str]] = {
    "read-only": (
        lambda root: (root / "src/lib.rs").chmod(0o444),
        [Change("src/lib.rs", LIB, b"")],
        "src/lib.rs: read-only;",
    ),
    "read-only, to remove": (
        lambda root: (root / "src/lib.rs").chmod(0o555),
        [Change("src/lib.rs", LIB, None)],
        "src/lib.rs: read-only;",
    ),
    "read-only directory": (
        lambda root: (root / "src").chmod(0o555),
        [Change("src/new/a.rs", None, b"")],
        "src: the directory is read-only;",
    ),
    "read-only root": (
        lambda root: root.chmod(0o555),
        [Change("a", None, b"")],
        "ROOT: the directory is read-only;",
    ),
    "linked directory": (
        lambda root: linked(root / "src"),
        [Change("src/lib.rs", LIB, b"")],
        "src: a symbolic link to elsewhere;",
    ),
    "linked file": (
        lambda root: linked(root / "src/lib.rs"),
        [Change("src/lib.rs", LIB, b"")],
        "src/lib.rs: a symbolic link to elsewhere;",
    ),
    "above": (lambda root: None, [Change("../a", None, b"")], "'../a': not a path below ROOT;"),
    "through": (lambda root: None, [Change("src/../a", None, b"")], "'src/../a': not a path below ROOT;"),
    "absolute": (lambda root: None, [Change("/etc/passwd", None, b"")], "'/etc/passwd': not a path below ROOT;"),
    "nowhere": (lambda root: None, [Change("", None, b"")], "'': not a path below ROOT;"),
    "dot": (lambda root: None, [Change("./a", None, b"")], "'./a': not a path below ROOT;"),
    "nul": (lambda root: None, [Change("a\0b", None, b"")], "'a\\x00b': not a path below ROOT;"),
    "journal": (
        lambda root: None,
        [Change(f"{write_files.JOURNAL}/a", None, b"")],
        f"'{write_files.JOURNAL}/a': not a path below ROOT;",
    ),
    "changed": (
        lambda root: (root / "src/lib.rs").write_bytes(b"mine"),
        [Change("a", None, b""), Change("src/lib.rs", LIB, b"")],
        "src/lib.rs: changed while cloacina-lint was running;",
    ),
    "removed": (
        lambda root: (root / "src/lib.rs").unlink(),
        [Change("src/lib.rs", LIB, b"")],
        "src/lib.rs: removed while cloacina-lint was running;",
    ),
    "removed with its directory": (
        lambda root: (root / "src").rename(root / "code"),
        [Change("src/lib.rs", LIB, b"")],
        "src/lib.rs: removed while cloacina-lint was running;",
    ),
    "exists": (lambda root: None, [Change("src/lib.rs", None, b"")], "src/lib.rs: exists already;"),
    "exists as a link to nowhere": (
        lambda root: None,
        [Change("src/dangling", None, b"")],
        "src/dangling: exists already;",
    ),
    "directory": (
        lambda root: directory(root / "src/lib.rs"),
        [Change("src/lib.rs", LIB, b"")],
        "src/lib.rs: a directory, where a file is to be;",
    ),
    "directory where a new file is to be": (
        lambda root: None,
        [Change("src", None, b"")],
        "src: a directory, where a file is to be;",
    ),
    "file where a directory is to be": (
        lambda root: None,
        [Change("Cargo.toml/a", None, b"")],
        "Cargo.toml: not a directory;",
    ),
    "pipe": (
        lambda root: pipe(root / "src/lib.rs"),
        [Change("src/lib.rs", LIB, b"")],
        "src/lib.rs: not a regular file;",
    ),
    "twice": (lambda root: None, [Change("a", None, b"1"), Change("a", None, b"2")], "a: changed twice;"),
    "file and directory": (
        lambda root: None,
        [Change("a", None, b"1"), Change("a/b", None, b"2")],
        "a: a file and a directory at once;",
    ),
    "name too long": (lambda root: None, [Change("a" * 300, None, b"")], "a" * 300 + ": File name too long;"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_before_anything_is_written(name: str, tmp_path: Path) -> None:
    place = tmp_path / "place" / "crate"
    place.mkdir(parents=True)
    killing.build(place)
    prepare, changes, line = REFUSED[name]
    prepare(place)
    try:
        assert fails(place, changes).startswith(line.replace("ROOT", str(place)))
    finally:
        place.chmod(0o755)


@pytest.mark.parametrize(("path", "line"), [("none", "no such directory"), ("file", "not a directory")])
def test_root_is_no_directory(path: str, line: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for action in ACTIONS:
        with pytest.raises(WriteError, match=f"{path}: {line}; nothing was written"):
            action(tmp_path / path)
    assert os.listdir(tmp_path) == ["file"]


def test_the_writer_is_lean() -> None:
    costly = ("typing", "pathlib", "dataclasses", "shutil", "tempfile")
    program = f"import sys, cloacina_lint.write; print([name for name in {costly} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, env=ENVIRONMENT)
    assert (done.stdout, done.stderr) == ("[]\n", "")
