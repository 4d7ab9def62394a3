"""Room migrate/programs/: where code executes a workflow, and which of the crate's functions lead there."""

from __future__ import annotations

import re

from ..rust.chains import method_of
from ..rust.syntax import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile
    from ...source.rust_item import Item
    from .sequence import Run

EXECUTES = {"execute": 2, "execute_async": 2, "execute_with_callback": 3}
WAITS = frozenset(("wait_for_completion", "wait_for_completion_with_timeout"))
UNWRAPS = frozenset(("unwrap", "expect", "unwrap_or_else"))
PASSES = UNWRAPS | {"map_err", "context", "with_context", "wrap_err", "wrap_err_with", "instrument", "boxed", "await"}
THROUGH = frozenset(
    ("await_expression", "parenthesized_expression", "reference_expression", "unsafe_block", "async_block")
)


class Programs:
    """The functions of a set of files, and which of them lead to an execution."""

    def __init__(self, functions: list[Item]) -> None:
        self.functions: dict[str, Item] = {}
        for item in functions:
            self.functions.setdefault(item.name, item)
        self.running: dict[str, Item] = {}
        bodies = {name: item for name, item in self.functions.items() if item.body is not None}
        grown = True
        while grown:
            grown = False
            for name, item in bodies.items():
                if name not in self.running and item.body is not None and self.sites(item.rust, item.body):
                    self.running[name] = item
                    grown = True

    def sites(self, rust: RustFile, node: Node, handles: dict[str, Run] | None = None) -> list[Node]:
        """Where a piece of code runs a workflow, or calls what does."""
        found = []
        stack = [node]
        while stack:
            top = stack.pop()
            if self._is_site(rust, top, handles or {}):
                found.append(top)
                continue
            if top.type != "function_item" or top.id == node.id:
                stack.extend(reversed(top.children))
        return found

    def _is_site(self, rust: RustFile, node: Node, handles: dict[str, Run]) -> bool:
        if node.type == "macro_invocation":
            text = rust.text(node)
            if any(re.search(rf"\b{name}\s*\(", text) for name in self.running):
                return True
            return any(f".{word}(" in text for word in EXECUTES) and "execute(&" not in text and '"' in text
        if node.type == "identifier" and rust.text(node) in handles:
            return _unwrapped_here(node, rust)
        if node.type != "call_expression":
            return False
        if executed(rust, node) is not None:
            return True
        call = method_of(node, rust)
        if call is not None and call[1] in WAITS:
            return call[0].type == "identifier" and rust.text(call[0]) in handles
        return self.callee(rust, node) is not None

    def callee(self, rust: RustFile, node: Node) -> Item | None:
        function = node.child_by_field_name("function")
        if function is None:
            return None
        name = ""
        if function.type == "identifier":
            name = rust.text(function)
        elif function.type == "scoped_identifier":
            last = function.child_by_field_name("name")
            name = rust.text(last) if last is not None else ""
        elif function.type == "field_expression":
            field = function.child_by_field_name("field")
            name = rust.text(field) if field is not None else ""
            found = self.running.get(name)
            return found if found is not None and found.params and found.params[0].name == "self" else None
        return self.running.get(name)


def _unwrapped_here(node: Node, rust: RustFile) -> bool:
    """Whether a variable that holds a Result is looked into at this place."""
    parent = node.parent
    if parent is not None and parent.type == "await_expression":
        node, parent = parent, parent.parent
    if parent is None:
        return False
    if parent.type == "try_expression":
        return True
    if parent.type in ("match_expression", "let_condition"):
        value = parent.child_by_field_name("value")
        return value is not None and value.id == node.id
    if parent.type == "field_expression" and parent.parent is not None:
        call = method_of(parent.parent, rust)
        return call is not None and call[1] in UNWRAPS
    return False


def executed(rust: RustFile, node: Node) -> tuple[Node, Node] | None:
    """(workflow, context) of `runner.execute("name", context)`."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    given = named(arguments)
    call = method_of(node, rust)
    if call is not None:
        wanted = EXECUTES.get(call[1])
        return (given[0], given[1]) if wanted == len(given) else None
    if function.type == "scoped_identifier":
        name = function.child_by_field_name("name")
        wanted = EXECUTES.get(rust.text(name)) if name is not None else None
        return (given[1], given[2]) if wanted is not None and wanted + 1 == len(given) else None
    return None
