"""Room migrate/programs/: a function's value that is a condition or a match, and parameters of a generic kind."""

from __future__ import annotations

import re

from ..rust.syntax import named, walk
from .values import UNTYPED, constructed, is_simple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile
    from ...source.rust_item import Item

ENDS = frozenset(("bail", "panic", "unreachable", "todo", "unimplemented"))
ERRS = re.compile(r"\b(?:bail|ensure)\s*!")
# traits of which no method's type comes from where its value goes
PLAIN_TRAITS = re.compile(
    r"(?:&\s*)?(?:'\w+\s+)?(?:impl\s+)?(?:(?:\w+\s*::\s*)*(?:Display|Debug|ToString|Serialize|Clone|Copy|Send|Sync)\b"
    r"|'\w+)(?:\s*\+\s*(?:(?:\w+\s*::\s*)*(?:Display|Debug|ToString|Serialize|Clone|Copy|Send|Sync)\b|'\w+))*"
)
# what has no type of its own, beside the calls of UNTYPED
EMPTY = re.compile(r"\bNone\b|\[\s*\]")
# an error that is made by hand, whose message can be a panic's
MADE = re.compile(
    r"(?:bail\s*!|(?:anyhow|eyre)\s*::\s*bail\s*!|Err\s*\(\s*(?:(?:anyhow|eyre)\s*::\s*)?(?:anyhow|eyre)\s*!)(?=\s*\(\s*\")"
)
ENSURE = re.compile(r"\b(?:anyhow::|eyre::)?ensure!\s*\(")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|[()\[\]{},]', re.S)
DONE = re.compile(r"\bOk\s*\(\s*\(\s*\)\s*\)")
UNITS = frozenset(("expression_statement", "unit_expression", "assignment_expression", "compound_assignment_expr"))
# the same of an argument: what is made by `new` is as good as it was
LOOSE = re.compile(
    r"\b(?:into|try_into|parse|collect|sum|product|default|unwrap_or_default|from_value|from_str)\s*\(|" + EMPTY.pattern
)
BRANCHING = frozenset(("match_expression", "if_expression", "block", "unsafe_block"))


def branching(rust: RustFile, statement: Node) -> Node | None:
    """The expression of a block's last statement that has no semicolon, and is a block's value for that reason."""
    if statement.type != "expression_statement" or rust.text(statement).endswith(";"):
        return None
    inner = named(statement)
    return inner[0] if inner and inner[0].type in BRANCHING else None


def leaves(node: Node) -> list[Node] | None:
    """The expressions that a value comes to, each at the end of one way through it; None where one way has none."""
    if node.type == "expression_statement":
        inner = named(node)
        ends = len(node.children) == 1 and bool(inner)
        return leaves(inner[0]) if ends else ([node] if _diverges(inner[0] if inner else node) else None)
    if node.type == "block":
        inside = named(node)
        return leaves(inside[-1]) if inside else None
    if node.type in ("unsafe_block", "else_clause"):
        return leaves(named(node)[0])
    if node.type == "if_expression":
        parts = [node.child_by_field_name("consequence"), node.child_by_field_name("alternative")]
    elif node.type == "match_expression":
        body = node.child_by_field_name("body")
        arms = [arm for arm in named(body) if arm.type == "match_arm"] if body is not None else []
        parts = [arm.child_by_field_name("value") for arm in arms]
    else:
        return None if node.type.endswith(("_item", "_declaration")) else [node]
    found: list[Node] = []
    for part in parts:
        below = leaves(part) if part is not None else None
        if below is None:
            return None
        found += below
    return found


def _diverges(node: Node) -> bool:
    if node.type == "return_expression":
        return True
    head = node.child_by_field_name("macro") if node.type == "macro_invocation" else None
    return head is not None and head.text is not None and head.text.decode().rpartition("::")[2] in ENDS


def unwrapped(rust: RustFile, node: Node, layers: int) -> tuple[str, list[str]] | None:
    """(a condition or a match with `x` for each `Ok(x)` that it comes to and a panic for each error that is made by
    hand, the values x), for one layer; None where one of its ways is another."""
    ends = leaves(node)
    if ends is None or layers not in (0, 1):
        return None
    start = rust.span(node).start
    text, values = rust.text(node), []
    for end in reversed(ends):
        whole = named(end)[0] if end.type == "expression_statement" else end
        span = rust.span(whole)
        error = MADE.match(span.text) if layers else None
        if error is not None:
            new = "panic!" + span.text[error.end() :].removesuffix(")" if error.group().startswith("Err") else "")
        elif _diverges(whole):
            new = span.text
        else:
            made, value = constructed(rust, whole)
            if made == "Err" or (made != "") != (layers == 1) or whole.type == "return_expression":
                return None
            new = rust.text(value)
            values.append(new)
        text = text[: span.start - start] + new + text[span.end - start :]
    early = any(inner.type == "return_expression" for inner in walk(node))
    return None if ERRS.search(text) or early or not values else (text, values)


