"""Room tests/lint: the writer among others: editors, builds, a second run, work between a kill and the next run."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cloacina_lint import write_exchange, write_files, write_slots
from cloacina_lint.write import Change, WriteError, commit, recover

from tests.lint import killing
from tests.lint.writing import ENVIRONMENT, MARK, fails, root_fixture
from tests.support import ROOT

root = root_fixture


def commits(root: Path) -> None:
    commit(str(root), [Change("b", None, b"")])


def recovers(root: Path) -> None:
    recover(str(root))


ACTIONS = (commits, recovers)


def at_exchange(
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    before: Callable[[], object] | None = None,
    after: Callable[[], object] | None = None,
) -> None:
    """Let somebody else do something just before or after the exchange of that number."""
    count = 0
    real = write_files.exchange

    def exchanged(one: str, other: str) -> None:
        nonlocal count
        count += 1
        if count == number and before is not None:
            before()
        real(one, other)
        if count == number and after is not None:
            after()

    monkeypatch.setattr(write_files, "exchange", exchanged)


def in_place(path: Path) -> None:
    with open(path, "r+b") as stream:
        stream.write(b"MINE")


def by_rename(path: Path) -> None:
    path.with_name("swap").write_bytes(b"MINE")
    path.with_name("swap").rename(path)


@pytest.mark.parametrize("editor", [in_place, by_rename, Path.unlink])
@pytest.mark.parametrize("name", ["many", "one"])
def test_an_editor_between_check_and_exchange_wins(
    editor: Callable[[Path], None], name: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_exchange(monkeypatch, 1, before=lambda: editor(root / "src/lib.rs"))
    with pytest.raises(WriteError, match=r"^src/lib\.rs: changed while it was being written; nothing was written; run"):
        commit(str(root), killing.changes_of(name))
    wanted = root.parent / "wanted"
    wanted.mkdir()
    killing.build(wanted)
    editor(wanted / "src/lib.rs")
    assert killing.snapshot(root) == killing.snapshot(wanted)
    assert sorted(os.listdir(root.parent)) == ["crate", "wanted"]


def test_a_file_made_between_check_and_exchange_is_not_overwritten(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_exchange(monkeypatch, 1, before=lambda: (root / "package.toml").write_bytes(b"MINE"))
    with pytest.raises(WriteError, match=r"^package\.toml: changed while"):
        commit(str(root), killing.changes_of("many"))
    assert (root / "package.toml").read_bytes() == b"MINE"
    (root / "package.toml").unlink()
    assert "old/only/gone.rs" in killing.snapshot(root)
    assert os.listdir(root.parent) == ["crate"]


def test_what_others_write_while_the_decoy_is_there_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New files, a new directory, one saved by rename, one in place, an older one moved in, one that was to go."""
    older = root.parent / "older.txt"
    older.write_bytes(b"older")
    os.utime(older, (1, 1))
    (root / "notes").write_bytes(b"notes")
    (root / "log").write_bytes(b"0123456789")

    def work() -> None:
        assert (root / "package.toml").exists(), "the new tree is there"
        (root / "target/debug").chmod(0o755)
        (root / "target/debug/new.o").write_bytes(b"object")
        (root / "made/deep").mkdir(parents=True)
        (root / "made/deep/a").write_bytes(b"a")
        by_rename(root / "notes")
        by_rename(root / "Cargo.toml")
        in_place(root / "log")
        (root / "src/main.rs").write_bytes(b"again")
        older.rename(root / "older.txt")

    old = killing.snapshot(root)
    at_exchange(monkeypatch, 1, after=work)
    commit(str(root), killing.changes_of("many"))
    new = killing.expected(old, killing.CHANGES["many"])
    now = killing.snapshot(root)
    written = {path: each[2] for path, each in now.items() if each != new.get(path) and each[0] == "file"}
    assert written == {
        "target/debug/new.o": b"object",
        "made/deep/a": b"a",
        "notes": b"MINE",
        "Cargo.toml": b"MINE",
        "log": b"MINE456789",
        "src/main.rs": b"again",
        "older.txt": b"older",
    }
    assert set(new) <= set(now)
    assert os.listdir(root.parent) == ["crate"]


