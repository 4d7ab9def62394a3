"""Room tests/lint: --diff: what it shows, applied, is what --fix writes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cloacina_lint.diff import unified
from cloacina_lint.report import Style

from tests.lint.fixing import Call, broken, run_fixture, snapshot
from tests.linting import canonical
from tests.support import need

run = run_fixture


@pytest.mark.parametrize("options", [[], ["--unsafe-fixes"]], ids=["safe", "unsafe"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("tool", ["patch", "git"])
def test_a_diff_applied_is_what_fix_writes(
    tmp_path: Path, run: Call, options: list[str], newline: str, tool: str
) -> None:
    svc = broken(tmp_path / "svc")
    (svc / "build.rs").unlink()  # a file that --fix makes
    (svc / "package.toml").write_bytes((svc / "package.toml").read_bytes().rstrip(b"\n"))
    for path in svc.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", newline.encode()))
    before = snapshot(svc)
    outcome = run("--diff", *options, "svc")
    assert outcome.status == 1
    assert outcome.err.startswith("cloacina-lint: --fix would cure ")
    assert outcome.err.count("\n") == 1
    assert snapshot(svc) == before
    shutil.copytree(svc, tmp_path / "patched/svc")
    command = {
        "patch": [need("patch", "install GNU patch"), "--binary", "-s", "-p0"],
        "git": [need("git", "install git"), "apply", "-p0", "--whitespace=nowarn"],
    }[tool]
    env = {**os.environ, "GIT_CEILING_DIRECTORIES": os.fspath(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path / "patched", input=outcome.out.encode(), capture_output=True, env=env)
    assert done.returncode == 0, done.stderr
    run("--fix", *options, "svc")
    assert snapshot(svc) != before
    assert snapshot(tmp_path / "patched/svc") == snapshot(svc)
    assert all(b"\n" not in raw.replace(newline.encode(), b"") for raw in snapshot(svc).values())
    again = run("--diff", *options, "svc")
    assert (again.status, again.out, again.err) == (0, "", "")


def test_diff_wins_over_fix(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    before = snapshot(tmp_path / "svc")
    assert run("--fix", "--diff", "svc").status == 1
    assert snapshot(tmp_path / "svc") == before


def test_diff_of_what_cannot_be_read_is_status_2(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "tree/svc")
    canonical(tmp_path / "tree/torn")
    (tmp_path / "tree/torn/src/lib.rs").write_bytes(b"\xff")
    outcome = run("--diff", "tree")
    assert outcome.status == 2
    assert "+++ tree/svc/Cargo.toml" in outcome.out


def test_diff_into_a_file_and_in_colour(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    plain = run("--diff", "svc").out
    assert run("--diff", "--output", "x.diff", "svc").out == ""
    assert (tmp_path / "x.diff").read_text() == plain
    colored = run("--diff", "--color", "always", "svc").out
    assert "\x1b[32m+crate-type" in colored
    for code in ("0", "1", "31", "32", "36"):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert colored == plain


def test_unified() -> None:
    style = Style()
    assert unified("a", "x\n", "x\n", style) == ""
    assert unified("a b", "x", "y\n", style) == (
        "--- a b\t\n+++ a b\t\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n"
    )
    assert unified("a", None, "y\r\n", style) == "--- /dev/null\n+++ a\n@@ -0,0 +1 @@\n+y\r\n"
    assert unified("a", "y\n", None, style) == "--- a\n+++ /dev/null\n@@ -1 +0,0 @@\n-y\n"
    # A form feed and U+2028 end no line for patch.
    assert unified("a", "x\x0cy\u2028z\n", "", style).endswith("-x\x0cy\u2028z\n")
    assert "\x1b[31m-x\ufffdy\x1b[0m\n" in unified("a", "x\x1by\r\n", "z\r\n", Style(color=True))
