"""Room migrate/programs/: code that the syntax tree does not show: a macro's arguments, and what is put together."""

from __future__ import annotations

import re

from ...source import rust as reading
from ...source.text import SourceFile
from ..rust.syntax import Names, names
from .sequence import Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile

MATCHES = re.compile(r"\bmatches\s*!")


def arguments(rust: RustFile, node: Node) -> tuple[RustFile, Node] | None:
    """A macro's arguments, read as a tuple in the same place of a file of their own."""
    tree = next((child for child in node.children if child.type == "token_tree"), None)
    if tree is None:
        return None
    file, start = rust.file, rust.span(node).start
    first, last = rust.span(tree).start, rust.span(tree).end
    inner = MATCHES.sub(lambda found: " " * len(found.group()), file.text[first:last])
    text = file.text[:start] + " " * (first - start) + inner + file.text[last:]
    plain = reading.parse(SourceFile(file.path, text, file.display))
    found = plain._root.descendant_for_byte_range(tree.start_byte, tree.end_byte)
    return None if found is None else (plain, found)


def with_values(rust: RustFile, node: Node, replaced: list[tuple[int, int, str]]) -> Step:
    """`assert_eq!(run(..).await, 1)` with a variable in place of each call; replaced: (start, end, name)."""
    text, start = rust.text(node), rust.span(node).start
    for first, end, name in reversed(replaced):
        text = text[: first - start] + name + text[end - start :]
    step = Step(rust, node, text=f"{text};", binds=set())
    step.names = names_of(text)
    return step


def names_of(text: str) -> Names:
    """The names in an expression of ours."""
    parsed = reading.parse(SourceFile("", f"fn f() {{ {text}; }}", ""))
    body = parsed.items[0].body if parsed.items else None
    return Names() if body is None else names(parsed, body)