def test_files_made_while_the_tree_is_copied_stay(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        (root / "target/late/deep").mkdir(parents=True)
        (root / "target/late/deep/a").write_bytes(b"late")
        (root / "h\u00e4\u00df\u20ac/\u00fc.txt").unlink()

    real = os.link
    done: list[bool] = []

    def link(*arguments: str) -> None:
        real(*arguments)
        if not done and "debug" in arguments[0]:
            done.append(True)
            work()

    seen = []
    monkeypatch.setattr(os, "link", link)
    at_exchange(monkeypatch, 1, after=lambda: seen.append((root / "target/late/deep/a").read_bytes()))
    commit(str(root), killing.changes_of("many"))
    assert seen == [b"late"], "the decoy has it too"
    assert (root / "target/late/deep/a").read_bytes() == b"late"
    assert not (root / "h\u00e4\u00df\u20ac/\u00fc.txt").exists()
    assert os.listdir(root.parent) == ["crate"]


def test_a_build_that_keeps_writing_is_waited_for_by_the_user(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = write_exchange._modified
    monkeypatch.setattr(write_exchange, "_modified", lambda path: -1 if path.endswith("debug") else real(path))
    assert fails(root, killing.changes_of("many")).startswith("target/debug: something else is writing there;")


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_second_run_is_refused_at_any_time(number: int, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = []

    def second() -> None:
        for action in ACTIONS:
            with pytest.raises(WriteError) as raised:
                action(root)
            said.append(str(raised.value))

    at_exchange(monkeypatch, number, before=second, after=second)
    commit(str(root), killing.changes_of("many"))
    assert said == [f"{root}: another cloacina-lint is writing there; nothing was written"] * 4
    assert not (root / "b").exists()


def killed(root: Path, way: str, wanted: str) -> None:
    """Leave what a run leaves that is killed at the first moment at which `wanted` holds (a path that is there)."""
    program = (
        "import os, signal, sys; from pathlib import Path; from tests.lint import killing\n"
        "from cloacina_lint import write, write_files\n"
        "root, wanted = Path(sys.argv[1]), sys.argv[3]\n"
        "def look(call):\n"
        "    def looked(*arguments, **options):\n"
        "        result = call(*arguments, **options)\n"
        "        if any(root.parent.glob(wanted)): os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return result\n"
        "    return looked\n"
        "killing.install(0, '', sys.argv[2])\n"
        "for name in killing.CALLS: setattr(os, name, look(getattr(os, name)))\n"
        "write_files.exchange = look(write_files.exchange)\n"
        "write.commit(str(root), killing.changes_of('many'))\n"
    )
    command = [sys.executable, "-c", program, str(root), way, wanted]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, cwd=ROOT)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_work_after_a_kill_is_kept_by_the_next_run(root: Path) -> None:
    """Killed while the decoy is the root. Days of work on it, and in the old directory by a shell that was there."""
    killed(root, "exchange", "crate/package.toml")
    (side,) = root.parent.glob(".crate.*")
    new = killing.expected(killing.snapshot(side / "tree"), killing.CHANGES["many"])
    assert killing.snapshot(root) == new
    by_rename(root / "src/lib.rs")
    (root / "target/debug/a").unlink()
    (root / "more").write_bytes(b"more")
    (side / "tree/shell").write_bytes(b"from a shell")
    by_rename(side / "tree/src/tasks/mod.rs")
    (side / "tree/src/lib.rs").write_bytes(b"edited in the shell")
    with pytest.raises(WriteError, match="what an interrupted run has moved aside"):
        commit(str(side / "tree"), [Change("a", None, b"")])
    said = recover(str(root))
    assert said is not None
    assert said.startswith(f"removed what an interrupted run left beside {root}; what somebody else has written")
    kept = Path(said.split(" is kept in ")[1].split(":")[0])
    assert {path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()} == {"tree/src/lib.rs"}
    assert (kept / "tree/src/lib.rs").read_bytes() == b"edited in the shell"
    now = killing.snapshot(root)
    assert now["src/lib.rs"][2] == now["src/tasks/mod.rs"][2] == b"MINE"
    assert now["shell"][2] == b"from a shell"
    assert now["more"][2] == b"more"
    assert "target/debug/a" not in now
    assert sorted(os.listdir(root.parent)) == sorted(["crate", kept.name])
    assert recover(str(root)) is None


def test_a_build_after_an_early_kill_leaves_nothing_behind(root: Path) -> None:
    """Killed with the decoy half made, then worked on: what the decoy still has is old, and goes."""
    killed(root, "exchange", ".crate.*/tree/src/lib.rs")
    for path in ["target/debug/a", "src/tasks/mod.rs"]:
        by_rename(root / path)
    (root / "h\u00e4\u00df\u20ac/\u00fc.txt").unlink()
    now = killing.snapshot(root)
    assert recover(str(root)) == f"removed what an interrupted run left beside {root}"
    assert killing.snapshot(root) == now
    assert os.listdir(root.parent) == ["crate"]


def test_an_edit_after_a_kill_in_the_journal_undoes_the_run_and_stays(root: Path) -> None:
    old = killing.snapshot(root)
    killed(root, "closed", "crate/.cloacina-lint-journal/slots/1.old")
    assert killing.snapshot(root)["src/lib.rs"] != old["src/lib.rs"], "two files of seven are new"
    (root / "package.toml").write_bytes(b"MINE")
    assert recover(str(root)) == f"undid what an interrupted run had begun in {root}, as files have changed since"
    assert killing.snapshot(root) == {**old, "package.toml": ("file", 0o644, b"MINE")}


def test_an_edit_of_a_new_file_after_a_kill_in_the_journal_stays(root: Path) -> None:
    killed(root, "closed", "crate/.cloacina-lint-journal/slots/1.old")
    new = killing.CHANGES["many"]
    in_place(root / "src/lib.rs")
    with pytest.raises(WriteError, match=r"^\.cloacina-lint-journal: left by an interrupted run, and not recovered"):
        commit(str(root), [Change("b", None, b"")])
    assert recover(str(root)) == f"finished what an interrupted run had begun in {root}"
    assert (root / "src/lib.rs").read_bytes() == b"MINE" + (new[1][1] or b"")[4:]
    assert (root / "package.toml").exists()
    assert not (root / "old").exists()
    assert not (root / write_files.JOURNAL).exists()


def test_recover_leaves_alone_what_is_not_its_own(root: Path) -> None:
    """A directory of a like name, one of a living run, one of another root."""
    parent = root.parent
    (parent / f".crate{MARK}1").mkdir()
    (parent / f".crate{MARK}1" / "mine").write_bytes(b"mine")
    (parent / f".crate{MARK}old").mkdir()
    living = write_slots.Staging.create(str(parent / f".crate{MARK}2"), "crate", [], [])
    other = write_slots.Staging.create(str(parent / f".crate{MARK}3"), "other", [], [])
    os.close(other.lock)
    before = killing.snapshot(parent)
    assert recover(str(root)) is None
    assert killing.snapshot(parent) == before
    fcntl.flock(living.lock, fcntl.LOCK_UN)
    assert recover(str(root)) == f"removed what an interrupted run left beside {root}"
    assert {path.name for path in parent.iterdir()} == {"crate", f".crate{MARK}1", f".crate{MARK}old", f".crate{MARK}3"}


def test_a_journal_that_is_not_ours_is_left(root: Path) -> None:
    (root / write_files.JOURNAL).mkdir()
    (root / write_files.JOURNAL / "mine").write_bytes(b"mine")
    with pytest.raises(WriteError, match="in use, or not a journal that can be read; nothing was written"):
        recover(str(root))
    assert (root / write_files.JOURNAL / "mine").read_bytes() == b"mine"
