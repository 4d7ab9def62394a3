"""Room tests/lint: the writer where little is possible: any names, no rights, a full disk, a mount point."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cloacina_lint.write import Change, commit

from tests.lint import killing
from tests.lint.writing import ENVIRONMENT, fast_fixture, root_fixture

root = root_fixture
fast = fast_fixture


def test_many_files_and_hard_links(root: Path) -> None:
    for number in range(20):
        (root / f"target/more/{number}").mkdir(parents=True)
        for other in range(100):
            (root / f"target/more/{number}/{other}").write_bytes(b"%d" % other)
    old = killing.snapshot(root)
    commit(str(root), killing.changes_of("many"))
    assert killing.snapshot(root) == killing.expected(old, killing.CHANGES["many"])
    assert (root / "target/more/3/5").stat().st_nlink == 1
    assert (root / "target/debug/a").stat().st_nlink == 2


def test_names_of_any_kind(tmp_path: Path) -> None:
    top = tmp_path / ("\u00fc" * 127)
    deep = os.fsdecode(b"\xff\xfe ' \n") + "/" + "d" * 255
    (top / deep).mkdir(parents=True)
    (top / deep / ("f" * 255)).write_bytes(b"old")
    changes = [Change(f"{deep}/{'f' * 255}", b"old", b"new"), Change(f"{deep}/{'g' * 255}/\u00e4", None, b"")]
    commit(str(top), changes)
    assert (top / deep / ("f" * 255)).read_bytes() == b"new"
    assert (top / deep / ("g" * 255) / "\u00e4").read_bytes() == b""
    assert len(os.listdir(tmp_path)) == 1


def test_root_by_a_link_and_by_a_relative_path(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root.parent / "link").symlink_to("crate")
    commit(str(root.parent / "link"), killing.changes_of("many"))
    assert (root.parent / "link").is_symlink()
    monkeypatch.chdir(root / "src")
    commit("..", [Change("package.toml", b"[package]\n", b"1"), Change("build.rs", None, b"2")])
    assert ((root / "package.toml").read_bytes(), Path("../build.rs").read_bytes()) == (b"1", b"2")
    assert sorted(os.listdir(root.parent)) == ["crate", "link"]


PROGRAM = """
import os, sys
from cloacina_lint import write
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    write.commit(sys.argv[1], [write.Change("a", b"1", b"2"), write.Change("b", None, b"3")])
except write.WriteError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("where", ["unreadable", "closed", "foreign"])
def test_as_a_user_without_rights(where: str, fast: Path) -> None:
    """A directory that cannot be read, a parent that cannot be written, a file of another user: the journal does it."""
    fast.chmod(0o755)
    top = fast / "place" / "crate"
    (top / "sub").mkdir(parents=True)
    (top / "a").write_bytes(b"1")
    (top / "sub" / "theirs").write_bytes(b"theirs")
    if os.geteuid() == 0:
        for path in [fast / "place", top, top / "a", top / "sub"]:
            os.chown(path, 65534, 65534)
    if where == "unreadable":
        (top / "sub").chmod(0)
    elif where == "closed":
        (fast / "place").chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(top)], capture_output=True, text=True, env=ENVIRONMENT, cwd="/"
    )
    (top / "sub").chmod(0o755)
    (fast / "place").chmod(0o755)
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name: path.read_bytes() for path in top.iterdir() if path.is_file()} == {"a": b"2", "b": b"3"}
    assert (sorted(os.listdir(top)), os.listdir(fast / "place")) == (["a", "b", "sub"], ["crate"])


MOUNTED = """
mount -t tmpfs -o size=256k none "$1" || exit 77
mkdir "$1/crate" && printf 1 > "$1/crate/a" && head -c "$2" /dev/zero > "$1/crate/big"
shift 2
"$@"
status=$?
cat "$0/crate/a" "$0/a" 2> /dev/null; ls -A "$0" "$0/crate"
exit $status
"""


def mounted(place: Path, filled: int, top: Path, size: int) -> subprocess.CompletedProcess[str]:
    """Run a commit of a new and a changed file in a mount namespace with a small file system at `place`."""
    program = (
        "import sys; from cloacina_lint import write\n"
        f"changes = [write.Change('crate/a' if sys.argv[2] == 'top' else 'a', b'1', b'2' * {size}),"
        " write.Change('b/c', None, b'3')]\n"
        "try: write.commit(sys.argv[1], changes)\n"
        "except write.WriteError as error: sys.exit(str(error))\n"
    )
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", MOUNTED, str(place), str(place), str(filled)]
    command += [sys.executable, "-c", program, str(top), "top" if top == place else "crate"]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    return done


def test_on_a_disk_that_is_full(tmp_path: Path) -> None:
    done = mounted(tmp_path, 200 * 1024, tmp_path / "crate", 100 * 1024)
    assert done.returncode == 1
    assert done.stderr == (f"{tmp_path}/crate: No space left on device; nothing was written; run again without that\n")
    assert done.stdout == f"1{tmp_path}:\ncrate\n\n{tmp_path}/crate:\na\nbig\n"


def test_on_a_root_that_is_a_mount_point(tmp_path: Path) -> None:
    done = mounted(tmp_path, 10, tmp_path, 3)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"222{tmp_path}:\nb\ncrate\n\n{tmp_path}/crate:\na\nbig\n"
