"""Room tests/e2e/: `cloacina-lint migrate --verify`: the crate is changed when its migration was built and tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lint import killing
from tests.support import ROOT, work_dir

BEFORE = ROOT / "tests" / "lint" / "fixtures" / "guide-before"
BROKEN = {
    "a-test-fails": ("verified-run", 'context.get("absent")', "tests/service_mode.rs"),
    "it-does-not-build": ("verified-build", "undefined(context)", "src/lib.rs:"),
}


def crate(place: Path, name: str, step: str = "") -> Path:
    """The guide's crate before its migration, under a name of its own, with another step in its second task."""
    for path in ("Cargo.toml", "src/main.rs"):
        text = (BEFORE / path).read_text(encoding="utf-8").replace("my-workflow", name)
        if step and path != "Cargo.toml":
            text = text.replace('context.get("data")', step)
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text, encoding="utf-8")
    return place


def migrate(place: Path, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cloacina_lint", "migrate", str(place), "--verify"]
    env = {**env, "PYTHONPATH": str(ROOT / "lint"), "XDG_CACHE_HOME": str(work_dir() / "e2e" / "cache")}
    target = ("--target-dir", env["CARGO_TARGET_DIR"])
    return subprocess.run([*command, *target, *arguments], capture_output=True, text=True, env=env)


def test_what_builds_and_passes_is_written(tmp_path: Path, cargo: str, cargo_env: dict[str, str]) -> None:
    place = crate(tmp_path / "crate", "verified-good")
    before = killing.snapshot(place)
    shown = migrate(place, cargo_env, "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert killing.snapshot(place) == before
    done = migrate(place, cargo_env)
    assert done.returncode == 0, done.stderr
    for outcome in (shown, done):
        assert "its tests passed, before anything was written" in outcome.stdout
    assert (place / "src/lib.rs").is_file()
    assert not (place / "target").exists()


@pytest.mark.parametrize("what", BROKEN)
def test_what_does_not_pass_is_not_written(what: str, tmp_path: Path, cargo: str, cargo_env: dict[str, str]) -> None:
    name, step, where = BROKEN[what]
    place = crate(tmp_path / "crate", name, step)
    before = killing.snapshot(tmp_path)
    outcome = migrate(place, cargo_env)
    assert outcome.returncode == 2
    assert outcome.stdout == ""
    assert "was left as it is" in outcome.stderr
    assert where in outcome.stderr
    assert killing.snapshot(tmp_path) == before
