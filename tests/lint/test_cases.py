"""Room tests/lint: further cases of the rules, one YAML file a rule in tests/lint/cases.

A case: `name`; `example`, as in a rule file, every expected finding of that rule marked with «» (no mark: the rule is
silent); `version`, the Cloacina version of the canonical crate below it (default 0.6.1); `severity`, where it is not
the rule's own; `others`, codes that fire beside it (default none).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from cloacina_lint import examples
from cloacina_lint.rules import find

from tests.linting import NOTES, findings, write
from tests.support import ROOT

CASES = [
    (path.stem, case)
    for path in sorted((ROOT / "tests" / "lint" / "cases").glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(
    ("code", "case"), CASES, ids=[f"{code}-{case['name'].replace(' ', '-')}" for code, case in CASES]
)
def test_case(code: str, case: dict[str, Any], tmp_path: Path) -> None:
    rule = find(code)
    assert rule is not None, f"tests/lint/cases/{code}.yaml: no such rule"
    assert not set(case) - {"name", "example", "version", "severity", "others"}
    files, marks = examples.crate(case["example"], str(case.get("version", rule.version)))
    write(tmp_path, files)
    found = findings(tmp_path)
    mine = [finding for finding in found if finding.code == code]
    places = [(Path(f.span.file.path).relative_to(tmp_path).as_posix(), f.span.start, f.span.end) for f in mine]
    assert sorted(places) == sorted(marks), [repr(finding) for finding in mine]
    assert all(finding.severity == case.get("severity", rule.severity) for finding in mine)
    assert sorted({finding.code for finding in found} - {code} - NOTES) == sorted(case.get("others", []))


def test_names_are_unique() -> None:
    names = [(code, case["name"]) for code, case in CASES]
    assert len(set(names)) == len(names)
