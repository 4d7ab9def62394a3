"""Room tests/: the matrix's table of results: what it prints, when it calls a run good, and the page that shows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts._versions import order
from tests.e2e import matrix, matrix_table

SUPPORTED = matrix.chosen("all")


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good result of every supported row."""
    monkeypatch.setattr(matrix, "results_dir", lambda: tmp_path)
    monkeypatch.setattr(matrix_table, "results_dir", lambda: tmp_path)
    monkeypatch.setattr(matrix_table, "PAGE", tmp_path / "matrix.md")
    for row in SUPPORTED:
        outcome = matrix.Outcome(row)
        outcome.results = dict.fromkeys(matrix.COLUMNS, matrix.OK)
        outcome.seconds = 2.0
        outcome.save()
    return tmp_path


def change(folder: Path, row: matrix.Row, **fields: object) -> None:
    file = folder / f"{row.id}.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **fields}), encoding="utf-8")


def test_a_good_run_is_written(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert matrix_table.main(["--write"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 1 + len(matrix.table())
    page = (results / "matrix.md").read_text(encoding="utf-8")
    assert f"{len(SUPPORTED)} of {len(SUPPORTED)} supported combinations run, in {2 * len(SUPPORTED) // 60} min" in page
    for row in matrix.table():
        start, edition = (text.replace("*", "any") for text in (row.start, row.edition))
        cells = [f"refused: {row.refused}"] + [""] * 7 if row.refused else ["ok"] * 8
        assert "| " + " | ".join([row.version, start, edition, *cells]) + " |" in page.splitlines()


def test_a_failure_is_shown_and_written_but_not_good(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = SUPPORTED[3]
    change(results, row, results={**dict.fromkeys(matrix.COLUMNS, matrix.OK), "clippy": matrix.FAIL})
    assert matrix_table.main(["--write"]) == 1
    line = "ok       ok       ok       FAIL     ok"
    (shown,) = [one for one in capsys.readouterr().out.splitlines() if "FAIL" in one]
    assert shown.split()[:3] == [row.version, row.start, row.edition]
    assert shown.split()[3:8] == line.split()
    assert "FAIL" in (results / "matrix.md").read_text(encoding="utf-8")
    assert matrix_table.main(["--version", SUPPORTED[-1].version]) == 0, "another version's failure"


@pytest.mark.parametrize("why", ["missing", "of another template"])
def test_a_row_without_a_result_of_now_is_not_good_and_said_to_be_not_run(
    results: Path, capsys: pytest.CaptureFixture[str], why: str
) -> None:
    if why == "missing":
        (results / f"{SUPPORTED[0].id}.json").unlink()
    else:
        change(results, SUPPORTED[0], template="another")
    assert matrix_table.main(["--write"]) == 1
    assert capsys.readouterr().out.count("not run") == len(matrix.COLUMNS)
    page = (results / "matrix.md").read_text(encoding="utf-8")
    assert page.count("| not run ") == len(matrix.COLUMNS)
    assert f"{len(SUPPORTED) - 1} of {len(SUPPORTED)} supported" in page


def test_the_page_shows_the_rows_of_the_table_and_no_failure() -> None:
    """Whoever changes the table runs the matrix again."""
    lines = matrix_table.PAGE.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| 0.")]
    assert len(rows) == len(matrix.table())
    for shown, row in zip(rows, matrix.table(), strict=True):
        assert shown[:3] == [text.replace("*", "any") for text in (row.version, row.start, row.edition)]
        if row.refused:
            assert shown[3] == f"refused: {row.refused}"
        else:
            wanted = [matrix.OK] * 8
            if order(row.version) < order(matrix.VALIDATES_FROM):
                wanted[-1] = matrix.NONE
            assert shown[3:] == wanted


def test_what_cargo_test_says_is_read() -> None:
    said = """\
     Running unittests src/lib.rs (t/a-1)
test x::y ... ok
test z ... FAILED
     Running tests/service_mode.rs (t/b-2)
test w ... ok
test v ... ignored
"""
    assert matrix.passed_tests(said) == {"src/lib.rs": {"x::y"}, "tests/service_mode.rs": {"w"}}
    assert matrix.passed_tests("error: could not compile\n") == {}
