"""Room tests/lint: the rules' byte code in one file: used, made anew when a rule changes, never needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the linter whose rules may be edited."""
    shutil.copytree(ROOT / "lint", tmp_path / "lint", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "lint"


def summary(package: Path, **environment: str) -> str:
    """The first line of --list-rules, with byte code written below the package's parent."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    prefix = str(package.parent / "pyc")
    result = subprocess.run(
        [sys.executable, "-m", "cloacina_lint", "--list-rules"],
        capture_output=True,
        text=True,
        check=True,
        env={**kept, "PYTHONPATH": str(package), "PYTHONPYCACHEPREFIX": prefix, **environment},
    )
    return result.stdout.splitlines()[0]


def bundles(package: Path) -> list[Path]:
    return sorted((package.parent / "pyc").rglob("bundle.*"))


def test_bundle_is_made_used_and_made_anew(package: Path) -> None:
    rule = package / "cloacina_lint/rules/cl001_crate_type.py"
    said = summary(package)
    (bundle,) = bundles(package)
    before = bundle.stat().st_mtime_ns
    assert summary(package) == said
    assert bundle.stat().st_mtime_ns == before
    rule.write_text(rule.read_text().replace('name = "crate-type"', 'name = "crate-typo"'))
    assert "crate-typo" in summary(package)
    assert bundle.stat().st_mtime_ns != before
    assert bundles(package) == [bundle]


@pytest.mark.parametrize("content", [b"", b"not marshal", b"\xe9\x01\x00\x00\x00"])
def test_broken_bundle_is_ignored_and_replaced(package: Path, content: bytes) -> None:
    said = summary(package)
    (bundle,) = bundles(package)
    bundle.write_bytes(content)
    assert summary(package) == said
    assert len(bundle.read_bytes()) > 1000


def test_without_a_place_to_write_nothing_is_bundled(package: Path) -> None:
    assert summary(package, PYTHONDONTWRITEBYTECODE="1").startswith("CL001")
    assert bundles(package) == []
