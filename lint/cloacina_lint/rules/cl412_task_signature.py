"""Room rules/: CL412 task-signature."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_item import Item, Param
    from ..workflows import Node

OWN_GLOBS = ("super", "self", "cloacina_workflow")
HANDLES = ("handle", "task_handle")  # another rule's matter
RESULTS = ("Result", "std::result::Result", "core::result::Result", "::std::result::Result")
NUMBERS = {"u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64"}
NOT_UNIT = NUMBERS | {"bool", "char", "String", "Vec", "Option", "HashMap", "BTreeMap", "Value", "Context"}
NOT_RESULTS = NUMBERS | {"bool", "char", "String", "Vec", "Option", "serde_json::Value"}


NOT_VALUES = {"String", "str", "bool", "i32", "i64", "u32", "u64", "usize", "f64", "Vec", "HashMap", "BTreeMap", "()"}


class TaskSignature(Rule):
    code = "CL412"
    name = "task-signature"
    group = "workflow"
    severity = ERROR
    summary = "A task's parameters or return type do not fit the call that the macro writes"
    why = """
The `#[task]` macro calls the function with `&mut context` and matches the answer as `Ok(())` or `Err(error)`. So a
second parameter does not build (built, 0.5.1 to 0.11.1: error E0061), nor does a context taken by value, no return
type, or another one than a `Result` of `()` (E0308). The function's own generic parameters are left out of what the
macro writes, so that a lifetime or type among them is unknown (E0261, E0425). `Context` without its type and
`Result<()>` work from 0.8 on (before that E0107). The error type may be any that implements `Debug`.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: «Context<serde_json::Value>») -> Result<(), TaskError> {
        println!("{}", context.to_json()?);
        Ok(())
    }
}
"""
    passing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        println!("{}", context.to_json()?);
        Ok(())
    }
}
"""
    proof = r"build: E0308"
    fixable = True

    def check(self, crate: Crate) -> Iterator[Finding]:
        short = bool(crate.structure.data["short-types"])
        for node in crate.structure.tasks:
            item = node.item
            if item is None or not node.parses or node.compiled is False:
                continue
            context = next(
                (param for param in item.params if (param.name or "").startswith(("context", "_context"))), None
            )
            if context is None:
                continue
            if item.name == "context":
                yield self.finding(
                    "a task function named `context` is hidden by the macro's own variable of that name (E0618)",
                    item.name_span or item.span,
                    help="give the function another name; the task's `id` may stay",
                )
                continue
            yield from self._extra(item, context)
            yield from self._context(crate, node, context, short)
            yield from self._result(crate, node, short)
            yield from self._generics(item)

    def _extra(self, item: Item, context: Param) -> Iterator[Finding]:
        handle = next((param for param in item.params if param.name in HANDLES), None)
        extra = [param for param in item.params if param is not context and param is not handle]
        if extra:
            yield self.finding(
                f"task `{item.name}` takes a further parameter, but the macro passes the context alone (E0061)",
                extra[0].span,
                help="pass the value through the context, or make it a constant",
            )

    def _context(self, crate: Crate, node: Node, context: Param, short: bool) -> Iterator[Finding]:
        text = context.type
        span = context.span.file.span(context.span.end - len(text), context.span.end)
        bare = text.lstrip("&").strip()
        bare = bare[4:].strip() if bare.startswith("mut ") else bare
        head = bare.split("<")[0].strip()
        if bare.startswith(("Option<", "Box<", "Arc<", "Rc<")):
            yield self.finding(
                f"the context is a `{head}`, but the macro passes a plain reference (E0308)",
                span,
                help="write `&mut Context<serde_json::Value>`",
            )
            return
        if head.split("::")[-1].strip() != "Context" or not _is_cloacinas(crate, node, head):
            return
        held = _arguments(bare)
        if text.startswith("&") and held and held[0].split("<")[0].strip() in NOT_VALUES:
            yield self.finding(
                f"the context holds `{held[0]}`, but the engine's contexts hold JSON values (E0308)",
                span,
                help="write `&mut Context<serde_json::Value>`",
            )
            return
        if not text.startswith("&"):
            start = span.file.span(span.start, span.start)
            yield self.finding(
                "the context is taken by value, but the macro passes a reference (E0308)",
                span,
                help=f"write `&mut {text}`",
                fix=Fix("take a reference", [Edit(start, "&mut ")]),
            )
        elif "<" not in bare and not short:
            yield self.finding(
                "`Context` needs its type before 0.8 (E0107)",
                span,
                help="write `&mut Context<serde_json::Value>`",
                fix=Fix("name the type", [Edit(span, f"{text}<serde_json::Value>")]),
            )

    def _result(self, crate: Crate, node: Node, short: bool) -> Iterator[Finding]:
        item = node.item
        assert item is not None
        text = " ".join((item.return_type or "").split())
        span = item.return_span
        if span is None:
            yield self.finding(
                f"task `{item.name}` returns nothing, but the macro matches on a Result (E0308)",
                item.name_span,
                help="write `-> Result<(), TaskError>`, and end with `Ok(())`",
            )
            return
        head = text.split("<")[0].strip()
        if head in NOT_RESULTS or text.startswith(("(", "&", "impl ", "[")):
            yield self.finding(
                f"task `{item.name}` returns `{text}`, but the macro matches on a Result (E0308)",
                span,
                help="write `-> Result<(), TaskError>`, and put what it yields into the context",
            )
            return
        if head not in RESULTS or "<" not in text:
            return
        arguments = _arguments(text)
        if len(arguments) == 1 and not short and head == "Result" and _is_std_result(node):
            yield self.finding(
                "`Result` needs its error type before 0.8 (E0107)",
                span,
                help="write `Result<(), TaskError>`",
                fix=Fix("name the error type", [Edit(span, f"{text[:-1].rstrip()}, TaskError>")], safe=False),
            )
        elif arguments and arguments[0].split("<")[0].split("::")[-1] in NOT_UNIT:
            yield self.finding(
                f"task `{item.name}` yields `{arguments[0]}`, but the macro expects `Ok(())` (E0308)",
                span,
                help="write `Result<(), TaskError>`, and put the value into the context",
            )

    def _generics(self, item: Item) -> Iterator[Finding]:
        node = item.node.child_by_field_name("type_parameters")
        if node is None:
            return
        span = item.rust.span(node)
        rest = item.span.file.text[span.end : item.span.end]
        for name in _names(span.text):
            if _occurs(name, rest):
                yield self.finding(
                    f"task `{item.name}` is generic: the macro leaves out `{span.text}`, and `{name}` is then unknown",
                    span,
                    help="write the function without generic parameters",
                )
                return


