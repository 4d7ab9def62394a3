"""Room tests/e2e/: the matrix (tests/e2e/matrix.py): each supported combination is built, tested, linted and packed.

$CLOACINA_SERVICE_MATRIX chooses the rows: the quick part (unset), "all", or a version; `scripts/test.py --matrix` sets
it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path

import pytest

from tests.e2e import matrix

WHICH = os.environ.get("CLOACINA_SERVICE_MATRIX") or "quick"


@pytest.mark.skipif(os.name != "posix", reason="reads ELF and Mach-O")
@pytest.mark.parametrize("row", matrix.chosen(WHICH), ids=attrgetter("id"))
def test_the_crate_passes_every_column(
    row: matrix.Row,
    baked: Callable[..., Path],
    cargo: str,
    cargo_env: dict[str, str],
    cloacinactl: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    crate = baked(row.version, **row.answers)
    runner = matrix.Runner(row, crate, cargo_env, cloacinactl, tmp_path)
    outcome = runner.run(matrix.columns(row, WHICH))
    if WHICH != "quick":
        outcome.save()
        runner.take_away()
    assert not outcome.said, "\n\n".join(f"{name} FAIL\n{said}" for name, said in outcome.said.items())
    assert list(outcome.results) == list(matrix.columns(row, WHICH))
