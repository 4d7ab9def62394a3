"""Room tests/lint: helpers for the tests of the writer: a tree to write to, an environment, a refusal."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cloacina_lint import write_exchange
from cloacina_lint.write import Change, WriteError, commit

from tests.lint import killing
from tests.support import ROOT

MARK = write_exchange.MARK
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "lint"), str(ROOT)])}


@pytest.fixture(name="root")
def root_fixture(tmp_path: Path) -> Path:
    """A tree with nothing beside it."""
    crate = tmp_path / "place" / "crate"
    crate.mkdir(parents=True)
    killing.build(crate)
    return crate


@pytest.fixture(name="fast")
def fast_fixture() -> Iterator[Path]:
    """A directory in memory where the system has one: hundreds of trees are made and removed in it."""
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where, prefix="cloacina-write-", ignore_cleanup_errors=True) as directory:
        yield Path(directory)


def fails(root: Path, changes: list[Change]) -> str:
    """The error's one line; the tree and what is beside it stay as they were."""
    before, names = killing.snapshot(root), sorted(os.listdir(root.parent))
    with pytest.raises(WriteError) as raised:
        commit(str(root), changes)
    assert killing.snapshot(root) == before
    assert sorted(os.listdir(root.parent)) == names
    line = str(raised.value)
    assert "\n" not in line
    assert "nothing was written" in line
    return line
