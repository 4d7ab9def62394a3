"""Room report/: text, for people: the source line, a caret, why, and the fix."""

from __future__ import annotations

from ..finding import ERROR, INFO, WARNING
from . import Style, plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..engine import CrateResult, Run
    from ..finding import Finding, Fix
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
    for finding in run.fixed:
        if finding.fix is not None:
            head = style.paint(f"fixed[{finding.code}]", 1, 32)
            parts.append(f"{_changed(finding.fix)}: {head} {_printable(finding.fix.title)}\n")
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
    if run.fixed:
        counts.insert(0, f"{len(run.fixed)} fixed")
        if len(counts) == 1:
            counts.append("nothing left")
    parts.append(f"{plural(len(judged), 'crate')} checked, {', '.join(counts) or 'nothing found'}\n")
    return "".join(parts) + _can_be_fixed(run)


def _changed(fix: Fix) -> str:
    """The files that a fix changes or makes, as a report names them."""
    from ..source.tree import display_path

    names = {edit.span.file.display: None for edit in fix.edits}
    names.update((display_path(path), None) for path in fix.new_files)
    return ", ".join(names)


def _can_be_fixed(run: Run) -> str:
    safe, unsafe = run.fixable(safe=True), run.fixable(safe=False)
    if not safe and not unsafe:
        return ""
    more = "more " if safe else ""
    parts = [f"{safe} can be fixed with --fix"] if safe else []
    parts += [f"{unsafe} {more}with --unsafe-fixes"] if unsafe else []
    return ", ".join(parts) + "\n"


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
    if finding.help or finding.fix is not None:
        said = finding.help or (finding.fix.title if finding.fix is not None else "")
        lines.append(f"{margin} = {style.paint('fix', 1)}: {_printable(said)}{_mark(finding)}")
    return "\n".join(lines) + "\n\n"


def _mark(finding: Finding) -> str:
    """Which option makes the fix, if one does."""
    if finding.fix is None:
        return ""
    return " [--fix]" if finding.fix.safe else " [--unsafe-fixes]"


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
