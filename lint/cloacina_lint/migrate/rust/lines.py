"""Room migrate/rust/: taking whole lines out of a text: comments go with what they stand above, gaps close."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust_item import Item
    from ...source.text import SourceFile, Span

    Change = tuple[int, int, str]

GAP = "\0"  # removals with a blank line between them
COMMENT = re.compile(r"\s*(?://(?!!)|/\*(?!!).*\*/\s*$|\*/\s*$|\*(?:\s|$))")


def item_start(item: Item) -> int:
    """Where an item begins with its attributes and documentation."""
    return min([item.span.start, *(attr.span.start for attr in item.attrs)])


def with_comments(file: SourceFile, start: int, end: int, *, top: bool = False) -> Span:
    """A piece of a file with the comments right above it, and the rest of its last line where that is a comment: whole
    lines, with the last line's ending, where it stands alone on its lines. top: comments that begin the file stay."""
    text, starts = file.text, file.starts
    first = file.position(start)[0]
    if text[starts[first - 1] : start].strip():
        return file.span(start, end)
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop + 1
    rest = text[end:stop].strip()
    if rest and not rest.startswith("//"):
        return file.span(start, end)
    while first > 1 and COMMENT.match(file.line_span(first - 1).text):
        line = file.line_span(first - 1).text.strip()
        if line.endswith("*/") and "/*" not in line:  # a block comment of several lines: back to where it opens
            opened = text.rfind("/*", 0, starts[first - 2] + 1)
            if opened < 0 or text.startswith("/*!", opened):
                break
            opening = file.position(opened)[0]
            if text[starts[opening - 1] : opened].strip():
                break
            first = opening
            continue
        if line.startswith("*") and not line.startswith("*/"):
            break
        first -= 1
    if top and first == 1:
        first = file.position(start)[0]
    return file.span(starts[first - 1], stop)


def apply(text: str, changes: list[Change]) -> str:
    """Make changes, (start, end, new text). Where whole lines go the gap closes: no two blank lines where there was one
    on each side, none at the beginning or end of a block or of the file."""
    newline = "\r\n" if "\r\n" in text else "\n"
    out = text
    for start, end, new in reversed(_joined(text, changes)):
        if new == GAP:
            start, end = _closed(text, out, start, end)
            new = "" if _blank_side(text[:start], out[end:]) else "\n"
        elif not new and _whole(text, start, end):
            start, end = _closed(text, out, start, end)
        elif not new and out[end : end + 2].startswith(("\n", "\r\n")):
            start = len(text[:start].rstrip(" \t"))
        out = out[:start] + new.replace("\r\n", "\n").replace("\n", newline) + out[end:]
    return out


def _whole(text: str, start: int, end: int) -> bool:
    return (start == 0 or text[start - 1] == "\n") and (end == len(text) or text[end - 1] == "\n") and end > start


def _joined(text: str, changes: list[Change]) -> list[Change]:
    """In order, removals with nothing but blank lines between them as one; what lies inside a removal is left out."""
    found: list[Change] = []
    for start, end, new in sorted(set(changes), key=lambda change: (change[0], -change[1])):
        if found:
            before, stop, text_before = found[-1]
            if start < stop:
                continue
            between = text[stop:start]
            if not new and text_before in ("", GAP) and not between.strip() and _whole(text, before, stop):
                found[-1] = (before, end, GAP if "\n" in between or text_before else "")
                continue
        found.append((start, end, new))
    return found


def _blank_side(above: str, below: str) -> bool:
    """Whether there is a blank line, or a block's end, on one side of a place between lines."""
    lines = above.rsplit("\n", 2)
    before = lines[-2].strip() if len(lines) > 1 else ""
    first = below.split("\n", 1)[0].strip()
    return not before or not first or before.endswith("{") or first.startswith("}")


def _closed(text: str, out: str, start: int, end: int) -> tuple[int, int]:
    above = text[:start].rstrip(" \t\r\n")
    gap_above = text[len(above) : start].count("\n") > 1 or not above
    below = out[end:].lstrip(" \t\r\n")
    blank_below = "\n" in out[end : len(out) - len(below)]
    if blank_below and (gap_above or above.endswith("{")):
        line = out.rfind("\n", end, len(out) - len(below)) + 1
        return start, max(line, end)
    if (not below or below.startswith("}")) and gap_above and above:
        return text.find("\n", len(above)) + 1, end
    return start, end
