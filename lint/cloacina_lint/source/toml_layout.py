"""Room source/: entries of a TOML table as lines: put where they belong, moved and taken out with their comments.

As in toml_edit.py each function gives the edits, or None where the document's form leaves no plain local edit.
"""

from __future__ import annotations

import datetime
import re

from ..finding import Edit
from . import toml_edit
from .toml import ARRAY, DOTTED, IMPLICIT, INLINE, SCALAR, TABLE, TomlDoc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .text import Span

Path = tuple["str | int", ...]


def value_text(value: Any) -> str:
    """A value of tomli's as TOML 1.0, on one line."""
    if isinstance(value, str):
        return toml_edit.string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(value_text(item) for item in value) + "]"
    if isinstance(value, dict):
        inside = ", ".join(f"{toml_edit.quoted(key)} = {value_text(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


class Taken:
    """What stood around an entry that goes: comment lines above it, and the comment behind it (both without line
    ends, the latter with the white space before it)."""

    __slots__ = ("above", "behind")

    def __init__(self, above: list[str], behind: str) -> None:
        self.above = above
        self.behind = behind


def entry_spans(doc: TomlDoc, path: Path) -> list[Span]:
    """The `key = value` entries a path is made of, in order: several for a table of dotted keys, none for a table with
    a header."""
    form = doc.form(*path)
    if form == DOTTED:
        found = [span for key in doc.get(*path) or () for span in entry_spans(doc, (*path, key))]
        return sorted(found, key=lambda span: span.start)
    span = doc.entry_span(*path)
    return [span] if span is not None and form in (SCALAR, ARRAY, INLINE) else []


def own_entries(doc: TomlDoc, table: Path) -> list[tuple[str, Span]]:
    """(key, entry) of what a table's own section holds, in the order of the file."""
    found = []
    for key in doc.get(*table) or ():
        found += [(key, span) for span in entry_spans(doc, (*table, key))]
    return sorted(found, key=lambda entry: entry[1].start)


def comment_block(doc: TomlDoc, offset: int) -> int:
    """Where the comment lines right above the line of an offset begin (no blank line between); else that line."""
    file = doc.file
    line = file.position(offset)[0]
    while line > 1 and file.line_span(line - 1).text.lstrip(" \t").startswith("#"):
        line -= 1
    return file.starts[line - 1]


def put(
    doc: TomlDoc, table: Path, key: str, value: str, *, near: str = "", taken: Taken | None = None
) -> list[Edit] | None:
    """`key = value` where it belongs: by name in a table that is sorted, else behind the last key that begins with
    `near`, else at the end; its `=` under the others' where they stand in a column. A table that only sub-tables make
    gets its header above them. `taken`: comments to put with it."""
    form = doc.form(*table)
    above, behind = (taken.above, taken.behind) if taken else ([], "")
    if form == IMPLICIT and all(isinstance(part, str) for part in table):
        first = doc.value_span(*table)
        if first is not None:
            entry = "".join(f"{line}\n" for line in [*above, f"{key} = {value}{behind}"])
            offset = comment_block(doc, first.start)
            return [Edit(doc.file.span(offset, offset), f"[{dotted(table)}]\n{entry}\n")]
    if form != TABLE:
        edits = toml_edit.insert_key(doc, table, key, value)
        if edits is None or form == INLINE or not (above or behind):
            return edits
        (edit,) = edits
        line = edit.text.rstrip("\n")
        head, _, entry = line.rpartition("\n")
        comments = "".join(f"{comment}\n" for comment in above)
        return [Edit(edit.span, (f"{head}\n" if head else "") + f"{comments}{entry}{behind}\n")]
    own = own_entries(doc, table)
    offset = _place(doc, table, key, own, near)
    indent = toml_edit.line_indent(doc.file, own[0][1].start) if own else ""
    lines = [*above, f"{_padded(doc, own, key)}= {value}{behind}"]
    return [Edit(doc.file.span(offset, offset), "".join(f"{indent}{line}\n" for line in lines))]


def _place(doc: TomlDoc, table: Path, key: str, own: list[tuple[str, Span]], near: str) -> int:
    names = [name.lower() for name, _ in own]
    header = doc.value_span(*table)
    assert header is not None
    after = header.end
    if names == sorted(names):
        smaller = [span for name, span in own if name.lower() < key.lower()]
        after = smaller[-1].end if smaller else after
    else:
        close = [span for name, span in own if near and name.startswith(near)]
        after = (close or [span for _, span in own])[-1].end
    return toml_edit.next_line(doc.file, after)


def _padded(doc: TomlDoc, own: list[tuple[str, Span]], key: str) -> str:
    """The key with white space up to its `=`."""
    text = doc.file.text
    heads = []
    for _, span in own:
        line = text[span.start : span.end]
        heads.append(line[: line.index("=")] if "=" in line else line)
    widths = {len(head) for head in heads}
    column = any(head.endswith("  ") for head in heads) and len(heads) > 1 and len(widths) == 1
    return key.ljust(widths.pop() - 1) + " " if column else f"{key} "


def section_end(doc: TomlDoc, path: Path) -> int | None:
    """Where a table with a header ends, its sub-tables and the comment lines right below included; None for another
    form."""
    ends = [
        end
        for found in doc.paths()
        if found[: len(path)] == path and doc.form(*found) == TABLE and (end := doc.insert_offset(*found)) is not None
    ]
    if not ends:
        return None
    text = doc.file.text
    end = after = max(ends)
    while text[after : toml_edit.next_line(doc.file, after)].lstrip(" \t").startswith("#"):
        after = toml_edit.next_line(doc.file, after)
    return end if text[after:].lstrip(" \t").startswith("[") else after


def take(doc: TomlDoc, path: Path, *, about: re.Pattern[str] | None = None) -> tuple[list[Edit], Taken] | None:
    """Take an entry out (`key = value`, or all its dotted keys) and tell its comments. The comment lines right above
    it go with it, unless they are the heading of a group: more entries follow, in a table of several groups, and the
    lines do not speak `about` what goes."""
    spans = entry_spans(doc, path)
    if not spans or any(doc.form(*path[:depth]) == INLINE for depth in range(1, len(path))):
        gone = toml_edit.remove(doc, path)
        return None if gone is None else (gone, Taken([], ""))
    file, text = doc.file, doc.file.text
    edits: list[Edit] = []
    above: list[str] = []
    behind = ""
    for number, span in enumerate(spans):
        start, end = file.starts[file.position(span.start)[0] - 1], toml_edit.next_line(file, span.end)
        trailing = text[span.end : end].rstrip("\r\n")
        below = text[end : toml_edit.next_line(file, end)].strip()
        more = spans[number + 1].start if number + 1 < len(spans) else -1
        block = comment_block(doc, span.start)
        alone = below == "" or below[0] in "#[" or (more >= 0 and not text[end:more].strip())
        own = alone or (about is not None and about.search(text, block, start) is not None)
        if block and (own or not _groups(doc, path[:-1], block, start)):  # at the file's top it is the file's
            above += [line.strip() for line in text[block:start].splitlines()]
            start = block
        if "#" in trailing and more < 0:
            behind = trailing
        elif "#" in trailing:
            above.append(trailing.strip())
        edits.append(Edit(file.span(start, end), ""))
    return edits, Taken(above, behind)


def _groups(doc: TomlDoc, table: Path, start: int, end: int) -> bool:
    """Whether a table's entries stand in groups: blank or comment lines among them, other than the block [start, end)
    right above an entry."""
    file, own = doc.file, own_entries(doc, table)
    header = doc.value_span(*table) if doc.form(*table) == TABLE else None
    at = toml_edit.next_line(file, header.end) if header is not None else min(start, own[0][1].start)
    for _, span in own:
        line = file.starts[file.position(span.start)[0] - 1]
        if file.text[at : start if line == end else line].strip(" \t"):
            return True
        at = toml_edit.next_line(file, span.end)
    return False


def take_table(doc: TomlDoc, path: Path) -> tuple[list[Edit], str]:
    """Take a table with a header out, with its sub-tables, all of an array of tables, or one `[[name]]` of it, the
    comment lines right above included; and the text that goes. No edits where it has no header."""
    file, edits, gone = doc.file, [], []
    for found in doc.paths():
        header = doc.value_span(*found)
        if found[: len(path)] != path or doc.form(*found) != TABLE or header is None:
            continue
        start, end = comment_block(doc, header.start), doc.insert_offset(*found) or header.end
        gone.append(file.text[start:end])
        while file.text[end : toml_edit.next_line(file, end)].strip() == "" and end < len(file.text):
            end = toml_edit.next_line(file, end)
        edits.append(Edit(file.span(start, end), ""))
    return edits, "".join(gone)


def take_item(doc: TomlDoc, array: Path, index: int) -> list[Edit] | None:
    """Take one element out of an array, with its line where it has one of its own."""
    span = doc.value_span(*array, index)
    holder = doc.value_span(*array)
    values = doc.get(*array)
    if doc.form(*array) != ARRAY or span is None or holder is None or not isinstance(values, list):
        return None
    file, text = doc.file, doc.file.text
    start = file.starts[file.position(span.start)[0] - 1]
    end = toml_edit.next_line(file, span.end)
    alone = not text[start : span.start].strip() and text[span.end : end].strip().lstrip(",").lstrip()[:1] in ("", "#")
    if alone and holder.start < start and end < holder.end:
        return [Edit(file.span(start, end), "")]
    after = doc.value_span(*array, index + 1)
    if after is not None:
        return [Edit(file.span(span.start, after.start), "")]
    before = doc.value_span(*array, index - 1) if index else None
    return [Edit(file.span(before.end if before is not None else span.start, span.end), "")]


def retitle(doc: TomlDoc, path: Path, new: Path) -> list[Edit] | None:
    """Another name for a table with a header and no sub-tables."""
    header = doc.value_span(*path)
    if doc.form(*path) != TABLE or header is None:
        return None
    return [Edit(header, f"[{dotted(new)}]")]


def dotted(path: Path) -> str:
    """A path as a header has it."""
    return ".".join(toml_edit.quoted(str(part)) for part in path)
