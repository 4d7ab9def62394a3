"""Room tests/lint: the linter called in this process, and a crate to fix."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cloacina_lint import cli

from tests.linting import canonical
from tests.support import ROOT

SCHEMA = json.loads((ROOT / "docs" / "schema-1.json").read_text(encoding="utf-8"))
CALL = "cloacina_workflow_plugin::package!();\n\n"
TYPES = 'crate-type = ["cdylib", "rlib"]'


class Outcome:
    """A command's exit status and what it printed."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err


Call = Callable[..., Outcome]


@pytest.fixture(name="run")
def run_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")

    def call(*arguments: str) -> Outcome:
        try:
            status = cli.main(list(arguments))
        except SystemExit as exit_:
            status = int(exit_.code or 0)
        return Outcome(status, *capsys.readouterr())

    return call


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("utf-8"))


def broken(directory: Path) -> Path:
    """The canonical crate with two safe findings, in two files, and an unsafe one in a third."""
    canonical(directory)
    replace(directory / "Cargo.toml", TYPES, 'crate-type = ["rlib"]')
    replace(directory / "src/lib.rs", CALL, "")
    replace(directory / "package.toml", 'version = "0.1.0"', 'version = "0.2.0"')
    return directory


def snapshot(directory: Path) -> dict[str, bytes]:
    return {
        os.fspath(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def right(tmp_path: Path) -> dict[str, bytes]:
    return snapshot(canonical(tmp_path / "right"))
