"""Room source/: where a document uses what TOML 1.1 has and TOML 1.0 has not."""

from __future__ import annotations

from .toml_scan import DOTTED, INLINE, SCALAR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .text import Span
    from .toml import TomlDoc


def newer_syntax(doc: TomlDoc) -> list[tuple[Span, str]]:
    """(place, what it is) of each, in order: line breaks and last commas in inline tables, `\\e` and `\\x..` in basic
    strings and keys, times without seconds."""
    text = doc.file.text
    found: list[tuple[Span, str]] = []
    escapes = "\\e" in text or "\\x" in text
    for path in doc.paths():
        form = doc.form(*path)
        span = doc.value_span(*path)
        if span is None:
            continue
        if form == INLINE:
            found += _inline(doc, path, span)
        elif form == SCALAR and text[span.start] == '"' and escapes:
            found += _escapes(span)
        elif form == SCALAR and text[span.start].isdigit() and ":" in span.text:
            clock = span.text.replace(" ", "T").replace("t", "T").rpartition("T")[2]
            clock = clock.rstrip("Zz").split("+", 1)[0].split("-", 1)[0]
            if clock.count(":") == 1:
                found.append((span, "a time without seconds"))
        if escapes:
            key = doc.key_span(*path)
            if key is not None and key.text.startswith('"'):
                found += _escapes(key)
    unique = {(span.start, span.end): (span, what) for span, what in found}
    return [unique[place] for place in sorted(unique)]


def _inline(doc: TomlDoc, path: tuple[str | int, ...], span: Span) -> list[tuple[Span, str]]:
    """Read the text between the braces with the values, whose own text may hold anything, taken out."""
    file = span.file
    inside: list[tuple[int, int]] = []
    todo = [path]
    while todo:
        holder = todo.pop()
        for key in doc.get(*holder) or ():
            entry = doc.entry_span(*holder, key)
            if doc.form(*holder, key) == DOTTED:
                todo.append((*holder, key))
            elif entry is not None:
                inside.append((entry.start, entry.end))
    at, comma = span.start + 1, -1
    for start, end in [*sorted(inside), (span.end - 1, span.end)]:
        gap = file.text[at:start]
        if "\n" in gap:
            return [(file.span(span.start, span.start + 1), "an inline table over several lines")]
        comma = at + gap.index(",") if "," in gap else -1
        at = end
    if comma >= 0 and inside:
        return [(file.span(comma, comma + 1), "a comma at the end of an inline table")]
    return []


def _escapes(span: Span) -> list[tuple[Span, str]]:
    text, found = span.text, []
    at = text.find("\\")
    while at >= 0:
        letter = text[at + 1 : at + 2]
        if letter in ("e", "x"):
            width = 2 if letter == "e" else 4
            found.append((span.file.span(span.start + at, span.start + at + width), f"the escape `\\{letter}`"))
        at = text.find("\\", at + 2)
    return found
