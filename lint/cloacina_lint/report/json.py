"""Room report/: json, schema 1 (docs/schema-1.json). Lines and columns from 1, in characters; paths with `/`."""

from __future__ import annotations

import json

from .. import __version__
from ..finding import ERROR, INFO, WARNING
from . import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..engine import CrateResult, Run
    from ..finding import Finding


def render(run: Run, style: Style) -> str:
    document = {
        "schema": 1,
        "tool": {"name": "cloacina-lint", "version": __version__},
        "crates": [_crate(result) for result in run.results],
        "findings": [_finding(finding) for finding in run.findings],
        "fixed": [_fixed(finding) for finding in run.fixed],
        "summary": {
            "crates": len(run.results),
            "errors": run.count(ERROR),
            "warnings": run.count(WARNING),
            "infos": run.count(INFO),
            "fixed": len(run.fixed),
            "fixable": run.fixable(safe=True),
            "fixable_unsafe": run.fixable(safe=False),
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _crate(result: CrateResult) -> dict[str, Any]:
    crate = result.crate
    version, reason = crate.version if crate.has_manifest else (None, None)
    return {
        "path": crate.display,
        "name": crate.name,
        "contract": version,
        "contract_reason": reason,
        "kind": crate.kind,
        "judged": crate.judged,
        "undetermined": [
            {
                "path": span.file.display,
                "line": span.file.position(span.start)[0],
                "column": span.file.position(span.start)[1],
            }
            for span in result.undetermined
        ],
        "checklist": [
            {"rule": item.code, "text": item.text, "status": item.status, "evidence": item.evidence}
            for item in result.checklist
        ],
    }


def _fixed(finding: Finding) -> dict[str, Any]:
    fix = finding.fix
    return {
        "rule": finding.code,
        "name": finding.name,
        "path": finding.file.display,
        "message": finding.message,
        "title": "" if fix is None else fix.title,
        "safe": fix is None or fix.safe,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    line, column = finding.file.position(finding.span.start)
    end_line, end_column = finding.file.position(finding.span.end)
    return {
        "rule": finding.code,
        "name": finding.name,
        "group": finding.group,
        "severity": finding.severity,
        "path": finding.file.display,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "message": finding.message,
        "help": finding.help,
        "url": finding.url,
        "fixable": finding.fix is not None,
        "fix": None if finding.fix is None else {"title": finding.fix.title, "safe": finding.fix.safe},
        "related": [
            {
                "path": span.file.display,
                "line": span.file.position(span.start)[0],
                "column": span.file.position(span.start)[1],
                "message": label,
            }
            for span, label in finding.related
        ],
    }
