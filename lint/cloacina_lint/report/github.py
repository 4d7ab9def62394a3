"""Room report/: github, workflow commands that GitHub Actions shows as annotations on the changed lines."""

from __future__ import annotations

from ..finding import ERROR, INFO, WARNING
from . import Style, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..engine import Run
    from ..finding import Finding

COMMANDS = {ERROR: "error", WARNING: "warning", INFO: "notice"}


def render(run: Run, style: Style) -> str:
    lines = [_annotation(finding) for finding in run.findings]
    counts = [plural(run.count(severity), severity) for severity in (ERROR, WARNING, INFO) if run.count(severity)]
    judged = sum(result.crate.judged for result in run.results)
    lines.append(f"{plural(judged, 'crate')} checked, {', '.join(counts) or 'nothing found'}")
    return "\n".join(lines) + "\n"


def _annotation(finding: Finding) -> str:
    line, column = finding.file.position(finding.span.start)
    end_line, end_column = finding.file.position(finding.span.end)
    properties = {
        "file": finding.file.display,
        "line": str(line),
        "endLine": str(end_line),
        "title": f"{finding.code} {finding.name}",
    }
    if line == end_line:  # GitHub wants columns only where both ends are on one line
        properties |= {"col": str(column), "endColumn": str(max(column, end_column))}
    text = finding.message + (f"\nfix: {finding.help}" if finding.help else "")
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{COMMANDS[finding.severity]} {listed}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
