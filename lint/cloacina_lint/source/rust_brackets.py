"""Room source/: brackets, strings and comments of a Rust file that are not closed: what rustc's lexer refuses."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .text import SourceFile, Span

OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = {closing: opening for opening, closing in OPENING.items()}
RAW = ("r", "br", "cr")


class Unclosed:
    """span: the bracket, quote or comment mark at fault; kind: "open" (nothing closes it), "close" (it closes nothing),
    "string" or "comment" (it runs to the end of the file). other: for a "close", the bracket that is open there;
    for an "open", the one that stands where it should have been closed, if there is one."""

    __slots__ = ("kind", "other", "span")

    def __init__(self, kind: str, span: Span, other: Span | None = None) -> None:
        self.kind = kind
        self.span = span
        self.other = other


def unclosed(file: SourceFile) -> Unclosed | None:
    """The first fault of a file; None where every bracket has its partner."""
    text = file.text
    end = len(text)
    stack: list[int] = []
    suspect = -1
    at = text.find("\n") if text.startswith("#!") and not text[2:].lstrip().startswith("[") else 0
    at = max(at, 0)
    while at < end:
        character = text[at]
        if character == "/" and text.startswith("//", at):
            at = _line_end(text, at)
        elif character == "/" and text.startswith("/*", at):
            after = _comment(text, at)
            if after < 0:
                return Unclosed("comment", file.span(at, at + 2))
            at = after
        elif character == '"':
            after = _string(text, at)
            if after < 0:
                return Unclosed("string", file.span(at, at + 1))
            at = after
        elif character == "'":
            at = _quote(text, at)
        elif character == "_" or character.isalpha():
            start = at
            while at < end and (text[at] == "_" or text[at].isalnum()):
                at += 1
            if text[start:at] in RAW and text[at : at + 1] in ('"', "#"):
                after = _raw(text, at)
                if after < 0:
                    return Unclosed("string", file.span(start, at + 1))
                at = after
        elif character in OPENING:
            stack.append(at)
            at += 1
        elif character in CLOSING:
            if not stack:
                return Unclosed("close", file.span(at, at + 1))
            opened = stack.pop()
            if text[opened] != CLOSING[character]:
                if "\n" in text[opened:at]:  # more often the first was left open than the second written wrong
                    return Unclosed("open", file.span(opened, opened + 1), file.span(at, at + 1))
                return Unclosed("close", file.span(at, at + 1), file.span(opened, opened + 1))
            if suspect < 0 and _indent(text, at, alone=True) not in (-1, _indent(text, opened)):
                suspect = opened
            at += 1
        else:
            at += 1
    if not stack:
        return None
    place = suspect if suspect >= stack[-1] else stack[-1]
    return Unclosed("open", file.span(place, place + 1))


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _comment(text: str, at: int) -> int:
    """Behind a block comment, which may hold others; -1 where it is not closed."""
    depth = 0
    while True:
        opened, closed = text.find("/*", at), text.find("*/", at)
        if closed < 0:
            return -1
        if 0 <= opened < closed:
            depth, at = depth + 1, opened + 2
        else:
            depth, at = depth - 1, closed + 2
            if depth == 0:
                return at


def _string(text: str, at: int) -> int:
    at += 1
    while True:
        quote, escape = text.find('"', at), text.find("\\", at)
        if quote < 0:
            return -1
        if not 0 <= escape < quote:
            return quote + 1
        at = escape + 2


def _raw(text: str, at: int) -> int:
    """Behind a raw string whose hashes begin at `at`; the same place where it is a raw identifier."""
    start = at
    while text[at : at + 1] == "#":
        at += 1
    if text[at : at + 1] != '"':
        return start + 1
    found = text.find('"' + "#" * (at - start), at + 1)
    return -1 if found < 0 else found + 1 + at - start


def _quote(text: str, at: int) -> int:
    """Behind a character literal, or behind the quote of a lifetime."""
    if text[at + 1 : at + 2] == "\\":
        found = text.find("'", at + 3)
        return at + 1 if found < 0 or found - at > 14 else found + 1
    return at + 3 if text[at + 2 : at + 3] == "'" else at + 1


def _indent(text: str, at: int, *, alone: bool = False) -> int:
    """Columns before the first character of a line; with `alone`, -1 unless that is the character at `at`."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start : at + 1]
    first = len(line) - len(line.lstrip())
    return -1 if alone and start + first != at else first
