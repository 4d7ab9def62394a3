"""Room tests/lint: fixes come to an end, whatever is wrong together.

Random combinations of ten defects are cured in one run; crates with any mistake stay as sound as they were; a second
run changes nothing.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
import tomli
from cloacina_lint import examples
from cloacina_lint.crate import Crate, CrateError
from cloacina_lint.engine import Selection
from cloacina_lint.fixing import Settled, settle
from cloacina_lint.source import rust
from cloacina_lint.source.text import SourceFile
from cloacina_lint.source.tree import Tree, UnreadableError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.exam.generate import cases
from tests.lint.defects import DEFECTS, SPOTS, Defect, apply, right, with_comments
from tests.lint.test_cases import CASES
from tests.linting import NOTES, write

NO_SELECTION = Selection([], [])
EXAMPLES = 1000 if os.environ.get("CLOACINA_SERVICE_NIGHTLY") == "1" else 60
SLOW = hypothesis_settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def settled(directory: Path, files: dict[str, str], *, unsafe: bool = True) -> tuple[dict[str, str], Settled]:
    """(the files after --fix, what the rounds came to); each file that --fix changes is sound if it was before."""
    write(directory, files)
    found = settle(Crate(Tree(str(directory)), explicit=True), NO_SELECTION, unsafe=unsafe)
    assert found.bugs == []
    assert bool(found.files) == bool(found.fixed)
    for path, text in found.files.items():
        assert text != files.get(path)
        if path.endswith(".toml"):
            tomli.loads(text.removeprefix("\ufeff"))
        if path.endswith(".rs"):
            before = len(rust.parse(SourceFile(path, files.get(path, ""))).errors)
            assert len(rust.parse(SourceFile(path, text)).errors) <= before
    return {**files, **found.files}, found


def left(found: Settled) -> list[str]:
    return [finding.code for finding in found.result.findings if finding.code not in NOTES]


def assert_settled(files: dict[str, str], *, unsafe: bool = True) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _, found = settled(Path(folder), files, unsafe=unsafe)
        assert (found.files, found.fixed) == ({}, [])


def test_the_right_crate_is_right(tmp_path: Path) -> None:
    files, found = settled(tmp_path, right())
    assert left(found) == []
    assert files == right()


@pytest.mark.parametrize("defect", DEFECTS, ids=[f"{defect.code}-{number}" for number, defect in enumerate(DEFECTS)])
def test_each_defect_is_found_and_cured(defect: Defect, tmp_path: Path) -> None:
    _, found = settled(tmp_path, apply([defect], right()))
    assert defect.code in {finding.code for finding in found.fixed}
    assert left(found) == []


@st.composite
def combinations(draw: st.DrawFn) -> list[Defect]:
    """Ten defects of ten spots."""
    spots = draw(st.permutations(SPOTS))[:10]
    chosen = []
    for spot in spots:
        chosen.append(draw(st.sampled_from([defect for defect in DEFECTS if defect.spot == spot])))
    gone = {defect.path for defect in chosen if defect.new == "" and defect.spot == defect.path}
    return [defect for defect in chosen if defect.path not in gone or defect.spot == defect.path]


@given(
    combinations(), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.one_of(st.none(), st.integers(0, 10_000)),
)  # fmt: skip
@SLOW
def test_ten_defects_are_cured_in_one_run(defects: list[Defect], newline: str, bom: bool, noise: int | None) -> None:
    spoilt = apply(defects, right())
    comments: list[str] = []
    if noise is not None:
        spoilt, comments = with_comments(spoilt, noise)
    spoilt = {path: text.replace("\n", newline) for path, text in spoilt.items()}
    if bom:
        spoilt["src/lib.rs"] = "\ufeff" + spoilt["src/lib.rs"]
    with tempfile.TemporaryDirectory() as folder:
        files, found = settled(Path(folder), spoilt)
    assert left(found) == []
    # The fix of a build.rs that is not there adds the dependency as well.
    covered = {finding.code for finding in found.fixed} | ({"CL101"} if "build.rs" in found.files else set())
    assert {defect.code for defect in defects} <= covered
    everything = "".join(files.values())
    assert [comment for comment in comments if everything.count(comment) != 1] == []
    assert "tokio" not in {defect.spot for defect in defects} or "# for later" in everything
    assert all("\n" not in text.replace(newline, "") for text in files.values())
    assert files["src/lib.rs"].startswith("\ufeff") == bom
    assert_settled(files)


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_the_exams_crates_stay_sound(unsafe: bool, tmp_path: Path) -> None:
    fixed = 0
    for number, case in enumerate(cases()):
        if not unsafe and number % 4:
            continue
        try:
            files, found = settled(tmp_path / str(number), case.files, unsafe=unsafe)
        except (CrateError, UnreadableError):
            continue
        if found.fixed:
            fixed += 1
            assert_settled(files, unsafe=unsafe)
    assert fixed > (100 if unsafe else 25)


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_the_cases_stay_sound(newline: str, tmp_path: Path) -> None:
    fixed = 0
    for number, (code, case) in enumerate(CASES):
        made = examples.crate(case["example"], str(case.get("version", "0.6.1")))[0]
        made = {path: text.replace("\r\n", "\n").replace("\n", newline) for path, text in made.items()}
        try:
            files, found = settled(tmp_path / str(number), made)
        except (CrateError, UnreadableError):
            continue
        if found.fixed:
            fixed += 1
            assert_settled(files)
            cured = {finding.code for finding in found.fixed}
            assert code not in cured or code not in left(found) or code not in CURED_BY_ONE_FIX, (code, case["name"])
    assert fixed > 100


# Rules whose every finding is cured where one is.
CURED_BY_ONE_FIX = {"CL001", "CL102", "CL201", "CL303"}
SOURCES = [case.files for case in cases()[::9]]


@given(st.data())
@SLOW
def test_torn_sources_stay_as_sound_as_they_were(data: st.DataObject) -> None:
    """Pieces cut out, doubled or put in at random: --fix never raises and never breaks what was sound."""
    files = dict(data.draw(st.sampled_from(SOURCES)))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(sorted(files)))
        text = files[path]
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 60)))
        piece = data.draw(
            st.sampled_from(["", text[start:end] * 2, "{", "]", '"', "#", "/*", "\n", "\r\n", "é", "'''", "= 1"])
        )
        files[path] = text[:start] + piece + text[end:]
    with tempfile.TemporaryDirectory() as folder:
        try:
            fixed, found = settled(Path(folder), files)
        except (CrateError, UnreadableError):
            return
        if found.fixed:
            assert_settled(fixed)