def _is_cloacinas(crate: Crate, node: Node, head: str) -> bool:
    """Whether a type's path means Cloacina's Context, as far as this file tells."""
    assert node.item is not None
    rust = node.item.rust
    path = tuple(head.split("::"))
    if path[0] in crate.facts.aliases:
        return True
    if any(item.name == "Context" and item.kind != "use" for item in rust.walk()):
        return False
    resolved = crate.facts.resolve(rust, path)
    if resolved is None:
        return False
    return bool(resolved[0]) or not any(use.glob and use.path[0] not in OWN_GLOBS for use in rust.uses())


def _is_std_result(node: Node) -> bool:
    assert node.item is not None
    rust = node.item.rust
    if node.item.parent is None or node.mod_file.parent is not None:
        return False
    if any(item.name == "Result" and item.kind in ("type", "enum") for item in rust.walk()):
        return False
    return not any(use.name == "Result" or (use.glob and use.path[0] not in OWN_GLOBS) for use in rust.uses())


def _arguments(text: str) -> list[str]:
    """The type arguments of `Name<..>`; none where the brackets are not there or not closed."""
    inner = text[text.find("<") + 1 : text.rfind(">")] if "<" in text and ">" in text else ""
    found, depth, piece = [], 0, ""
    for character in inner:
        depth += (character in "<([") - (character in ">)]")
        if character == "," and depth == 0:
            found.append(piece.strip())
            piece = ""
        else:
            piece += character
    return [part for part in [*found, piece.strip()] if part]


def _names(text: str) -> list[str]:
    """The names that `<'a, T: Bound, const N: usize>` brings in."""
    found = []
    for part in _arguments(f"x{text}"):
        words = part.split(":")[0].split("=")[0].split()
        if words:
            found.append(words[-1])
    return found


def _occurs(name: str, text: str) -> bool:
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or before in ("_", '"')) and not (after.isalnum() or after == "_"):
            return True
        at = text.find(name, at + 1)
    return False
