"""Room migrate/rust/: chains of calls (`a.b()?.c()`): where they begin, and which variables they change."""

from __future__ import annotations

from .syntax import KEYWORDS, leaf_tokens, named, walk, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile

MUTATING = words(
    "insert update remove push push_str extend append entry insert_as set retain sort sort_by sort_unstable dedup "
    "clear truncate pop drain get_mut iter_mut as_object_mut as_array_mut push_back push_front reverse "
    "sort_by_key"
)


def root_of(node: Node) -> Node:
    """Where a chain of fields, calls, indexes and references begins."""
    while True:
        inner: Node | None = None
        kind = node.type
        if kind == "call_expression":
            inner = node.child_by_field_name("function")
        elif kind == "field_expression":
            inner = node.child_by_field_name("value")
        elif kind in ("generic_function",):
            inner = node.child_by_field_name("function")
        elif kind in ("try_expression", "await_expression", "parenthesized_expression", "index_expression"):
            inner = next(iter(named(node)), None)
        elif kind in ("reference_expression", "unary_expression"):
            inner = next(iter(reversed(named(node))), None)
        if inner is None:
            return node
        node = inner


def method_of(node: Node, rust: RustFile) -> tuple[Node, str] | None:
    """(receiver, method) of a method call."""
    if node.type != "call_expression":
        return None
    function = node.child_by_field_name("function")
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    if function is None or function.type != "field_expression":
        return None
    value, field = function.child_by_field_name("value"), function.child_by_field_name("field")
    return None if value is None or field is None else (value, rust.text(field))


def changed(rust: RustFile, node: Node) -> set[str]:
    """Names of variables that a statement may change."""
    found: set[str] = set()
    for inner in walk(node):
        kind = inner.type
        target: Node | None = None
        if kind == "call_expression":
            call = method_of(inner, rust)
            if call is not None and call[1] in MUTATING:
                target = call[0]
        elif kind == "reference_expression" and any(child.type == "mutable_specifier" for child in inner.children):
            target = inner
        elif kind in ("assignment_expression", "compound_assignment_expr"):
            target = inner.child_by_field_name("left")
        elif kind == "macro_invocation":
            name = inner.child_by_field_name("macro")
            tree = next((child for child in inner.children if child.type == "token_tree"), None)
            if name is not None and rust.text(name) in ("write", "writeln") and tree is not None:
                words = [rust.text(token) for token in leaf_tokens(tree)]
                found.update(word for word in words[1:4] if word.isidentifier() and word not in KEYWORDS)
        if target is not None:
            root = root_of(target)
            if root.type == "identifier":
                found.add(rust.text(root).removeprefix("r#"))
    return found
