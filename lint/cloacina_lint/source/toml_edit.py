"""Room source/: edits of a TOML document: comments, line endings and style stay, and what is written is TOML 1.0.

Each function gives the edits, or None where the document's form leaves no plain local edit (say, a table made of
dotted keys at the place where a header is needed). Values are TOML text as it is to be written.
"""

from __future__ import annotations

from ..finding import Edit
from .text import Span
from .toml import ARRAY, DOTTED, IMPLICIT, INLINE, ROOT, TABLE, TomlDoc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .text import SourceFile

Path = tuple["str | int", ...]


def replace(doc: TomlDoc, path: Path, value: str) -> list[Edit] | None:
    """Another value for a key that is there, in place of a value (not of a table with a header)."""
    span = doc.value_span(*path)
    if span is None or doc.form(*path) in (TABLE, IMPLICIT, DOTTED, ROOT):
        return None
    return [Edit(span, value)]


def insert_key(doc: TomlDoc, table: Path, key: str, value: str) -> list[Edit] | None:
    """`key = value` at the end of a table, however it is written; one that is not there is put at the file's end."""
    form = doc.form(*table)
    file = doc.file
    if form in (TABLE, ROOT):
        offset = doc.insert_offset(*table)
        assert offset is not None
        return [_line(file, offset, f"{_indent(doc, table)}{key} = {value}\n")]
    if form == INLINE:
        return _insert_inline(doc, table, f"{key} = {value}")
    if form == DOTTED:
        last = _last_entry(doc, table)
        own = doc.key_span(*table, last[1]) if last else None
        if last is None or own is None:
            return None
        prefix = file.text[last[0].start : own.start]
        if doc.form(*table[:-1]) == INLINE:
            return [Edit(file.span(last[0].end, last[0].end), f", {prefix}{key} = {value}")]
        return [
            _line(file, next_line(file, last[0].end), f"{line_indent(file, last[0].start)}{prefix}{key} = {value}\n")
        ]
    if form in (None, IMPLICIT) and all(doc.form(*table[:n]) in (None, TABLE, IMPLICIT) for n in range(1, len(table))):
        header = ".".join(quoted(part) for part in table if isinstance(part, str))
        return [_line(file, len(file.text), f"\n[{header}]\n{key} = {value}\n")]
    return None


def append(doc: TomlDoc, path: Path, item: str) -> list[Edit] | None:
    """`item` as the last element of an array, on a line of its own where the last one has one."""
    if doc.form(*path) != ARRAY:
        return None
    file = doc.file
    text = file.text
    span = doc.value_span(*path)
    values = doc.get(*path)
    assert span is not None
    assert isinstance(values, list)
    if not values:
        inside = text[span.start + 1 : span.end - 1]
        end = span.end - 1 if not inside.strip() else span.start + 1
        return [Edit(file.span(span.start + 1, end), item)]
    last = doc.value_span(*path, len(values) - 1)
    assert last is not None
    indent = line_indent(file, last.start)
    if file.starts[file.position(last.start)[0] - 1] + len(indent) != last.start:
        return [Edit(file.span(last.end, last.end), f", {item}")]
    line_end = file.line_span(file.position(last.end)[0]).end
    rest = text[last.end : line_end].strip()
    if not rest.startswith((",", "#")) and rest:
        return [Edit(file.span(last.end, last.end), f", {item}")]
    if rest in ("", ","):
        return [Edit(file.span(last.end, last.end), f",\n{indent}{item}")]
    edits = [Edit(file.span(line_end, line_end), f"\n{indent}{item}" + ("," if rest.startswith(",") else ""))]
    return edits if rest.startswith(",") else [Edit(file.span(last.end, last.end), ","), *edits]


def add_to_array(doc: TomlDoc, table: Path, key: str, item: str) -> list[Edit] | None:
    """`item` in the array `key` of a table; the key is made where it is absent."""
    if doc.has(*table, key):
        return append(doc, (*table, key), item)
    return insert_key(doc, table, key, f"[{item}]")


def add_feature(doc: TomlDoc, dependency: Path, feature: str) -> list[Edit] | None:
    """A feature for one entry of a dependency table: `"1"` becomes `{ version = "1", features = [..] }`."""
    if isinstance(doc.get(*dependency), str):
        span = doc.value_span(*dependency)
        assert span is not None
        return [Edit(span, f'{{ version = {span.text}, features = ["{feature}"] }}')]
    return add_to_array(doc, dependency, "features", f'"{feature}"')


