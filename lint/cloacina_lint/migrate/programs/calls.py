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
# what executes statements of SQL, by its usual names
DATABASE = re.compile(r"\b(?:conn|connection|db|tx|transaction|pool|client|stmt|statement|sqlite|redis)(?:\(\))?$")
WAITS = frozenset(("wait_for_completion", "wait_for_completion_with_timeout"))
UNWRAPS = frozenset(("unwrap", "expect", "unwrap_or_else"))
PASSES = UNWRAPS | {"map_err", "context", "with_context", "wrap_err", "wrap_err_with", "instrument", "boxed"}
THROUGH = frozenset(("await_expression", "parenthesized_expression", "unsafe_block", "async_block"))


class Programs:
    """The functions of a set of files by name, and which of them lead to an execution; a method's name has a dot."""

    def __init__(self, functions: list[Item]) -> None:
        self.functions: dict[str, Item] = {}
        self._all: dict[str, list[Item]] = {}
        for item in functions:
            self.functions.setdefault(item.name, item)
            if item.body is not None:
                self._all.setdefault(_key(item), []).append(item)
        self.running: dict[str, Item] = {}
        grown = True
        while grown:
            grown = False
            for key, items in self._all.items():
                if key in self.running:
                    continue
                for item in items:
                    if item.body is not None and self.sites(item.rust, item.body):
                        self.running[key] = item
                        grown = True
                        break

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
            if any(re.search(rf"\b{key.lstrip('.')}\s*\(", text) for key in self.running):
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
        """The function that leads to an execution, of a call of it: the one in the same file before others."""
        found = self._candidates(rust, node)
        if not found or found[0] not in self.running:
            return None
        here = [item for item in found[1] if item.rust is rust]
        return here[0] if len(here) == 1 else self.running[found[0]]

    def several(self, rust: RustFile, node: Node) -> bool:
        """Whether a call may be that of another function of the same name."""
        found = self._candidates(rust, node)
        return found is not None and len(found[1]) > 1 and sum(item.rust is rust for item in found[1]) != 1

    def _candidates(self, rust: RustFile, node: Node) -> tuple[str, list[Item]] | None:
        function = node.child_by_field_name("function")
        if function is None or function.type not in ("identifier", "scoped_identifier", "field_expression"):
            return None
        name = last_name(rust, function)
        key = f".{name}" if function.type == "field_expression" else name
        if key not in self._all and function.type == "scoped_identifier":
            key = f".{name}"
        return key, self._all.get(key, [])


def _key(item: Item) -> str:
    return f".{item.name}" if item.params and item.params[0].name == "self" else item.name


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


def last_name(rust: RustFile, function: Node) -> str:
    """`timeout` of `tokio::time::timeout`, `block_on` of `runtime.block_on`."""
    if function.type == "generic_function":
        function = function.child_by_field_name("function") or function
    part = function.child_by_field_name("field" if function.type == "field_expression" else "name")
    return rust.text(part if part is not None else function)


def executed(rust: RustFile, node: Node) -> tuple[Node, Node] | None:
    """(workflow, context) of `runner.execute("name", context)`."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    given = named(arguments)
    call = method_of(node, rust)
    if call is not None:
        wanted = EXECUTES.get(call[1]) if not DATABASE.search(rust.text(call[0])) else None
        return (given[0], given[1]) if wanted == len(given) else None
    if function.type == "scoped_identifier":
        name = function.child_by_field_name("name")
        wanted = EXECUTES.get(rust.text(name)) if name is not None else None
        return (given[1], given[2]) if wanted is not None and wanted + 1 == len(given) else None
    return None
