"""Room tests/lint: a migration stopped at any moment leaves the old crate or the new one; bad ground is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lint import killing
from tests.lint.writing import ENVIRONMENT
from tests.support import ROOT

BEFORE = ROOT / "tests" / "lint" / "fixtures" / "guide-before"


def migrate(crate: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cloacina_lint", "migrate", str(crate), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)


def copy(place: Path) -> Path:
    for path in ("Cargo.toml", "src/main.rs"):
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes((BEFORE / path).read_bytes())
    return place


def test_killed_at_every_write_the_crate_is_the_old_or_the_new_one() -> None:
    command = [sys.executable, "-m", "tests.lint.killing_migrate", str(BEFORE), "before", "after", "half", "ENOSPC"]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    for fault, outcome in json.loads(done.stdout).items():
        assert outcome["wrong"] == []
        assert outcome["changes"] >= 7
        if fault in ("before", "after"):
            assert outcome["calls"] > 5 * outcome["changes"]
            assert min(outcome["seen"]["signal 9: old"], outcome["seen"]["signal 9: new"]) >= 3
        elif fault == "half":
            assert outcome["seen"]["signal 9: old"] >= outcome["changes"] - 1
        else:
            assert outcome["seen"]["WriteError: old"] > outcome["changes"]


@pytest.mark.parametrize("what", ["read-only", "linked", "there"])
def test_bad_ground_is_told_in_a_line_and_left_as_it_is(what: str, tmp_path: Path) -> None:
    crate = copy(tmp_path / "crate")
    if what == "read-only":
        (crate / "Cargo.toml").chmod(0o444)
    elif what == "linked":
        (crate / "src").rename(tmp_path / "elsewhere")
        (crate / "src").symlink_to(tmp_path / "elsewhere")
    else:
        (crate / "package.toml").mkdir()
    before = killing.snapshot(tmp_path)
    outcome = migrate(crate)
    assert outcome.returncode == 2
    assert outcome.stdout == ""
    assert outcome.stderr.startswith("cloacina-lint migrate: ")
    assert outcome.stderr.count("\n") == 1
    assert {"read-only": "read-only", "linked": "symbolic link", "there": "a directory"}[what] in outcome.stderr
    assert killing.snapshot(tmp_path) == before


def test_a_git_work_tree_with_changes_is_refused(tmp_path: Path) -> None:
    crate = copy(tmp_path / "crate")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(crate)]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]):
        subprocess.run([*git, *arguments], check=True)
    (crate / "notes.txt").write_text("mine", encoding="utf-8")
    before = killing.snapshot(tmp_path)
    outcome = migrate(crate)
    assert outcome.returncode == 2
    assert "notes.txt" in outcome.stderr
    assert "--allow-dirty" in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    after = {path: what for path, what in killing.snapshot(tmp_path).items() if "/.git" not in path}
    assert after == {path: what for path, what in before.items() if "/.git" not in path}
    assert migrate(crate, "--allow-dirty").returncode == 0
    assert migrate(crate, "--allow-dirty").stdout.endswith("nothing to do, a service-mode crate for Cloacina 0.6.1\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--to", "9.9"], "no version is known"),
        (["--to", "0.4.0"], "not a Cloacina version"),
        (["--to", "latest"], "not a Cloacina version"),
        (["--dry-runs"], "did you mean --dry-run?"),
        (["--verify", "--offline", "--color", "blue"], "invalid choice"),
    ],
)
def test_a_usage_error_is_one_line(arguments: list[str], says: str, tmp_path: Path) -> None:
    crate = copy(tmp_path / "crate")
    before = killing.snapshot(tmp_path)
    outcome = migrate(crate, *arguments)
    assert outcome.returncode == 2
    assert says in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert killing.snapshot(tmp_path) == before


@pytest.mark.parametrize("kind", ["absent", "file", "empty"])
def test_a_place_without_a_crate_is_told(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    if kind == "file":
        place.write_text("", encoding="utf-8")
    elif kind == "empty":
        place.mkdir()
    outcome = migrate(place)
    assert outcome.returncode == 2
    assert "name the directory of a crate" in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_the_diff_of_a_dry_run_is_what_is_done(tmp_path: Path) -> None:
    dry, wet = copy(tmp_path / "dry"), copy(tmp_path / "wet")
    before = killing.snapshot(dry)
    shown = migrate(dry, "--dry-run")
    assert shown.returncode == 0
    assert killing.snapshot(dry) == before
    assert migrate(wet).returncode == 0
    patch = subprocess.run(["git", "apply", "-p0"], input=shown.stdout, text=True, cwd=dry, capture_output=True)
    assert patch.returncode == 0, patch.stdout + patch.stderr

    def files(root: Path) -> dict[str, bytes]:
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    assert files(dry) == files(wet)
