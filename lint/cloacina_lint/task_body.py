"""Room: what a task's body does, as far as its text tells without running it: method calls, straight-line inserts."""

from __future__ import annotations

from .source.rust_attr import COMMENTS
from .source.rust_literal import decode_literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from .cloacina import Declared, Facts
    from .source.rust import RustFile
    from .source.rust_item import Item
    from .source.text import Span

APART = frozenset(("closure_expression", "async_block", "gen_block", "function_item", "macro_invocation"))
CALLED = frozenset(("call_expression", "generic_function"))
AROUND = frozenset(("try_expression", "await_expression", "parenthesized_expression"))
PASSING_ON = frozenset(("unwrap", "expect"))
RUNTIMES = {
    "Runtime": ("new",),
    "Builder": ("new_multi_thread", "new_current_thread"),
    "Handle": ("current", "try_current"),
}


class Call:
    """`receiver.method(..)`. receiver: the name that the call is on, "" where it is more; span: the method's name."""

    __slots__ = ("method", "node", "receiver", "span")

    def __init__(self, receiver: str, method: str, span: Span, node: Node) -> None:
        self.receiver = receiver
        self.method = method
        self.span = span
        self.node = node


class Insert:
    """`context.insert("key", ..)?` that is reached whenever the task gets that far. span: the key's literal; at: the
    statement, as offsets in the file."""

    __slots__ = ("end", "key", "span", "start")

    def __init__(self, key: str, span: Span, statement: Span) -> None:
        self.key = key
        self.span = span
        self.start = statement.start
        self.end = statement.end


def context_name(task: Declared) -> str | None:
    """The name of the parameter that #[task] takes for the context."""
    for param in task.item.params:
        if param.name is not None and (param.name.startswith("context") or param.name == "_context"):
            return param.name
    return None


def _walk(node: Node, *, apart: bool) -> Iterator[Node]:
    """A node and those inside it, in order; `apart`: without what runs later or elsewhere."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(
            child for child in reversed(top.children) if child.is_named and not (apart and child.type in APART)
        )


# --- chains of calls: `a.b()?.c()` ---


def root_of(node: Node, *, place: bool = False) -> Node:
    """Where a chain begins: `a::b` of `a::b().c()?.d`. place: through indexes and dereferences too, so that it is the
    variable that `&mut (*a)[0].b` is a part of."""
    while True:
        inner: Node | None = None
        kind = node.type
        if kind in CALLED:
            inner = node.child_by_field_name("function")
        elif kind == "field_expression":
            inner = node.child_by_field_name("value")
        elif kind in AROUND or (place and kind == "index_expression"):
            inner = _code(node, 0)
        elif kind == "reference_expression" or (place and kind == "unary_expression"):
            inner = _code(node, -1)
        if inner is None:
            return node
        node = inner


def _code(node: Node, at: int) -> Node | None:
    found = [child for child in node.children if child.is_named and child.type not in COMMENTS]
    return found[at] if found else None


def method_call(node: Node) -> tuple[Node, Node] | None:
    """(receiver, the method's name) of `receiver.method(..)`."""
    if node.type != "call_expression":
        return None
    function = node.child_by_field_name("function")
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    if function is None or function.type != "field_expression":
        return None
    value, field = function.child_by_field_name("value"), function.child_by_field_name("field")
    return None if value is None or field is None else (value, field)


def _call(rust: RustFile, node: Node) -> Call | None:
    call = method_call(node)
    if call is None:
        return None
    value, field = call
    receiver = rust.text(value) if value.type == "identifier" else ""
    return Call(receiver, rust.text(field), rust.span(field), node)


def method_calls(item: Item, *, apart: bool = False) -> Iterator[Call]:
    """Every method call in a function's body, arguments of macros left out."""
    if item.body is not None:
        for node in _walk(item.body, apart=apart):
            call = _call(item.rust, node)
            if call is not None:
                yield call


# --- a runtime inside the runtime ---


def nested_runtimes(facts: Facts, item: Item) -> Iterator[Span]:
    """Places where a function blocks on a tokio runtime on its own thread."""
    rust = item.rust
    if item.body is None or "block_on" not in item.span.text:
        return
    for call in method_calls(item, apart=True):
        if call.method != "block_on":
            continue
        root = root_of(call.node)
        if root.type == "identifier":
            made = _binding(rust, item.body, rust.text(root), call.node.start_byte)
            root = root_of(made) if made is not None else root
        if _is_runtime(facts, rust, rust.text(root)):
            yield call.span


def _binding(rust: RustFile, body: Node, name: str, before: int) -> Node | None:
    """What the last `let name = ..` before a place gives it."""
    found = None
    for node in _walk(body, apart=True):
        if node.type == "let_declaration" and node.start_byte < before:
            pattern = node.child_by_field_name("pattern")
            if pattern is not None and rust.text(pattern) == name:
                found = node.child_by_field_name("value")
    return found


def _is_runtime(facts: Facts, rust: RustFile, path: str) -> bool:
    parts = tuple(part.strip() for part in path.split("::") if part.strip())
    imports = facts.imports(rust)
    if parts and parts[0] in imports:
        parts = imports[parts[0]] + parts[1:]
    return len(parts) >= 3 and parts[:2] == ("tokio", "runtime") and parts[-1] in RUNTIMES.get(parts[-2], ())


# --- keys put into the context ---


def inserts(task: Declared, name: str) -> list[Insert]:
    """The inserts of a task's body that stand in no condition, loop or closure and whose error ends the task."""
    item = task.item
    found: list[Insert] = []
    if item.body is None or ".insert" not in item.span.text:
        return found
    attributed = False
    for statement in item.body.children:
        if statement.type == "attribute_item":
            attributed = True
        elif statement.is_named and statement.type not in COMMENTS:
            if not attributed and statement.type == "expression_statement":
                insert = _insert(item.rust, statement, name)
                if insert is not None:
                    found.append(insert)
            attributed = False
    return found


def _insert(rust: RustFile, statement: Node, name: str) -> Insert | None:
    node = statement.children[0] if statement.children else None
    handled = False
    while node is not None:
        if node.type == "try_expression":
            node, handled = (node.children[0] if node.children else None), True
            continue
        call = _call(rust, node)
        if call is None:
            return None
        if call.receiver == name and call.method == "insert":
            break
        function = node.child_by_field_name("function")
        if call.method in PASSING_ON:
            handled = True
        elif call.method != "map_err":
            return None
        node = function.child_by_field_name("value") if function is not None else None
    arguments = node.child_by_field_name("arguments") if node is not None else None
    if not handled or arguments is None:
        return None
    first = next((child for child in arguments.children if child.is_named and child.type not in COMMENTS), None)
    key = decode_literal(first.type, rust.text(first)) if first is not None else None
    return Insert(key, rust.span(first), rust.span(statement)) if first is not None and isinstance(key, str) else None


def untouched(task: Declared, name: str, key: str, start: int, end: int) -> bool:
    """Whether nothing between two places of a task's file can take a key out of the context, or looks at that key."""
    rust = task.item.rust
    text = rust.file.text
    if f'"{key}"' in text[start:end]:
        return False
    for span in rust.mentions(name):
        if start <= span.start < end:
            rest = text[span.end :].lstrip()
            if not rest.startswith(".") or rest[1:].lstrip().startswith(("remove", "into_data")):
                return False
    return True
