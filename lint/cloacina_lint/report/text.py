"""Room report/: text, for people: the source line, a caret, why, and the fix."""

from __future__ import annotations

from ..finding import ERROR, INFO, WARNING
from . import Style, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..engine import CrateResult, Run
    from ..finding import Finding
    from ..source.text import Span

COLORS = {ERROR: 31, WARNING: 33, INFO: 36}
LONGEST = 160


def render(run: Run, style: Style) -> str:
    parts = []
    for result in run.results:
        for finding in result.findings:
            parts.append(_finding(finding, style))
        for span in result.undetermined:
            line, column = span.file.position(span.start)
            head = style.paint("undetermined", 1, 33)
            parts.append(
                f"{span.file.display}:{line}:{column}: {head}: what this makes is not known here, and not judged\n\n"
            )
    judged = [result for result in run.results if result.crate.judged]
    parts += [_not_judged(result) for result in run.results if not result.crate.judged]
    for result in judged:
        version, reason = result.crate.version
        state = plural(len(result.findings), "finding") if result.findings else style.paint("clean", 32)
        parts.append(f"{result.crate.display}: {result.crate.name}, Cloacina {version} ({reason}): {state}\n")
    counts = [
        plural(run.count(severity), word)
        for severity, word in ((ERROR, "error"), (WARNING, "warning"), (INFO, "info"))
        if run.count(severity)
    ]
    parts.append(f"{plural(len(judged), 'crate')} checked, {', '.join(counts) or 'nothing found'}\n")
    return "".join(parts)


def _not_judged(result: CrateResult) -> str:
    crate = result.crate
    said = {
        "library": "library mode (embeds the engine), not judged; name it on the command line to check it in full",
        "python": "a Python package, not judged: this linter reads Rust crates",
        "other": "not a Cloacina crate, not judged",
    }[crate.kind]
    return f"{crate.display}: {crate.name}: {said}\n"


def _finding(finding: Finding, style: Style) -> str:
    span = finding.span
    line, column = span.file.position(span.start)
    color = COLORS[finding.severity]
    head = style.paint(f"{finding.severity}[{finding.code}]", 1, color)
    lines = [
        f"{span.file.display}:{line}:{column}: {head} {finding.name}: {style.paint(_printable(finding.message), 1)}"
    ]
    margin = " " * len(str(line))
    lines += _excerpt(span, line, column, margin, style, color)
    for place, label in finding.related:
        there, at = place.file.position(place.start)
        lines.append(f"{margin} = note: {place.file.display}:{there}:{at}: {_printable(label)}")
    why = _why(finding)
    if why:
        lines.append(f"{margin} = why: {why}")
    if finding.help:
        lines.append(f"{margin} = {style.paint('fix', 1)}: {_printable(finding.help)}")
    return "\n".join(lines) + "\n\n"


def _excerpt(span: Span, line: int, column: int, margin: str, style: Style, color: int) -> list[str]:
    """The source line with a caret run below. A long line is cut around the caret; tabs stay tabs in both."""
    source = span.file.line_span(line)
    text = source.text
    before = text[: column - 1]
    marked = text[column - 1 : column - 1 + max(1, span.end - span.start)]
    if len(text) > LONGEST:
        start = max(0, column - 1 - LONGEST // 4)
        text = ("..." if start else "") + text[start : start + LONGEST] + "..."
        before = ("..." if start else "") + before[start:]
        marked = marked[: LONGEST // 2]
    pad = "".join("\t" if char == "\t" else " " * _width(char) for char in before)
    carets = "^" * max(1, sum(_width(char) for char in marked))
    return [
        f"{margin} |",
        f"{line} | {_printable(text)}",
        f"{margin} | {pad}{style.paint(carets, 1, color)}",
    ]


def _width(char: str) -> int:
    """Columns a character takes in a terminal."""
    if char < "\x7f":
        return 1
    import unicodedata

    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _printable(text: str) -> str:
    """Control characters of the source must not reach the terminal as such."""
    return "".join(char if char == "\t" or char.isprintable() else "\ufffd" for char in text)


def _why(finding: Finding) -> str:
    """The first sentence of the rule's own explanation."""
    from ..rules import find

    rule = find(finding.code)
    text = " ".join(rule.why.split()) if rule is not None else ""
    end = text.find(". ")
    return text[:end] if end >= 0 else text.rstrip(".")
