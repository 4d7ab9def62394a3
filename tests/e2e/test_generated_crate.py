"""Room tests/e2e/: a generated crate in the hands of cargo, of the real engine and of its command line tool."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from tests.support import need

VERSIONS = ("0.6.1", "0.11.1")
THROUGH_THE_LIBRARY = "the_built_library_is_loaded_and_its_workflow_completes"
HOSTILE = {
    "crate_name": "hostile-0-6-1-" + "n" * 50,
    "workflow_name": "Work " + "f" * 59,
    "description": "\"a\" \\ \\u{41} 'b' << 7*7 >> {{ x }} {% raw %} */ //! \U0001f980 \u200b\u00ad\u00a0.\n"
    "```\nfn main() { loop {} }\n```\n    indented\n# heading\n- [a](b) `c` <d> &amp; | e |\n" + "long " * 60,
    "author": 'O"Neil \\ <o@example.org> \U0001f468\u200d\U0001f469',
}


def cargo_run(crate: Path, env: dict[str, str], *arguments: str) -> str:
    """Run cargo in the crate; everything it printed. Fails the test unless cargo succeeds."""
    run = subprocess.run(["cargo", *arguments], cwd=crate, env=env, stdout=-1, stderr=subprocess.STDOUT, text=True)
    assert run.returncode == 0, run.stdout
    return run.stdout


def library(crate: Path, env: dict[str, str], profile: str) -> Path:
    ending = "dylib" if sys.platform == "darwin" else "so"
    return Path(env["CARGO_TARGET_DIR"]) / profile / f"lib{crate.name.replace('-', '_')}.{ending}"


def passed_tests(output: str) -> dict[str, set[str]]:
    """What `cargo test` said: test executable ("src/lib.rs", "tests/service_mode.rs") -> names of passed tests."""
    passed: dict[str, set[str]] = {}
    executable = ""
    for line in output.splitlines():
        if started := re.match(r" +Running (?:unittests )?(\S+) \(", line):
            executable = started[1]
            passed[executable] = set()
        elif ok := re.fullmatch(r"test (\S+) \.\.\. ok", line):
            passed[executable].add(ok[1])
    return passed


@pytest.fixture(params=VERSIONS)
def crate(request: pytest.FixtureRequest, cargo: str, baked: Callable[..., Path]) -> Path:
    return baked(request.param)


@pytest.mark.skipif(sys.platform != "linux", reason="reads ELF")
def test_the_release_build_gives_a_library_that_exports_the_entry_point(crate: Path, cargo_env: dict[str, str]) -> None:
    built = library(crate, cargo_env, "release")
    built.unlink(missing_ok=True)
    cargo_run(crate, cargo_env, "build", "--release")
    with built.open("rb") as file:
        table = ELFFile(file).get_section_by_name(".dynsym")
        assert isinstance(table, SymbolTableSection)
        exported = {symbol.name for symbol in table.iter_symbols() if symbol["st_shndx"] != "SHN_UNDEF"}
    assert "fidius_get_registry" in exported


def test_cargo_test_runs_the_workflow_through_the_built_library(crate: Path, cargo_env: dict[str, str]) -> None:
    passed = passed_tests(cargo_run(crate, cargo_env, "test"))
    assert passed["tests/service_mode.rs"] == {THROUGH_THE_LIBRARY}
    assert len(passed["src/lib.rs"]) >= 6


def test_clippy_and_rustfmt_have_nothing_to_say(crate: Path, cargo_env: dict[str, str]) -> None:
    cargo_run(crate, cargo_env, "clippy", "--all-targets", "--", "-D", "warnings")
    assert cargo_run(crate, cargo_env, "fmt", "--check") == ""


def replaced(crate: Path, folder: Path, path: str, old: str, new: str) -> Path:
    """A copy of the crate under another folder with one text replaced, which has to be there once."""
    copy = folder / crate.name
    shutil.copytree(crate, copy)
    text = (copy / path).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (copy / path).write_text(text.replace(old, new), encoding="utf-8")
    return copy


# One crate name a case: libraries of one name would overwrite each other in the shared target directory.
FAULTS = {
    "broken-macro": (
        "src/lib.rs",
        "cloacina_workflow_plugin::package!();",
        "",
        "this version of Cloacina can load",
    ),
    "broken-task": ("src/lib.rs", '"total_cents": total_cents', '"total_cents": 1', "assertion `left == right` failed"),
    "broken-type": (
        "Cargo.toml",
        'crate-type = ["cdylib", "rlib"]',
        'crate-type = ["rlib"]',
        "has [lib] in Cargo.toml",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_service_mode_test_can_fail(
    baked: Callable[..., Path], cargo: str, cargo_env: dict[str, str], tmp_path: Path, name: str
) -> None:
    path, old, new, says = FAULTS[name]
    crate = replaced(baked("0.6.1", crate_name=name), tmp_path, path, old, new)
    command = ["cargo", "test", "--test", "service_mode"]
    run = subprocess.run(command, cwd=crate, env=cargo_env, capture_output=True, text=True)
    assert run.returncode != 0
    assert f"test {THROUGH_THE_LIBRARY} ... FAILED" in run.stdout
    assert says in run.stdout + run.stderr


def test_hostile_answers_build_run_and_lint_clean(
    baked: Callable[..., Path], cargo: str, cargo_env: dict[str, str]
) -> None:
    crate = baked("0.6.1", **HOSTILE)
    assert passed_tests(cargo_run(crate, cargo_env, "test"))["tests/service_mode.rs"] == {THROUGH_THE_LIBRARY}
    cargo_run(crate, cargo_env, "clippy", "--all-targets", "--", "-D", "warnings")
    cargo_run(crate, cargo_env, "fmt", "--check")
    metadata: Any = tomli.loads((crate / "Cargo.toml").read_text(encoding="utf-8"))
    assert metadata["package"]["description"] == HOSTILE["description"]


def test_edition_2024_builds_as_well(baked: Callable[..., Path], cargo: str, cargo_env: dict[str, str]) -> None:
    crate = baked("0.6.1", crate_name="shared-0-6-1-ed2024", edition="2024")
    assert passed_tests(cargo_run(crate, cargo_env, "test"))["tests/service_mode.rs"] == {THROUGH_THE_LIBRARY}
    cargo_run(crate, cargo_env, "clippy", "--all-targets", "--", "-D", "warnings")
    cargo_run(crate, cargo_env, "fmt", "--check")


def test_the_makefile_runs_the_commands_that_these_tests_run(baked: Callable[..., Path]) -> None:
    make = need("make", "sudo apt-get install make")
    command = [make, "-n", "build", "test", "lint"]
    run = subprocess.run(command, cwd=baked("0.6.1"), capture_output=True, text=True, check=True)
    assert [line.split() for line in run.stdout.splitlines() if line.startswith("cargo ")] == [
        ["cargo", "build", "--release"],
        ["cargo", "test"],
        ["cargo", "fmt", "--check"],
        ["cargo", "clippy", "--all-targets", "--", "-D", "warnings"],
    ]


def test_make_packs_the_crate(
    baked: Callable[..., Path], cloacinactl: Callable[[str], Path], tmp_path: Path, cargo_env: dict[str, str]
) -> None:
    make = need("make", "sudo apt-get install make")
    crate = tmp_path / "crate"
    shutil.copytree(baked("0.6.1"), crate, ignore=shutil.ignore_patterns("target"))
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "cloacinactl").symlink_to(cloacinactl("0.6.1"))
    env = {**cargo_env, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    env.update(CARGO_HOME=os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo")))
    env.update(RUSTUP_HOME=os.environ.get("RUSTUP_HOME", os.path.expanduser("~/.rustup")))
    for _ in range(2):  # the second archive must not hold the first
        run = subprocess.run([make, "pack"], cwd=crate, capture_output=True, text=True, env=env)
        assert run.returncode == 0, run.stdout + run.stderr
    (archive,) = (crate / "target").iterdir()
    assert archive.suffix == ".cloacina"
    with tarfile.open(archive, "r:bz2") as packed:
        names = {name.split("/", 1)[1] for name in packed.getnames() if "/" in name}
    assert {
        "Cargo.toml",
        "package.toml",
        "build.rs",
        "src/lib.rs",
        "tests/service_mode.rs",
        "scripts/upload.py",
    } <= names
    assert not [name for name in names if name.startswith("target") or name.endswith(".cloacina")]