def remove(doc: TomlDoc, path: Path) -> list[Edit] | None:
    """Take `key = value` out: its line where it stands alone on it, else its part of an inline table."""
    span = doc.entry_span(*path)
    holder = doc.form(*path[:-1])
    if span is None or doc.form(*path) in (TABLE, IMPLICIT, DOTTED):
        return None
    file = doc.file
    if holder == INLINE:
        names = list(doc.get(*path[:-1]) or ())
        at = names.index(path[-1])
        if at > 0:
            before = doc.entry_span(*path[:-1], names[at - 1])
            return [Edit(file.span(before.end, span.end), "")] if before is not None else None
        after = doc.entry_span(*path[:-1], names[1]) if len(names) > 1 else None
        return [Edit(file.span(span.start, after.start if after is not None else span.end), "")]
    return [Edit(file.span(span.start - len(line_indent(file, span.start)), next_line(file, span.end)), "")]


def move(doc: TomlDoc, path: Path, table: str) -> list[Edit] | None:
    """Move one entry of the table path[0], with the comment on its line, into the top-level table `table`; an entry
    there of that name wins."""
    source, key = path[0], path[-1]
    if len(path) != 2 or not isinstance(source, str) or not isinstance(key, str):
        return None
    if doc.form(*path) == TABLE:
        header = doc.value_span(*path)
        text = header.text if header is not None else ""
        if header is None or not text.startswith(f"[{source}.") or doc.has(table, key):
            return None
        return [Edit(file_span(header, 1, 1 + len(source)), table)]
    if doc.form(source) != TABLE:
        return None
    gone = remove(doc, path)
    span = doc.entry_span(*path)
    if gone is None or span is None:
        return None
    if doc.has(table, key):
        return gone
    name, value = doc.key_span(*path), doc.value_span(*path)
    assert name is not None
    assert value is not None
    file = doc.file
    comment = file.text[span.end : file.line_span(file.position(span.end)[0]).end].strip()
    on_its_line = f" {comment}" if comment.startswith("#") and doc.form(table) in (None, TABLE, IMPLICIT) else ""
    added = insert_key(doc, (table,), name.text, value.text + on_its_line)
    return None if added is None else [*gone, *added]


def file_span(span: Span, start: int, end: int) -> Span:
    """A part of a span, in offsets from its start."""
    return Span(span.file, span.start + start, span.start + end)


def quoted(key: str) -> str:
    """A key as it is written: bare where it can be."""
    if key and all(char.isascii() and (char.isalnum() or char in "-_") for char in key):
        return key
    return string(key)


def string(value: str) -> str:
    """A basic string of TOML 1.0."""
    out = []
    for char in value:
        if char in '"\\':
            out.append("\\" + char)
        elif char < " " or char == "\x7f":
            out.append(f"\\u{ord(char):04X}")
        else:
            out.append(char)
    return '"' + "".join(out) + '"'


def _line(file: SourceFile, offset: int, text: str) -> Edit:
    return Edit(file.span(offset, offset), text)


def next_line(file: SourceFile, offset: int) -> int:
    found = file.text.find("\n", offset)
    return len(file.text) if found < 0 else found + 1


def line_indent(file: SourceFile, offset: int) -> str:
    """The white space at the start of the line an offset is in."""
    line = file.line_span(file.position(offset)[0]).text
    return line[: len(line) - len(line.lstrip(" \t"))]


def _last_entry(doc: TomlDoc, table: Path) -> tuple[Span, str] | None:
    """(entry, key) of the last `key = value` in a table, sub-tables with headers left out."""
    best: tuple[Span, str] | None = None
    for key in doc.get(*table) or {}:
        if doc.form(*table, key) in (TABLE, IMPLICIT, "tables"):
            continue
        span = doc.entry_span(*table, key)
        if span is not None and (best is None or span.start > best[0].start):
            best = span, key
    return best


def _indent(doc: TomlDoc, table: Path) -> str:
    last = _last_entry(doc, table)
    return line_indent(doc.file, last[0].start) if last is not None else ""


def _insert_inline(doc: TomlDoc, table: Path, entry: str) -> list[Edit] | None:
    span = doc.value_span(*table)
    assert span is not None
    last = _last_entry(doc, table)
    if last is not None:
        return [Edit(doc.file.span(last[0].end, last[0].end), f", {entry}")]
    return [Edit(span, f"{{ {entry} }}")] if not span.text[1:-1].strip() else None
