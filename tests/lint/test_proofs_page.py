"""Room tests/lint: docs/proofs.md is current."""

from __future__ import annotations

from tests.e2e.proofs_table import PAGE, page


def test_proofs_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.e2e.proofs_table"
