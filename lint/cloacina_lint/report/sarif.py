"""Room report/: sarif 2.1.0, for code scanning. Paths are relative to the working directory: run it at the root."""

from __future__ import annotations

import json

from .. import __version__
from ..finding import ERROR, INFO, URL, WARNING
from ..rules import load
from . import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..engine import Run
    from ..finding import Finding, Fix
    from ..rule import Rule
    from ..source.text import Span

LEVELS = {ERROR: "error", WARNING: "warning", INFO: "note"}
INFORMATION = "https://github.com/org/cloacina-service"


def render(run: Run, style: Style) -> str:
    rules = load()
    index = {rule.code: position for position, rule in enumerate(rules)}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "cloacina-lint",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "informationUri": INFORMATION,
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "automationDetails": {"id": "cloacina-lint/"},
                "invocations": [
                    {
                        "executionSuccessful": not run.problems,
                        "toolExecutionNotifications": [
                            {"level": "error", "message": {"text": problem}} for problem in run.problems
                        ],
                    }
                ],
                "results": [_result(finding, index[finding.code]) for finding in run.findings],
            }
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    why = rule.why.strip()
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(why.split())},
        "help": {"text": why, "markdown": why},
        "helpUri": URL.format(code=rule.code),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": ["cloacina", rule.group]},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message + (f"\nFix: {finding.help}" if finding.help else "")},
        "locations": [_location(finding.span)],
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(span), "message": {"text": label}}
            for number, (span, label) in enumerate(finding.related, 1)
        ]
    if finding.fix is not None and not finding.fix.new_files:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _fix(fix: Fix) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        replacement = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.span.file.display, []).append(replacement)
    return {
        "description": {"text": fix.title if fix.safe else f"{fix.title} (this changes meaning)"},
        "artifactChanges": [
            {"artifactLocation": _artifact(path), "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }


def _location(span: Span) -> dict[str, Any]:
    region = _region(span)
    if span.start == span.end:
        region["endColumn"] += 1  # a region of no width is not shown
    return {"physicalLocation": {"artifactLocation": _artifact(span.file.display), "region": region}}


def _artifact(path: str) -> dict[str, Any]:
    from urllib.parse import quote

    return {"uri": quote(path)}


def _region(span: Span) -> dict[str, Any]:
    line, column = span.file.position(span.start)
    end_line, end_column = span.file.position(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
