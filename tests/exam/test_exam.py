"""Room tests/exam/: the linter answers the exam, whose outcomes real cargo and the real engine have given."""

from __future__ import annotations

import pytest

from tests.e2e import proving
from tests.exam.figures import PAGE, Figures, page
from tests.exam.generate import cases
from tests.exam.judge import known

RECALL, PRECISION, RIGHT_LINE = 0.98, 0.99, 0.95


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures()


def test_every_crate_has_been_judged_as_it_is() -> None:
    outcomes = known()
    stale = [case.name for case in cases() if outcomes.get(case.name, {}).get("crate") != proving.digest(case.files)]
    assert stale == [], "run python -m tests.exam.judge"


def test_each_crate_is_made_the_same_every_time() -> None:
    first, second = cases(), cases()
    assert [case.files for case in first] == [case.files for case in second]
    assert len({case.name for case in first}) == len(first) >= 120


def test_no_crash(figures: Figures) -> None:
    assert [(answer.case.name, answer.crash) for answer, _ in figures.crashed] == []


def test_recall(figures: Figures) -> None:
    assert figures.recall >= RECALL, [answer.case.name for answer, _ in figures.missed]


def test_precision(figures: Figures) -> None:
    assert figures.precision >= PRECISION, [answer.case.name for answer, _ in figures.false]


def test_right_line(figures: Figures) -> None:
    assert figures.right_line >= RIGHT_LINE, [answer.case.name for answer, _ in figures.astray]


def test_page_is_current(figures: Figures) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(figures), "run python -m tests.exam.figures"
