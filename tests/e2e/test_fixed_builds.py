"""Room tests/e2e/: what `--fix --unsafe-fixes` makes of a broken crate builds, is loaded and runs for real.

The rules' failing examples, fixed, are the passing ones, which tests/e2e/test_proofs.py has built: the same content is
judged once. The exam's broken crates, which no rule's author wrote a fix for, are judged where the linter has nothing
more to say of them once they are fixed: twelve of them, all of them nightly (`CLOACINA_SERVICE_NIGHTLY=1`).
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

import pytest
from cloacina_lint import examples
from cloacina_lint.crate import Crate, CrateError
from cloacina_lint.engine import Selection
from cloacina_lint.finding import ERROR
from cloacina_lint.fixing import Settled, settle
from cloacina_lint.rule import Rule
from cloacina_lint.rules import load as load_rules
from cloacina_lint.source.tree import Tree

from tests.e2e import proving
from tests.e2e.proofs_table import CI_HOSTS, kind_and_pattern
from tests.exam.generate import Case, cases
from tests.exam.judge import known, package_name
from tests.linting import write

NIGHTLY = os.environ.get("CLOACINA_SERVICE_NIGHTLY") == "1"
CASES_BY_DAY = 12
NO_SELECTION = Selection([], [])
PROVED = [
    rule
    for rule in load_rules()
    if rule.fixable and not rule.deep and kind_and_pattern(rule)[0] in ("build", "library", "symbols", "load")
]


@pytest.fixture(scope="session")
def memory(cargo: str) -> proving.Memory:
    return proving.Memory("judged")


def has_host(version: str) -> bool:
    host = proving.host_version(version)
    return host is not None and (host in CI_HOSTS or NIGHTLY)


def fixed(files: dict[str, str]) -> tuple[dict[str, str], Settled]:
    """The crate after `--fix --unsafe-fixes`, and what the rounds came to."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        settled = settle(Crate(Tree(folder), explicit=True), NO_SELECTION, unsafe=True)
    return {**files, **settled.files}, settled


@cache
def curable() -> list[tuple[Case, dict[str, str]]]:
    """The exam's crates that go wrong for real and that the fixes leave without an error, as they are then."""
    outcomes = known()
    found = []
    for case in cases():
        if not outcomes[case.name]["breaks"] or outcomes[case.name]["stage"] == "pack" or not has_host(case.version):
            continue
        try:
            files, settled = fixed(case.files)
        except CrateError:
            continue
        if settled.fixed and all(finding.severity != ERROR for finding in settled.result.findings):
            found.append((case, files))
    return found


def chosen() -> list[tuple[Case, dict[str, str]]]:
    everything = curable()
    return everything if NIGHTLY else everything[:: max(1, len(everything) // CASES_BY_DAY)][:CASES_BY_DAY]


@pytest.mark.parametrize("rule", PROVED, ids=lambda rule: f"{rule.code}-{rule.name}")
def test_fixed_example_builds_and_runs(rule: Rule, memory: proving.Memory) -> None:
    files, settled = fixed(examples.crate(rule.failing, rule.version)[0])
    assert rule.code in {finding.code for finding in settled.fixed}
    seen = proving.judge(files, package_name(files), rule.version, memory, has_host(rule.version))
    assert seen["built"], seen["output"]
    assert seen["library"], seen["libraries"]
    if seen["report"] is not None:
        assert proving.trouble(seen["report"]) == "", proving.told(seen["report"])


def test_the_exam_has_enough_of_them() -> None:
    assert len(curable()) >= 4 * CASES_BY_DAY


@pytest.mark.parametrize("number", range(len(chosen())), ids=lambda number: chosen()[number][0].name)
def test_fixed_crate_of_the_exam_builds_and_runs(number: int, memory: proving.Memory) -> None:
    case, files = chosen()[number]
    seen = proving.judge(files, package_name(files), case.version, memory)
    assert seen["built"], seen["output"]
    assert seen["library"], seen["libraries"]
    assert proving.trouble(seen["report"]) == "", proving.told(seen["report"])
