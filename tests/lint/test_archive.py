"""Room tests/lint: .cloacina archives: read as a server would get them, hostile ones refused in one line."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from cloacina_lint import cli

from tests.linting import canonical


def pack(directory: Path, archive: Path, top: str = "my-workflow-0.1.0") -> Path:
    with tarfile.open(archive, "w:bz2") as tar:
        for path in sorted(directory.rglob("*")):
            if path.is_file():
                tar.add(path, f"{top}/{path.relative_to(directory).as_posix()}" if top else path.name)
    return archive


def add(archive: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(archive, "w:bz2") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return archive


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = cli.main(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_archive_is_linted_like_its_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    crate = canonical(tmp_path / "crate")
    monkeypatch.chdir(tmp_path)
    pack(crate, tmp_path / "good.cloacina")
    assert run(capsys, "good.cloacina")[0] == 0
    lib = crate / "src/lib.rs"
    lib.write_text(lib.read_text().replace("cloacina_workflow_plugin::package!();\n\n", ""))
    pack(crate, tmp_path / "bad.cloacina")
    status, out, _ = run(capsys, "bad.cloacina")
    assert status == 1
    assert out.startswith("bad.cloacina!src/lib.rs:3:1: error[CL201]")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.cloacina", "crate", "good.cloacina"]


def test_deep_needs_a_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack(canonical(tmp_path / "crate"), tmp_path / "good.cloacina")
    status, _, err = run(capsys, "--deep", str(tmp_path / "good.cloacina"))
    assert status == 2
    assert "--deep builds directories, not archives" in err


def link(kind: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo("p/src/lib.rs")
    member.type = kind
    member.linkname = "/etc/passwd"
    return member


HOSTILE = {
    "parent directory": (tarfile.TarInfo("p/../../escape.rs"), "leads out of the directory"),
    "absolute path": (tarfile.TarInfo("/escape.rs"), "leads out of the directory"),
    "symbolic link": (link(tarfile.SYMTYPE), "is a link"),
    "hard link": (link(tarfile.LNKTYPE), "is a link"),
    "control characters": (tarfile.TarInfo("p/../\x1b[31m\nx"), "leads out of the directory"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_archive_is_refused_in_one_line(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    member, expected = HOSTILE[case]
    archive = add(tmp_path / "x.cloacina", (member, b""))
    status, out, err = run(capsys, str(archive))
    assert (status, out) == (2, "")
    assert "no server unpacks this archive" in err
    assert expected in err
    assert len(err.splitlines()) == 1
    assert "\x1b" not in err
    assert [path.name for path in tmp_path.rglob("*")] == ["x.cloacina"]


def test_too_many_entries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    members = [(tarfile.TarInfo(f"p/{number}"), b"") for number in range(10_001)]
    status, _, err = run(capsys, str(add(tmp_path / "x.cloacina", *members)))
    assert status == 2
    assert "more than 10000 entries" in err


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"BZh9 not really", b"BZh91AY&SY" + bytes(range(256))])
def test_what_is_no_bzip2_tar(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "x.cloacina"
    archive.write_bytes(content)
    status, out, err = run(capsys, str(archive))
    assert (status, out) == (2, "")
    assert "x.cloacina: not a bzip2" in err
    assert len(err.splitlines()) == 1


def test_truncated_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = pack(canonical(tmp_path / "crate"), tmp_path / "x.cloacina")
    archive.write_bytes(archive.read_bytes()[:-40])
    status, _, err = run(capsys, str(archive))
    assert status == 2
    assert "not a bzip2 tar" in err
