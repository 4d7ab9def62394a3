"""Room tests/lint: what goes into an archive, in directories with links and in archives themselves."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from cloacina_lint import packing
from cloacina_lint.crate import Crate
from cloacina_lint.engine import Selection, lint
from cloacina_lint.finding import Finding
from cloacina_lint.source.archive import ArchiveTree
from cloacina_lint.source.tree import Tree

from tests.linting import canonical, findings


def packed(directory: Path) -> dict[str, tuple[bool, bool]]:
    return {file.path: (file.is_link, file.broken or file.loop) for file in Tree(str(directory)).packed_files()}


def archive(directory: Path, target: Path) -> Path:
    """What pack makes of a directory: a bzip2 tar below one top directory."""
    with tarfile.open(target, "w:bz2") as tar:
        for file in Tree(str(directory)).packed_files():
            data = (directory / file.path).read_bytes()
            entry = tarfile.TarInfo(f"my-workflow-0.1.0/{file.path}")
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return target


def of(code: str, found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.code == code]


def in_archive(path: Path) -> list[Finding]:
    return lint(Crate(ArchiveTree(str(path)), explicit=True), Selection([], [])).findings


def test_target_and_git_stay_out_at_any_depth(tmp_path: Path) -> None:
    for name in ("a.rs", "target/b", ".git/c", "sub/target/d", "sub/.git/e", "sub/f", ".hidden", "targets/g"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert list(packed(tmp_path)) == [".hidden", "a.rs", "sub/f", "targets/g"]


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/lib.rs").write_text("12345")
    (tmp_path / "other").symlink_to("src")
    (tmp_path / "one").symlink_to("src/lib.rs")
    assert packed(tmp_path) == {
        "one": (True, False),
        "other/lib.rs": (False, False),
        "src/lib.rs": (False, False),
    }


@pytest.mark.parametrize(
    ("target", "says"), [("nowhere", "leads nowhere"), ("..", "without end"), (".", "without end")]
)
def test_links_that_stop_pack_are_errors(target: str, says: str, tmp_path: Path) -> None:
    canonical(tmp_path)
    (tmp_path / "src" / "link").symlink_to(target)
    (found,) = of("CL810", findings(tmp_path))
    assert found.severity == "error"
    assert says in found.message
    assert found.span.file.path.endswith("src/link")


def test_links_round_two_directories_end(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "link").symlink_to(tmp_path / other)
    assert any(bad for _, bad in packed(tmp_path).values())


@pytest.mark.parametrize(
    ("file", "holder", "what"),
    [
        (".venv/pyvenv.cfg", ".venv", "a Python environment"),
        ("build/.rustc_info.json", "build", "cargo's build directory"),
        ("web/node_modules/a/index.js", "web/node_modules", "installed Node.js packages"),
    ],
)
def test_directories_are_said_once(file: str, holder: str, what: str, tmp_path: Path) -> None:
    canonical(tmp_path)
    for name in (file, f"{holder}/more/one", f"{holder}/two"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (found,) = of("CL810", findings(tmp_path))
    assert found.message.startswith(what)
    assert found.span.file.path == str(tmp_path / holder)


def test_a_database_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    canonical(tmp_path)
    (tmp_path / "a.db").write_bytes(b"SQLite format 3\0" + bytes(100))
    (tmp_path / "b.db").write_bytes(b"something else")
    assert [Path(f.span.file.path).name for f in of("CL810", findings(tmp_path))] == ["a.db"]


def test_an_archive_is_judged_by_what_is_in_it(tmp_path: Path) -> None:
    crate = canonical(tmp_path / "crate", "0.8.0")
    (crate / ".env").write_text("A=1\n")
    (crate / "old.cloacina").write_text("x\n")
    found = in_archive(archive(crate, tmp_path / "my.cloacina"))
    assert sorted(f.code for f in found) == ["CL805", "CL809", "CL810"]
    assert of("CL809", found)[0].span.file.display.endswith("my.cloacina!.env")


def test_an_archive_of_a_clean_crate_is_clean(tmp_path: Path) -> None:
    crate = canonical(tmp_path / "crate")
    assert in_archive(archive(crate, tmp_path / "my.cloacina")) == []


def test_the_ratio_is_that_of_the_archive(tmp_path: Path) -> None:
    crate = canonical(tmp_path / "crate")
    (crate / "zeros.csv").write_text("0," * 20_000)
    (on_disk,) = of("CL811", findings(crate))
    made = archive(crate, tmp_path / "my.cloacina")
    assert len(of("CL811", in_archive(made))) == 1
    files = Tree(str(crate)).packed_files()
    sizes = packing.exact_size(Crate(Tree(str(crate))), files)
    assert sizes is not None
    assert abs(sizes[1] - made.stat().st_size) < 100
    assert str(sizes[0]) in on_disk.message


def test_a_huge_directory_is_only_measured(tmp_path: Path) -> None:
    canonical(tmp_path)
    with (tmp_path / "data.bin").open("wb") as stream:
        stream.truncate(60 * 1024 * 1024)
    (found,) = of("CL811", findings(tmp_path))
    assert found.severity == "warning"
    with (tmp_path / "data.bin").open("wb") as stream:
        stream.truncate(501 * 1024 * 1024)
    (found,) = of("CL811", findings(tmp_path))
    assert found.severity == "error"


def test_a_member_of_a_workspace_leaves_its_lock_file_behind(tmp_path: Path) -> None:
    (tmp_path / "Cargo.toml").write_text('[workspace]\nmembers = ["crate"]\n')
    (tmp_path / "Cargo.lock").write_text("version = 4\n")
    crate = canonical(tmp_path / "crate", "0.8.0")
    manifest = crate / "Cargo.toml"
    manifest.write_text(manifest.read_text().replace("[workspace]\n", ""))
    assert [f.code for f in findings(crate)] == ["CL805"]
    (crate / "Cargo.lock").write_text("version = 4\n")
    assert [f.code for f in findings(crate)] == []


@pytest.mark.parametrize(
    ("path", "out"),
    [("../a", True), ("a/../../b", True), ("/abs", True), ("C:\\abs", True), ("..\\a", True), ("a/../b", False),
     ("./a", False), ("..a", False)],
)  # fmt: skip
def test_paths_that_lead_out(path: str, out: bool) -> None:
    assert packing.leaves(path) is out
