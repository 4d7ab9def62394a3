"""Room source/: one file's text, and spans in it.

Offsets everywhere in the linter are indices into `SourceFile.text`, in characters (Unicode code points), from 0.
Lines and columns exist only at the edge (reports): from 1, columns in characters.
"""

from __future__ import annotations

from bisect import bisect_right


class SourceFile:
    """One file as text.

    path: where it is, absolute (or `archive!member`); display: how a report names it, relative to the working
    directory with `/`. A byte order mark is taken off `text` and remembered in `bom`. Line endings stay as they are.
    """

    __slots__ = ("_byte_starts", "_starts", "bom", "display", "path", "text")

    def __init__(self, path: str, text: str, display: str | None = None) -> None:
        self.path = path
        self.display = path if display is None else display
        self.bom = text.startswith("\ufeff")
        self.text = text[1:] if self.bom else text
        self._starts: list[int] | None = None
        self._byte_starts: list[int] | None = None

    @property
    def whole(self) -> str:
        """The text as it is in the file, with its byte order mark."""
        return "\ufeff" + self.text if self.bom else self.text

    @property
    def starts(self) -> list[int]:
        """Offset of the first character of each line. A line ends with LF, CRLF or the end of the text."""
        if self._starts is None:
            starts = [0]
            text = self.text
            at = text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """(line, column) of an offset, both from 1, the column in characters."""
        starts = self.starts
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line_span(self, line: int) -> Span:
        """The text of a line (from 1) without its line ending."""
        starts = self.starts
        start = starts[line - 1]
        end = starts[line] - 1 if line < len(starts) else len(self.text)
        if end > start and self.text[end - 1] == "\r":
            end -= 1
        return Span(self, start, end)

    def span(self, start: int, end: int) -> Span:
        return Span(self, start, end)


class Span:
    """A half-open range [start, end) of characters of one file."""

    __slots__ = ("end", "file", "start")

    def __init__(self, file: SourceFile, start: int, end: int) -> None:
        self.file = file
        self.start = start
        self.end = end

    @property
    def text(self) -> str:
        return self.file.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.file.position(self.start)[0]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Span):
            return NotImplemented
        return self.start == other.start and self.end == other.end and self.file.path == other.file.path

    def __hash__(self) -> int:
        return hash((self.file.path, self.start, self.end))

    def __repr__(self) -> str:
        line, column = self.file.position(self.start)
        return f"<{self.file.display}:{line}:{column} {self.text!r}>"