def makes_error(text: str) -> bool:
    """Whether statements end with an error by `bail!` or `ensure!`, outside of closures."""
    from ...source import rust
    from ...source.text import SourceFile

    if not ERRS.search(text):
        return False
    parsed = rust.parse(SourceFile("", f"fn f() {{\n{text}\n}}\n", ""))
    stack = [item.body for item in parsed.items[:1] if item.body is not None]
    while stack:
        node = stack.pop()
        if node.type == "macro_invocation" and ERRS.search(parsed.text(node)):
            return True
        if node.type not in ("closure_expression", "async_block", "function_item", "line_comment", "block_comment"):
            stack.extend(node.children)
    return False


def asserting(text: str) -> str:
    """With `assert!` for each `ensure!` whose message, if it has one, can be an assertion's."""
    for found in reversed(list(ENSURE.finditer(text))):
        depth = 0
        for token in TOKEN.finditer(text, found.end()):
            depth += (token.group() in "([{") - (token.group() in ")]}")
            if depth < 0 or (token.group() == "," and not depth):
                behind = text[token.end() :].lstrip()
                if depth < 0 or behind.startswith(('"', ")")):
                    text = f"{text[: found.start()]}assert!({text[found.end() :]}"
                break
    return text


def has_own_type(values: list[str]) -> bool:
    return not any(UNTYPED.search(value) or EMPTY.search(value) for value in values)


def written_in(rust: RustFile, item: Item, kind: str, value: str) -> str:
    """The type to write for a variable in place of a parameter: one that needs no import, or that of a value which has
    no type of its own; "" for none."""
    if is_simple(kind):
        return kind
    own = [*_type_parameters(item), "impl", "dyn", "Self"]
    bound = "'" in kind or any(re.search(rf"\b{word}\b", kind) for word in own)
    return kind if LOOSE.search(value) and not bound and item.rust is rust else ""


def unsettled(item: Item, kind: str, value: str, call: str) -> bool:
    """Whether a variable in place of a parameter, without a type, may lack that which the parameter gave its value."""
    own = _type_parameters(item)
    if re.search(r"\bimpl\b", kind):
        return PLAIN_TRAITS.fullmatch(kind) is None or not has_own_type([value])
    generic = [name for name in own if re.search(rf"\b{name}\b", kind)]
    if not generic:
        return LOOSE.search(value) is not None
    plain = re.fullmatch(rf"(?:&\s*(?:'\w+\s+)?)?{generic[0]}", kind) is not None
    bounds = own[generic[0]]
    return not plain or "::<" in call or not has_own_type([value]) or any(not PLAIN_TRAITS.fullmatch(b) for b in bounds)


def _type_parameters(item: Item) -> dict[str, list[str]]:
    """A function's type parameters, each with its bounds as they are written."""
    found: dict[str, list[str]] = {}
    declared = item.node.child_by_field_name("type_parameters")
    where = [child for child in item.node.children if child.type == "where_clause"]
    for child in [*(named(declared) if declared is not None else []), *(w for c in where for w in named(c))]:
        text = item.rust.text(child)
        name, colon, bounds = text.partition(":")
        if child.type != "lifetime_parameter" and not name.lstrip().startswith("'"):
            found.setdefault(name.strip(), []).extend([bounds.strip()] if colon else [])
    return found


def is_value(rust: RustFile, statement: Node) -> bool:
    """Whether a condition or a match is what a function comes to, and no statement: its ways have values."""
    inner = branching(rust, statement)
    at: Node | None = statement
    while (
        inner is not None and at is not None and at.type not in ("function_item", "async_block", "closure_expression")
    ):
        if at.type in ("for_expression", "while_expression", "loop_expression"):
            return False
        above = at.parent
        if above is not None and above.type == "block" and named(above)[-1].id != at.id:
            return False
        at = above
    if inner is None or at is None or (at.type == "function_item" and at.child_by_field_name("return_type") is None):
        return False
    ends = leaves(inner)
    return ends is not None and any(end.type not in UNITS | {"macro_invocation"} and not _diverges(end) for end in ends)


def without_value(statement: Node, rust: RustFile, text: str) -> str | None:
    """Such a condition or match as a statement, where it only comes to `Ok(())` and to what ends the program."""
    inner = branching(rust, statement)
    made = unwrapped(rust, inner, 1) if inner is not None else None
    if made is None or set(made[1]) != {"()"} or len(DONE.findall(text)) != len(made[1]):
        return None
    return DONE.sub("()", re.sub(rf";\s*{DONE.pattern}(?=\s*\}})", ";", text))
