"""Room report/: checklist, the guide's items for the crate's version: pass, fail, undetermined or not run."""

from __future__ import annotations

from ..finding import ERROR, INFO, WARNING
from . import Style, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..engine import CrateResult, Run

COLORS = {"pass": 32, "fail": 31, "undetermined": 33, "not run": 36}


def render(run: Run, style: Style) -> str:
    return "\n".join(_crate(result, style) for result in run.results)


def _crate(result: CrateResult, style: Style) -> str:
    crate = result.crate
    if not crate.judged:
        return f"{crate.display}: {crate.name} ({crate.kind}): not judged\n"
    version, reason = crate.version
    lines = [f"{crate.display}: {crate.name}, Cloacina {version} ({reason})"]
    for number, item in enumerate(result.checklist, 1):
        status = style.paint(f"{item.status:<12}", COLORS[item.status])
        lines.append(f"  {number}. {status} {item.text}  [{item.code}]")
        if item.evidence:
            lines.append(f"     {'':12} {item.evidence}")
    listed = {item.code for item in result.checklist}
    beside = [finding for finding in result.findings if finding.code not in listed]
    if beside:
        lines.append(f"  Beside the checklist, {plural(len(beside), 'finding')}:")
        for severity in (ERROR, WARNING, INFO):
            for finding in beside:
                if finding.severity == severity:
                    place = f"{finding.file.display}:{finding.span.line}"
                    lines.append(f"     {severity:<8} {finding.code} {place}: {finding.message}")
    else:
        lines.append("  Beside the checklist: nothing found")
    return "\n".join(lines) + "\n"
