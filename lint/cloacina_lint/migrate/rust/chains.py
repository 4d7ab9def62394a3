"""Room migrate/rust/: method calls, and which variables a statement may change by them."""

from __future__ import annotations

from ...task_body import method_call, root_of
from .syntax import KEYWORDS, leaf_tokens, walk, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile

MUTATING = words(
    "insert update remove push push_str extend append entry insert_as set retain sort sort_by sort_unstable dedup "
    "clear truncate pop drain get_mut iter_mut as_object_mut as_array_mut push_back push_front reverse "
    "sort_by_key"
)


def method_of(node: Node, rust: RustFile) -> tuple[Node, str] | None:
    """(receiver, method) of a method call."""
    call = method_call(node)
    return None if call is None else (call[0], rust.text(call[1]))


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
            root = root_of(target, place=True)
            if root.type == "identifier":
                found.add(rust.text(root).removeprefix("r#"))
    return found
