"""Room source/: where every key, value and comment of a TOML 1.1 document stands.

The scanner reads positions only; values and validity are tomli's. On a document tomli accepts, it finds a node for
every path of tomli's data. It is linear in the text, keeps its own stack (no recursion) and raises only `HaltError`.
"""

from __future__ import annotations

import re

import tomli

# How a path is written.
SCALAR = "scalar"  # string, number, boolean, date or time
ARRAY = "array"  # [ ... ]
INLINE = "inline"  # { ... }
TABLE = "table"  # [header], or one [[header]] of an array of tables
TABLES = "tables"  # an array of tables: all [[header]] of one name
DOTTED = "dotted"  # a table that only dotted keys make: a in `a.b = 1`
IMPLICIT = "implicit"  # a table that only longer headers make: a in [a.b]
ROOT = "root"

# Each compiled pattern costs start-up time: few and small.
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t\r\n]*")
_BASIC = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"')
_MULTI = re.compile(r'"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*"{3,5}')
_PLAIN = re.compile(r"[^\s,\]}#\0]+(?: \d\d:[^\s,\]}#\0]+)?")


class HaltError(Exception):
    """The scan cannot go on, or was told to stop; [start, end) is the token to show."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__()
        self.start = start
        self.end = end


class Node:
    """One path of the document. All numbers are offsets, -1 where there is none.

    key_*: this path's own part of its key. entry_start: the first part of its key. value_*: the value, or the header
    with its brackets. section_end: for tables with a header (and the root), the end of the last entry's value, or of
    the header. origin: for what has no value of its own (DOTTED, IMPLICIT, TABLES), the node that first made it.
    """

    __slots__ = (
        "entry_start",
        "form",
        "items",
        "key_end",
        "key_start",
        "members",
        "origin",
        "section_end",
        "value_end",
        "value_start",
    )

    def __init__(self, form: str, entry_start: int, key_start: int, key_end: int) -> None:
        self.form = form
        self.entry_start = entry_start
        self.key_start = key_start
        self.key_end = key_end
        self.value_start = -1
        self.value_end = -1
        self.section_end = -1
        self.members: dict[str, Node] | None = None
        self.items: list[Node] | None = None
        self.origin: Node | None = None


_Part = tuple[str, int, int]


class Scanner:
    """One pass over `text`. After `run`: `root`, and `comments` as (start, end) pairs.

    `run` stops with HaltError where a document cannot go on; then `open` holds the brackets not yet closed. `depth` and
    `deepest` tell the deepest nesting and where it begins.
    """

    def __init__(self, text: str) -> None:
        self.end = len(text)
        self.text = text + "\0"  # never legal in TOML: ends every token without bounds checks
        self.root = Node(ROOT, -1, -1, -1)
        self.root.members = {}
        self.comments: list[tuple[int, int]] = []
        self.open: list[Node] = []
        self.depth = 0
        self.deepest = 0

    def run(self) -> None:
        text = self.text
        section = self.root
        pos = 0
        while True:
            pos = self._blank(pos)
            if pos >= self.end:
                return
            if text[pos] == "[":
                section, pos = self._header(pos)
                continue
            parts, pos = self._key(pos)
            if text[pos] != "=":
                raise HaltError(pos, pos + 1)
            node = self._entry(section, parts)
            pos = self._value(node, self._space(pos + 1))
            section.section_end = pos

    def _blank(self, pos: int) -> int:
        """Skip white space, line ends and comments."""
        text = self.text
        while True:
            if text[pos] in " \t\r\n":
                pos = _BLANK.match(text, pos).end()  # type: ignore[union-attr]
            if text[pos] != "#":
                return pos
            end = text.find("\n", pos)
            if end < 0:
                end = self.end
            self.comments.append((pos, end - 1 if text[end - 1] == "\r" else end))
            pos = end

    def _space(self, pos: int) -> int:
        text = self.text
        while text[pos] in " \t":
            pos += 1
        return pos

    def _key(self, pos: int) -> tuple[list[_Part], int]:
        """The parts of a key that may be dotted, and the offset of what follows it."""
        text = self.text
        parts: list[_Part] = []
        while True:
            found = _BARE.match(text, pos)
            if found:
                name = found.group()
                end = pos + len(name)
            elif text[pos] in "\"'":
                end = self._string(pos)
                name = text[pos + 1 : end - 1]
                if text[pos] == '"' and "\\" in name:
                    try:
                        name = tomli.loads("k=" + text[pos:end])["k"]
                    except ValueError:
                        raise HaltError(pos, end) from None
            else:
                raise HaltError(pos, pos + 1)
            parts.append((name, pos, end))
            pos = self._space(end)
            if text[pos] != ".":
                break
            pos = self._space(pos + 1)
        if len(parts) > self.depth:
            self.depth = len(parts)
            self.deepest = parts[0][1]
        return parts, pos

    def _super(self, table: Node, parts: list[_Part], form: str, leaf: Node) -> dict[str, Node]:
        """The members of the table that holds the last of `parts`; missing tables on the way are made as `form`."""
        members = table.members
        assert members is not None
        for name, start, end in parts[:-1]:
            node = members.get(name)
            if node is None:
                node = members[name] = Node(form, parts[0][1], start, end)
                node.members = {}
                node.origin = leaf
            elif form == DOTTED and node.form in (TABLE, TABLES):
                raise HaltError(start, end)  # dotted keys cannot add to what a header defines
            elif node.form == TABLES and node.items:
                node = node.items[-1]
            if node.members is None or node.form == INLINE:
                raise HaltError(start, end)
            members = node.members
        return members

    def _entry(self, table: Node, parts: list[_Part]) -> Node:
        """A new node for `key = value` in `table`."""
        name, start, end = parts[-1]
        node = Node(SCALAR, parts[0][1], start, end)
        members = table.members if len(parts) == 1 else self._super(table, parts, DOTTED, node)
        if members is None or name in members:
            raise HaltError(start, end)
        members[name] = node
        return node

    def _header(self, pos: int) -> tuple[Node, int]:
        """[name] or [[name]]: its table, and the offset after it."""
        text = self.text
        closer = "]]" if text[pos + 1] == "[" else "]"
        width = len(closer)
        parts, close = self._key(self._space(pos + width))
        name, start, end = parts[-1]
        if not text.startswith(closer, close):
            raise HaltError(pos, end)
        table = Node(TABLE, pos, start, end)
        table.members = {}
        table.value_start = pos
        table.value_end = table.section_end = close + width
        members = self._super(self.root, parts, IMPLICIT, table)
        known = members.get(name)
        if width == 2:
            if known is None:
                known = members[name] = Node(TABLES, pos, start, end)
                known.items = []
                known.origin = table
            if known.form != TABLES or known.items is None:
                raise HaltError(start, end)
            known.items.append(table)
        elif known is None:
            members[name] = table
        elif known.form == IMPLICIT:
            table.members = known.members
            members[name] = table
        else:
            raise HaltError(start, end)
        return table, table.value_end

    def _value(self, node: Node, pos: int) -> int:
        """Scan the value at `pos` into `node`, with all that is inside it; the offset after it."""
        text = self.text
        stack = self.open = []
        while True:
            node.value_start = pos
            char = text[pos]
            if char == "[" or char == "{":
                if char == "[":
                    node.form = ARRAY
                    node.items = []
                else:
                    node.form = INLINE
                    node.members = {}
                stack.append(node)
                if len(stack) > self.depth:
                    self.depth = len(stack)
                    self.deepest = stack[0].value_start
                pos += 1
                first = True
            else:
                if char == '"' or char == "'":
                    pos = self._string(pos)
                else:
                    found = _PLAIN.match(text, pos)
                    if not found:
                        raise HaltError(pos, pos + 1)
                    pos = found.end()
                node.value_end = pos
                first = False
            while True:  # close what closes here, up to the next value inside
                if not stack:
                    return pos
                holder = stack[-1]
                pos = self._blank(pos)
                char = text[pos]
                if not first and char == ",":
                    pos = self._blank(pos + 1)
                    char = text[pos]
                elif not first and char != "]" and char != "}":
                    raise HaltError(pos, pos + 1)
                items = holder.items
                if char == ("}" if items is None else "]"):
                    pos += 1
                    holder.value_end = pos
                    stack.pop()
                    first = False
                    continue
                if items is None:
                    parts, pos = self._key(pos)
                    if text[pos] != "=":
                        raise HaltError(pos, pos + 1)
                    node = self._entry(holder, parts)
                    pos = self._space(pos + 1)
                else:
                    node = Node(SCALAR, pos, -1, -1)
                    items.append(node)
                break

    def _string(self, pos: int) -> int:
        """The offset after the string that opens at `pos`."""
        text = self.text
        if text[pos] == '"':
            found = (_MULTI if text.startswith('"""', pos) else _BASIC).match(text, pos)
            if found:
                return found.end()
        elif text.startswith("'''", pos):
            end = text.find("'''", pos + 3)
            if end >= 0:
                end += 3
                # Up to two quotes more belong to the string, before its last three.
                for _ in range(2):
                    if text[end] == "'":
                        end += 1
                return end
        else:
            end = text.find("'", pos + 1)
            if end >= 0:
                return end + 1
        raise HaltError(pos, pos + 1)
