"""Room tests/e2e/: generated crates beside the matrix (test_matrix.py): broken ones, hostile answers, make."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli

from tests.e2e.matrix import THROUGH_THE_LIBRARY, passed_tests
from tests.support import need

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
