"""Room migrate/programs/: what a function or a chain of calls hands on of a run: a name, a Result's inside, a part."""

from __future__ import annotations

import re

from ..rust.chains import method_of
from ..rust.syntax import Names, named, names
from .calls import PASSES, UNWRAPS, WAITS, Programs, executed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile
    from ...source.rust_item import Item
    from .sequence import Frame, Run

# types that need no import and mean the same everywhere
SIMPLE = re.compile(
    r"(?:&|mut\b|[\[\]()<>;,\s]|\b(?:\d+|[iu](?:8|16|32|64|128|size)|f32|f64|bool|char|str|String|Vec|Option)\b)+"
)
# calls whose type comes from where their value goes
UNTYPED = re.compile(
    r"\b(?:into|try_into|parse|collect|sum|product|unwrap_or_default|default|from_value|from_str|new|get_as|get_required)"
    r"\s*\("
)


class Wanted:
    """What becomes of a value. name: the variable that it goes to, None where nothing looks at it; frame: whose
    variable; unwraps: how many Results are taken off it; kind: the type written for it, with the names in that."""

    __slots__ = ("frame", "kind", "kind_names", "mutable", "name", "unwraps")

    def __init__(self, name: str | None = None, frame: Frame | None = None, unwraps: int = 0) -> None:
        self.name = name
        self.frame = frame
        self.unwraps = unwraps
        self.mutable = False
        self.kind = ""
        self.kind_names: Names | None = None

    def unwrapped(self, times: int = 1) -> Wanted:
        other = Wanted(self.name, self.frame, self.unwraps + times)
        other.mutable, other.kind, other.kind_names = self.mutable, self.kind, self.kind_names
        return other

    def let(self, text: str) -> str:
        return f"let {'mut ' if self.mutable else ''}{self.name}{self.kind and f': {self.kind}'} = {text};"


def written_type(rust: RustFile, let: Node, wanted: Wanted) -> None:
    """Note the type that a `let` gives to its value."""
    kind = let.child_by_field_name("type")
    if kind is not None:
        wanted.kind, wanted.kind_names = rust.text(kind), names(rust, kind)


def returned(item: Item) -> str:
    """The type that a function returns, as it is written; "" for none."""
    kind = item.node.child_by_field_name("return_type")
    return "" if kind is None else item.rust.text(kind)


def arguments(kind: str) -> list[str]:
    """["A", "B<C, D>"] of `path::Name<A, B<C, D>>`; empty for a type without."""
    found = re.fullmatch(r"[\w\s:]*<(.*)>", kind.strip(), flags=re.S)
    if found is None:
        return []
    parts, depth = [""], 0
    for char in found.group(1):
        depth += (char in "<([") - (char in ">)]")
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def inside(kind: str, layers: int) -> str:
    """`i64` of `Result<i64, Error>`, for one layer; "" where that cannot be told."""
    if not layers:
        return kind
    given = arguments(kind) if re.match(r"(?:\w+\s*::\s*)*(?:Result|Option)\s*<", kind) else []
    return given[0] if given else ""


def is_simple(kind: str) -> bool:
    return bool(kind) and SIMPLE.fullmatch(kind) is not None


def constructed(rust: RustFile, node: Node) -> tuple[str, Node]:
    """("Ok", `x`) of `Ok(x)`; ("", the node) of anything else."""
    if node.type == "call_expression":
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        given = named(arguments) if arguments is not None else []
        if function is not None and len(given) == 1:
            name = rust.text(function).rpartition("::")[2].strip()
            if name in ("Ok", "Some", "Err"):
                return name, given[0]
    return "", node


def bound(rust: RustFile, pattern: Node | None) -> tuple[str | None, bool]:
    """(the name that a pattern gives to the whole value, whether it is `Ok(name)`)."""
    if pattern is None:
        return None, False
    text = rust.text(pattern)
    if pattern.type in ("identifier", "mut_pattern"):
        return text.removeprefix("mut ").strip(), False
    if pattern.type == "tuple_struct_pattern":
        kind = pattern.child_by_field_name("type")
        inner = [child for child in named(pattern) if kind is None or child.id != kind.id]
        if kind is not None and rust.text(kind).rpartition("::")[2] == "Ok" and len(inner) == 1:
            name = rust.text(inner[0]).removeprefix("mut ").strip()
            return (name if name.isidentifier() and name != "_" else None), True
    return None, False


def core(programs: Programs, rust: RustFile, node: Node, handles: dict[str, Run]) -> Node:
    """Of a chain of calls, the part that is a run's own result: the call with the `.await`, `?` and `.unwrap()` right
    behind it. All of the chain where there is nothing else in it."""
    chain = [node]
    while True:
        at = chain[-1]
        below: Node | None = None
        if at.type in ("await_expression", "try_expression", "parenthesized_expression"):
            below = named(at)[0]
        elif at.type == "field_expression":
            below = at.child_by_field_name("value")
        elif at.type == "call_expression" and executed(rust, at) is None and programs.callee(rust, at) is None:
            call = method_of(at, rust)
            if call is not None and programs.sites(rust, call[0], handles):
                below = call[0]
        if below is None:
            break
        chain.append(below)
    best = chain[-1]
    for outer in reversed(chain[:-1]):
        call = method_of(outer, rust)
        if outer.type == "field_expression" or (call is not None and call[1] not in PASSES | UNWRAPS | WAITS):
            break
        best = outer
    return best


def outermost(rust: RustFile, node: Node) -> Node:
    """A call with all that is done to its value in the same chain."""
    while node.parent is not None:
        above = node.parent
        if above.type in ("await_expression", "try_expression"):
            node = above
        elif above.type == "field_expression":
            call = above.parent if above.parent is not None and method_of(above.parent, rust) is not None else None
            node = call if call is not None and call.child_by_field_name("function") == above else above
        else:
            break
    return node


def fresh(name: str, rust: RustFile, node: Node) -> str:
    """A name that the function around a place does not have."""
    at: Node | None = node
    while at is not None and at.type != "function_item":
        at = at.parent
    text = rust.text(at) if at is not None else rust.file.text
    while re.search(rf"\b{name}\b", text):
        name += "_of_run"
    return name
