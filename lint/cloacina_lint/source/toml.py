"""Room source/: a TOML 1.1 document: values from tomli, the place of each key and value from our own scanner.

A path is a sequence of keys (decoded, without quotes) and indices (into arrays and arrays of tables, from 0); the
empty path is the root table. Offsets are characters of `SourceFile.text`.
"""

from __future__ import annotations

import tomli

from .text import SourceFile, Span
from .toml_scan import ARRAY, DOTTED, IMPLICIT, INLINE, ROOT, SCALAR, TABLE, TABLES, HaltError, Node, Scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

__all__ = [
    "ARRAY",
    "DOTTED",
    "IMPLICIT",
    "INLINE",
    "ROOT",
    "SCALAR",
    "TABLE",
    "TABLES",
    "TomlDoc",
    "TomlError",
    "parse",
]


class TomlError(Exception):
    """The text is not TOML. message: one line, without the place; span: the place (empty at the end of the text)."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


def parse(file: SourceFile) -> TomlDoc:
    """Read `file`. Raises TomlError, and nothing else, when tomli does not accept the text."""
    text = file.text
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise _explain(file, error) from None
    except RecursionError:
        raise TomlError("arrays, tables or keys are nested too deeply to be read", _deepest(file)) from None
    except ValueError:  # the one left: Python limits the digits of an integer
        raise TomlError("an integer has too many digits to be read", _long_integer(file)) from None
    scanner = Scanner(text)
    try:
        scanner.run()
    except HaltError as halt:  # a bug of the scanner: the tests hold that there is none
        raise TomlError("cannot tell where the parts of this document stand", file.span(halt.start, halt.end)) from None
    return TomlDoc(file, data, scanner)


class TomlDoc:
    """A document. Every `*_span` and `insert_offset` is None for a path that is not there or has no such place."""

    __slots__ = ("_comments", "_root", "data", "file")

    def __init__(self, file: SourceFile, data: dict[str, Any], scanner: Scanner) -> None:
        self.file = file
        self.data = data
        self._root = scanner.root
        self._comments = scanner.comments

    def get(self, *path: str | int) -> Any | None:
        """The value at a path; None when there is none (TOML has no null)."""
        value: Any = self.data
        for step in path:
            if isinstance(step, str):
                if not isinstance(value, dict) or step not in value:
                    return None
            elif not isinstance(value, list) or not 0 <= step < len(value):
                return None
            value = value[step]
        return value

    def has(self, *path: str | int) -> bool:
        return self._node(path) is not None

    def form(self, *path: str | int) -> str | None:
        """How a path is written: SCALAR, ARRAY, INLINE, TABLE (a header), TABLES (all `[[name]]` of one name),
        DOTTED (a table made by dotted keys), IMPLICIT (a table made by longer headers) or ROOT."""
        node = self._node(path)
        return None if node is None else node.form

    def paths(self) -> Iterator[tuple[str | int, ...]]:
        """Every path but the root, each before what it holds, in the order they first appear."""
        todo: list[tuple[tuple[str | int, ...], Node]] = [((), self._root)]
        while todo:
            path, node = todo.pop()
            if path:
                yield path
            below: list[tuple[tuple[str | int, ...], Node]] = []
            if node.members:
                below.extend(((*path, name), child) for name, child in node.members.items())
            elif node.items:
                below.extend(((*path, index), child) for index, child in enumerate(node.items))
            todo.extend(reversed(below))

    def key_span(self, *path: str | int) -> Span | None:
        """The key with its quotes; of a dotted key or header, this path's own part. A table with a header has its key
        there, else in the first entry or header that makes it. An element of an array has none, one of an array of
        tables has that of its header."""
        node = self._node(path)
        if node is None or node.key_start < 0:
            return None
        return Span(self.file, node.key_start, node.key_end)

    def value_span(self, *path: str | int) -> Span | None:
        """The whole value: a string with its quotes, an array or inline table with its brackets; for a table with a
        header, the header with its brackets; for an array of tables or an implicit table, the first header that makes
        it. A table made by dotted keys has no value of its own: the first entry that makes it, in full. Look at
        `form` before an edit."""
        node = self._node(path)
        if node is None:
            return None
        if node.form == DOTTED:
            return self.entry_span(*path)
        node = node.origin or node
        return Span(self.file, node.value_start, node.value_end) if node.value_start >= 0 else None

    def entry_span(self, *path: str | int) -> Span | None:
        """From the first part of the key to the end of the value; for a header, the header; for an element of an
        array, the element."""
        node = self._node(path)
        if node is None:
            return None
        node = node.origin or node
        return Span(self.file, node.entry_start, node.value_end) if node.value_start >= 0 else None

    def contents_span(self, *path: str | int) -> Span | None:
        """The inside of a string's quotes, as written (escapes and the first line end of a `\"""` are there)."""
        node = self._node(path)
        if node is None or node.form != SCALAR:
            return None
        text, start = self.file.text, node.value_start
        if text[start] not in "\"'":
            return None
        width = 3 if text.startswith(('"""', "'''"), start) else 1
        return Span(self.file, start + width, node.value_end - width)

    def table_span(self, *path: str | int) -> Span | None:
        """For a table with a header: from `[` to the end of the last entry of its own section, with the comment on
        that line. For an inline table: its braces. For the root: its own entries. Else None (look at `form`)."""
        node = self._node(path)
        if node is None:
            return None
        if node.form == INLINE:
            return Span(self.file, node.value_start, node.value_end)
        if node.section_end < 0:
            return None
        text, start = self.file.text, node.value_start
        if node.form == ROOT:
            start = next(iter((node.members or {}).values())).entry_start
        end = self._next_line(node.section_end)
        while text[end - 1] in " \t\r\n":
            end -= 1
        return Span(self.file, start, end)

    def insert_offset(self, *path: str | int) -> int | None:
        """Where a line `key = value` can be put into a table with a header, or the root: after the line of its last
        entry, or of its header. A file may end there without a line end: then put one first. The root without
        entries: 0."""
        node = self._node(path)
        if node is None:
            return None
        if node.section_end >= 0:
            return self._next_line(node.section_end)
        return 0 if node.form == ROOT else None

    def comments(self) -> list[Span]:
        """Every comment, in order, from `#` to the end of its line (without the line end)."""
        return [Span(self.file, start, end) for start, end in self._comments]

    def _next_line(self, offset: int) -> int:
        found = self.file.text.find("\n", offset)
        return len(self.file.text) if found < 0 else found + 1

    def _node(self, path: tuple[str | int, ...]) -> Node | None:
        node: Node | None = self._root
        for step in path:
            if node is None:
                return None
            if isinstance(step, str):
                node = node.members.get(step) if node.members is not None else None
            elif node.items is not None and 0 <= step < len(node.items):
                node = node.items[step]
            else:
                return None
        return node


