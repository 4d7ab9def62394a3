"""Room tests/lint: every rule's own examples, its registration and its page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cloacina_lint import contracts, examples, explain
from cloacina_lint.finding import SEVERITIES
from cloacina_lint.rule import Rule
from cloacina_lint.rules import load

from tests.linting import NOTES, canonical, codes, findings, write
from tests.support import ROOT

RULES = load()
STATIC = [rule for rule in RULES if not rule.deep]
GROUPS = {
    "0": "guide",
    "1": "build",
    "2": "load",
    "3": "manifest",
    "4": "workflow",
    "5": "trigger",
    "6": "graph",
    "7": "version",
    "8": "pack",
    "9": "test",
}


def ids(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}"


@pytest.mark.parametrize("rule", STATIC, ids=ids)
def test_failing_example_fires_once_where_marked(rule: Rule, tmp_path: Path) -> None:
    files, marks = examples.crate(rule.failing, rule.version)
    assert len(marks) == 1, "a failing example marks exactly one place"
    write(tmp_path, files)
    found = [finding for finding in findings(tmp_path) if finding.code == rule.code]
    assert len(found) == 1
    path, start, end = marks[0]
    span = found[0].span
    assert Path(span.file.path).relative_to(tmp_path).as_posix() == path
    assert (span.start, span.end) == (start, end), f"{span!r}, marked {files[path][start:end]!r}"


@pytest.mark.parametrize("rule", STATIC, ids=ids)
def test_passing_example_is_silent(rule: Rule, tmp_path: Path) -> None:
    files, marks = examples.crate(rule.passing, rule.version)
    assert marks == []
    write(tmp_path, files)
    assert [code for code in codes(tmp_path) if code == rule.code or code not in NOTES] == []


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_error_outside_the_guide_names_its_proof(rule: Rule) -> None:
    needed = rule.severity == "error" and rule.group not in ("guide", "lint")
    assert not needed or re.match(r"(build|library|symbols|load|pack|server): .", rule.proof)


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_rule_is_complete(rule: Rule) -> None:
    assert re.fullmatch(r"CL\d{3}", rule.code)
    assert rule.group == ("lint" if rule.code.startswith("CL09") else GROUPS[rule.code[2]])
    assert rule.severity in SEVERITIES
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert len(rule.why.split()) > 15
    assert rule.since >= (0, 5)
    module = type(rule).__module__.rsplit(".", 1)[1]
    assert module == f"{rule.code.lower()}_{rule.name.replace('-', '_')}"


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_rule_file_is_registered() -> None:
    files = sorted(path.stem for path in (ROOT / "lint/cloacina_lint/rules").glob("cl*.py"))
    assert files == sorted(type(rule).__module__.rsplit(".", 1)[1] for rule in RULES)


@pytest.mark.parametrize("contract", contracts.known(), ids=lambda contract: contract.name)
def test_checklists_name_rules_that_exist_and_apply(contract: contracts.Contract) -> None:
    by_code = {rule.code: rule for rule in RULES}
    for item in contract.checklist:
        rule = by_code[item["rule"]]
        assert rule.since <= contract.minor
        assert rule.until is None or contract.minor < rule.until
        assert item["text"]


@pytest.mark.parametrize("contract", contracts.known(), ids=lambda contract: contract.name)
def test_canonical_crate_is_clean(contract: contracts.Contract, tmp_path: Path) -> None:
    assert codes(canonical(tmp_path, contract.version)) == []


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_page_is_current(rule: Rule) -> None:
    page = ROOT / "docs" / "rules" / f"{rule.code}.md"
    assert page.read_text(encoding="utf-8") == explain.page(rule.code), "run scripts/write_docs.py"


def test_index_is_current_and_no_page_is_left_over() -> None:
    pages = ROOT / "docs" / "rules"
    assert (pages / "README.md").read_text(encoding="utf-8") == explain.index(), "run scripts/write_docs.py"
    assert {path.stem for path in pages.glob("CL*.md")} == {rule.code for rule in RULES}
