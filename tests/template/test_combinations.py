"""Room tests/: the matrix's table (tests/e2e/matrix.py) and the template agree: what is refused, what changes code."""

from __future__ import annotations

import json
import re
from operator import attrgetter
from pathlib import Path

import pytest
from cookiecutter.exceptions import FailedHookException  # type: ignore[import-untyped]
from cookiecutter.main import cookiecutter  # type: ignore[import-untyped]

from tests.e2e import matrix
from tests.support import ROOT, VERSIONS
from tests.template.generating import DEFAULTS, files, generate

AXES = {"cloacina_version": VERSIONS, "start": matrix.STARTS, "edition": matrix.EDITIONS}


def code(crate: Path) -> dict[str, str]:
    """Path -> text of what cargo compiles or goes by; the licence's name, which is no code, left out."""
    kept = [path for path in sorted(files(crate)) if path.endswith(".rs") or path == "Cargo.toml"]
    return {path: re.sub(r'^license = ".*"\n', "", (crate / path).read_text("utf-8"), flags=re.M) for path in kept}


@pytest.mark.parametrize("row", [row for row in matrix.table() if row.refused], ids=attrgetter("id"))
def test_the_template_refuses_it_with_the_reason(tmp_path: Path, row: matrix.Row) -> None:
    answers = {} if row.start == "*" else row.answers
    asked = _replayed(tmp_path, {"cloacina_version": row.version, **answers})
    assert asked.startswith(f"error: {'cloacina_version' if row.start == '*' else 'start'} ")
    assert f": {row.refused}; " in asked


@pytest.mark.parametrize("row", matrix.chosen("all"), ids=attrgetter("id"))
def test_the_template_takes_it(tmp_path: Path, row: matrix.Row) -> None:
    assert generate(tmp_path, cloacina_version=row.version, **row.answers).made().name == row.answers["crate_name"]


def test_the_table_has_every_combination_of_the_choices_once() -> None:
    questions = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    assert {axis: tuple(questions[axis]) for axis in AXES} == AXES
    rows = matrix.table()
    offered = [(row.version, row.start, row.edition) for row in rows if row.start != "*"]
    assert len(set(offered)) == len(offered) == len(VERSIONS) * len(matrix.STARTS) * len(matrix.EDITIONS)
    assert {row.version for row in rows if row.start == "*"}.isdisjoint(VERSIONS)
    assert len({row.answers["crate_name"] for row in matrix.chosen("all")}) == len(matrix.chosen("all"))


def test_no_other_choice_changes_code(tmp_path: Path) -> None:
    """A new choice that does has to become an axis of the matrix."""
    questions = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    choices = {key: value for key, value in questions.items() if key in DEFAULTS and isinstance(value, list)}
    others = {key: value for key, value in choices.items() if key not in AXES}
    assert others
    plain = code(generate(tmp_path).made())
    assert {"Cargo.toml", "build.rs", "src/lib.rs", "tests/service_mode.rs"} <= set(plain)
    for key, values in others.items():
        for value in values:
            assert code(generate(tmp_path, **{key: value}).made()) == plain, (key, value)
    for key, axis in AXES.items():
        assert code(generate(tmp_path, **{key: axis[1]}).made()) != plain, key


def test_the_quick_part_meets_every_version_start_and_edition() -> None:
    quick = matrix.chosen("quick")
    assert sorted(row.id for row in quick) == sorted(matrix.QUICK)
    assert {row.version for row in quick} == set(VERSIONS)
    assert {row.start for row in quick} == set(matrix.STARTS)
    first = [row for row in matrix.chosen("all") if row.version == VERSIONS[0]]
    assert [row for row in quick if row.version == VERSIONS[0]] == first
    for start in matrix.STARTS:
        assert len({row.version for row in quick if row.start == start}) > 1, start
    for edition in matrix.EDITIONS:
        assert len({row.version for row in quick if row.edition == edition}) > 1, edition


def _replayed(folder: Path, answers: dict[str, str]) -> str:
    """The one line that refuses these answers of a replay file; nowhere else does a version that is no choice get past
    cookiecutter's own check."""
    given, output = folder / "answers.json", folder / "out"
    given.write_text(json.dumps({"cookiecutter": {**DEFAULTS, **answers}}), encoding="utf-8")
    config = folder / "config.yaml"
    places = {"cookiecutters_dir": str(folder / "clones"), "replay_dir": str(folder / "replay")}
    config.write_text(json.dumps(places), encoding="utf-8")
    with pytest.raises(FailedHookException) as refusal:
        cookiecutter(str(ROOT), replay=str(given), output_dir=str(output), config_file=str(config), accept_hooks=False)
    assert not output.exists()
    assert len(str(refusal.value).splitlines()) == 1
    return str(refusal.value)
