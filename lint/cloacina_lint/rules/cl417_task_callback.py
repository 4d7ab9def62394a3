"""Room rules/: CL417 task-callback."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_item import Item
    from ..source.text import Span
    from ..workflows import Node

SHAPES = {
    "on_success": "(id: &str, context: &Context<serde_json::Value>) -> Result<(), TaskError>",
    "on_failure": "(id: &str, error: &TaskError, context: &Context<serde_json::Value>) -> Result<(), TaskError>",
}
VALUES = ("fn", "const", "static")


class TaskCallback(Rule):
    code = "CL417"
    name = "task-callback"
    group = "workflow"
    severity = ERROR
    summary = "An `on_success` or `on_failure` callback is not there, or does not fit the call"
    why = """
The `#[task]` macro writes `callback(id, &context).await` after a success and `callback(id, &error, &context).await`
after a failure, and prints an `Err`. So the function must be in the module's scope (built, 0.5.1 to 0.11.1: error
E0425), be async (0.6.1: E0277, "is not a future"), take two or three parameters, all by reference and none of them
mutable (E0061, E0308), and return a `Result` (E0308).
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [], on_failure = notify)]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }

    async fn «notify»(_id: &str, _context: &Context<serde_json::Value>) -> Result<(), TaskError> {
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

    #[task(id = "extract", dependencies = [], on_failure = notify)]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }

    async fn notify(_id: &str, _error: &TaskError, _context: &Context<serde_json::Value>) -> Result<(), TaskError> {
        Ok(())
    }
}
"""
    proof = r"build: E0061"
    no_fix = "because the function's body depends on its parameters"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for node in crate.structure.tasks:
            if node.attr is None or node.item is None or not node.parses or node.compiled is False:
                continue
            for key, shape in SHAPES.items():
                meta = node.attr.get(key)
                span = meta.value_span if meta is not None else None
                if meta is None or span is None:
                    continue
                path = meta.inner.path if meta.inner is not None else None
                if path is None or "::".join(path) != span.text.replace(" ", ""):
                    continue
                found = _find(crate, node, path)
                if found is None:
                    continue
                if not found:
                    yield self.finding(
                        f"`{key}` names `{span.text}`, but no such function is in scope here (E0425)",
                        span,
                        help=f"write `async fn {path[-1]}{shape}` in the module, or import it there",
                    )
                elif len(found) == 1 and found[0].kind == "fn":
                    wrong = _misfit(found[0], key)
                    if wrong is not None:
                        message, place = wrong
                        yield self.finding(
                            f"`{found[0].name}` is the {key} of task `{node.name}`, {message}",
                            place,
                            help=f"write `async fn {found[0].name}{shape}`",
                            related=[(span, "the macro calls it for this")],
                        )


def _find(crate: Crate, node: Node, path: tuple[str, ...]) -> list[Item] | None:
    """The items of the crate that a path names where the task stands; None where that cannot be known from here."""
    assert node.item is not None
    scope = node.item.parent
    while path[:1] in (("self",), ("super",)):
        if path[0] == "super":
            if scope is None:
                return None
            scope = scope.parent
        path = path[1:]
    return _named(crate, node, scope, path[0], set()) if len(path) == 1 else None


def _named(crate: Crate, node: Node, scope: Item | None, name: str, seen: set[int]) -> list[Item] | None:
    """Items of this name in a module (None: the file's own), imports by `use super::*` included."""
    assert node.item is not None
    rust = node.item.rust
    children = rust.items if scope is None else scope.children
    if id(children) in seen:
        return []
    seen.add(id(children))
    found = []
    for item in children:
        if item.name == name and item.kind in VALUES:
            held = crate.structure.holds(item, node.mod_file)
            if held is None:
                return None
            if held:
                found.append(item)
        elif item.kind == "macro_rules":
            return None
    if found:
        return found
    if any(call.item is scope and call.at_item and call.name != "package" for call in rust.macros()):
        return None
    for use in rust.uses():
        if use.item.parent is not scope:
            continue
        if use.name == name:
            return None
        if not use.glob:
            continue
        if use.path == ("super",) and scope is not None:
            above = _named(crate, node, scope.parent, name, seen)
            if above is None or above:
                return above
        elif use.path not in ((("cloacina_workflow",)), ("std", "prelude", "v1")):
            return None
    return []


def _misfit(item: Item, key: str) -> tuple[str, Span] | None:
    """(what does not fit, where) of a callback's signature; None where it fits, or cannot be told."""
    params = item.params
    wanted = 3 if key == "on_failure" else 2
    if len(params) != wanted:
        return f"which passes {wanted} arguments, and takes {len(params)} (E0061)", item.name_span
    returned = " ".join((item.return_type or "").split())
    if not item.is_async:
        if not returned or returned.startswith(("Result<", "std::result::Result<", "()")):
            return "which is awaited, and is not async (E0277)", item.name_span
        return None
    if not returned or returned in ("()", "bool") or returned.startswith("Option<"):
        return "whose answer is matched as a Result (E0308)", item.return_span or item.name_span
    last = params[-1].type
    if last.startswith("&mut ") or last.split("<")[0].split("::")[-1] == "Context":
        return "which passes the context as `&Context` (E0308)", params[-1].span
    if params[0].type in ("String", "&String", "&mut str") or "Context<" in params[0].type:
        return "which passes the id as `&str` (E0308)", params[0].span
    if wanted == 3 and params[1].type.split("::")[-1] in ("TaskError", "String", "&str"):
        return "which passes the error as `&TaskError` (E0308)", params[1].span
    return None
