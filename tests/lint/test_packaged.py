"""Room tests/lint: what is installed has all that the linter reads: its data files are the wheel's."""

from __future__ import annotations

from pathlib import Path

import tomli

from tests.support import ROOT

CACHES = ("__pycache__", ".mypy_cache", ".ruff_cache")
PACKAGE = ROOT / "lint" / "cloacina_lint"


def test_every_data_file_goes_into_the_wheel() -> None:
    settings = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    globs = settings["tool"]["setuptools"]["package-data"]["cloacina_lint"]
    packed = {path for pattern in globs for path in PACKAGE.glob(pattern)}
    there = {
        path
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".py" and not any(part in path.parts for part in CACHES)
    }
    assert Path(PACKAGE / "migrate" / "library" / "names.toml") in packed
    assert there - packed == set()