# --- errors ---------------------------------------------------------------------------------------------------------


def _explain(file: SourceFile, error: tomli.TOMLDecodeError) -> TomlError:
    """tomli's error with its place in `file`: at the key when it is about a key, at the opening when at the end."""
    text, message = file.text, error.msg
    # tomli counts in the text with CRLF made LF: lines and columns are the same in both, offsets are not.
    starts = file.starts
    offset = starts[error.lineno - 1] + error.colno - 1 if error.lineno <= len(starts) else len(text)
    offset = min(offset, len(text))
    if message.startswith(("Cannot ", "Duplicate ")):
        key = _halt(Scanner(text))
        if key is None:
            return _error(file, "a key or table is defined a second time here", offset, offset)
        name = text[key[0] : key[1]]
        return _error(file, f"`{name if len(name) <= 80 else name[:79] + '…'}` is already defined", *key)
    if message.startswith(_ESCAPE_ERRORS):
        start = max(text.rfind("\\", 0, offset), 0)
        return _error(file, "this backslash escape is not one of TOML's", start, start + 2)
    if message == "Illegal character '\\n'":
        return _error(file, "this string is not closed on its line", offset, offset)
    if offset == len(text):
        scanner = Scanner(text)
        start, _ = _halt(scanner) or (offset, offset)
        if scanner.open and start == offset:
            start = scanner.open[-1].value_start
        if start < offset:
            return _error(file, f"the text ends before `{text[start]}` is closed", start, start + 1)
    if message == "Invalid value" and text[offset : offset + 1] in ("", "\r", "\n", "#"):
        message = "a value is missing here"
    return _error(file, _PLAINER.get(message, message), offset, offset + 1)


_ESCAPE_ERRORS = ("Unescaped ", "Invalid hex value", "Escaped character ")
_PLAINER = {
    "Unclosed array": "expected `,` or `]` here in an array",
    "Unclosed inline table": "expected `,` or `}` here in an inline table",
}


def _error(file: SourceFile, message: str, start: int, end: int) -> TomlError:
    """One line, from a small letter; the span cut where its line ends."""
    text = file.text
    end = min(end, len(text))
    while end > start and text[end - 1] in "\r\n":
        end -= 1
    message = " ".join(message.split())
    return TomlError(message[:1].lower() + message[1:], file.span(start, end))


def _halt(scanner: Scanner) -> tuple[int, int] | None:
    try:
        scanner.run()
    except HaltError as halt:
        return min(halt.start, scanner.end), min(halt.end, scanner.end)
    return None


def _deepest(file: SourceFile) -> Span:
    scanner = Scanner(file.text)
    _halt(scanner)
    start = scanner.deepest
    return file.span(start, min(start + 1, len(file.text)))


def _long_integer(file: SourceFile) -> Span:
    """The longest run of digits outside of strings, as far as the scan gets."""
    scanner = Scanner(file.text)
    _halt(scanner)
    best = (0, 0)
    todo = [scanner.root]
    while todo:
        node = todo.pop()
        start, end = node.value_start, node.value_end
        if node.form == SCALAR and end - start > best[1] - best[0] and file.text[start] not in "\"'":
            best = (start, end)
        todo.extend((node.members or {}).values())
        todo.extend(node.items or ())
    return file.span(*best)
