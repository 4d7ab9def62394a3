"""Room tests/e2e/: the hook through the real pre-commit, which clones this repository and installs the linter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import ROOT, bake, missing, work_dir


@pytest.fixture(scope="module")
def try_hook() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `pre-commit try-repo <this repository> HOOK --all-files` in a git repository; HOOK: cloacina-lint.

    pre-commit's own folder is in the work directory; it is emptied first, since every commit adds an environment.
    """
    if not (ROOT / ".git").exists():
        missing("this is not a git clone, and pre-commit installs from one: git clone the repository")
    home = work_dir() / "e2e" / "pre-commit"
    shutil.rmtree(home, ignore_errors=True)
    unwanted = ("GIT_", "PRE_COMMIT", "PYTHONPATH", "VIRTUAL_ENV")
    env = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
    env.update(PRE_COMMIT_HOME=str(home), PRE_COMMIT_COLOR="never", NO_COLOR="1")

    def run(repository: Path, hook: str = "cloacina-lint") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), hook, "--all-files"]
        return subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True)

    return run


def _git(repository: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A Tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *identity, *arguments]
    subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository whose folder `good` holds a crate as the template makes it."""
    made = bake(tmp_path, crate_name="good")
    assert made.returncode == 0, made.stdout + made.stderr
    repository = tmp_path / "repository"
    repository.mkdir()
    (tmp_path / "good").rename(repository / "good")
    _git(repository, "init", "--quiet")
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "-m", "A good crate")
    return repository


def test_a_good_crate_passes(repository: Path, try_hook: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    outcome = try_hook(repository)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "Passed" in outcome.stdout  # "Skipped" would mean that the hook saw no file


def test_a_bad_crate_fails_and_only_it_is_named(
    repository: Path, try_hook: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    made = bake(repository, crate_name="bad")
    assert made.returncode == 0, made.stdout + made.stderr
    manifest = repository / "bad" / "Cargo.toml"
    text = manifest.read_text(encoding="utf-8")
    assert text.count('["cdylib", "rlib"]') == 1
    manifest.write_text(text.replace('["cdylib", "rlib"]', '["rlib"]'), encoding="utf-8")
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "-m", "A bad crate beside it")
    outcome = try_hook(repository)
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    said = outcome.stdout
    assert "CL001" in said
    assert "bad/Cargo.toml" in said
    assert "good/" not in said
    # Six of its files were passed; it is one crate, and judged once.
    assert said.count("error[CL001]") == 1


def test_the_fixing_hook_fails_once_and_passes_then(
    repository: Path, try_hook: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    manifest = repository / "good" / "Cargo.toml"
    right = manifest.read_bytes()
    manifest.write_bytes(right.replace(b'["cdylib", "rlib"]', b'["rlib"]'))
    assert manifest.read_bytes() != right
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "-m", "A bad crate")
    outcome = try_hook(repository, "cloacina-lint-fix")
    # The linter's own status is 0, all being cured: it is pre-commit that fails a hook which changes files.
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "files were modified by this hook" in outcome.stdout
    assert "exit code" not in outcome.stdout
    assert "good/Cargo.toml: fixed[CL001]" in outcome.stdout
    assert manifest.read_bytes() == right
    again = try_hook(repository, "cloacina-lint-fix")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "Passed" in again.stdout
    assert manifest.read_bytes() == right


def test_the_fixing_hook_fails_for_what_it_cannot_fix(
    repository: Path, try_hook: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    lib = repository / "good" / "src" / "lib.rs"
    lib.write_text(lib.read_text(encoding="utf-8") + "\nfn main() {}\n", encoding="utf-8")
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "-m", "A bad crate")
    before = lib.read_bytes()
    outcome = try_hook(repository, "cloacina-lint-fix")
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "exit code: 1" in outcome.stdout
    assert "error[CL005]" in outcome.stdout
    assert "files were modified" not in outcome.stdout
    assert lib.read_bytes() == before
