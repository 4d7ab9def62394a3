"""Room tests/lint: every rule's fix: declared, and the failing example fixed is the passing one."""

from __future__ import annotations

from pathlib import Path

import pytest
from cloacina_lint import examples
from cloacina_lint.fix import apply
from cloacina_lint.rule import Rule
from cloacina_lint.rules import load

from tests.linting import codes, findings, write

RULES = load()
FIXABLE = [rule for rule in RULES if rule.fixable]


def ids(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}"


@pytest.mark.parametrize("rule", FIXABLE, ids=ids)
def test_fixed_example_is_silent_and_equals_the_passing_one(rule: Rule, tmp_path: Path) -> None:
    write(tmp_path, examples.crate(rule.failing, rule.version)[0])
    fixes = [finding.fix for finding in findings(tmp_path) if finding.code == rule.code and finding.fix is not None]
    assert len(fixes) == 1
    for path, text in apply(fixes).items():
        (tmp_path / path).write_bytes(text.encode("utf-8"))
    assert codes(tmp_path) == []
    wanted = examples.crate(rule.passing, rule.version)[0]
    assert {path: (tmp_path / path).read_text(encoding="utf-8") for path in wanted} == wanted


@pytest.mark.parametrize("rule", RULES, ids=ids)
def test_fix_is_declared(rule: Rule, tmp_path: Path) -> None:
    assert rule.fixable != bool(rule.no_fix), "a rule is fixable, or says why not"
    if not rule.fixable and not rule.deep:
        write(tmp_path, examples.crate(rule.failing, rule.version)[0])
        assert all(finding.fix is None for finding in findings(tmp_path) if finding.code == rule.code)
