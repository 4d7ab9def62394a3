"""Room rules/: CL418 result-shadowed."""

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

ONE_TYPE = (("std", "io", "Result"), ("std", "fmt", "Result"), ("core", "fmt", "Result"))


class ResultShadowed(Rule):
    code = "CL418"
    name = "result-shadowed"
    group = "workflow"
    severity = ERROR
    summary = "A `Result` of one type is in scope where a task stands"
    why = """
The `#[task]` macro writes `Result<.., ..>` with two types into the module of the task, and `#[workflow]` into the one
around it, without the path to the standard library. A `type Result<T> = …` of one's own, `use std::io::Result` or
`use std::fmt::Result` takes its place in either, also by `use super::*`, and the compiler points at the attribute
(built, 0.6.1 and 0.11.1: error E0107, "type alias takes 1 generic argument but 2 generic arguments were supplied"). An
alias with a default, as anyhow's, does no harm.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    pub type «Result»<T> = std::result::Result<T, TaskError>;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
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

    pub type Outcome<T> = std::result::Result<T, TaskError>;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
"""
    proof = r"build: E0107"
    no_fix = "because the name is used in other places too"

    def check(self, crate: Crate) -> Iterator[Finding]:
        seen: set[tuple[str, int]] = set()
        workflows = {id(shape.workflow.item) for shape in crate.structure.shapes}
        for node in crate.structure.tasks:
            if node.item is None or node.compiled is not True or not node.parses:
                continue
            module = node.item.parent
            place = _shadow(crate, node, module)
            if place is None and module is not None and id(module) in workflows:
                place = _shadow(crate, node, module.parent)
            if place is not None and (place.file.path, place.start) not in seen:
                seen.add((place.file.path, place.start))
                yield self.finding(
                    "this `Result` of one type takes the place of the standard one, which the macros write "
                    "with two (E0107)",
                    place,
                    help="give it another name, or keep it out of the workflow's module and the one around it",
                    related=[(node.item.name_span, "the task it breaks")],
                )


def _shadow(crate: Crate, node: Node, scope: Item | None) -> Span | None:
    """The `Result` of one type that a module (None: the file's own) brings into scope, by itself or by `super::*`."""
    assert node.item is not None
    rust = node.item.rust
    for item in rust.items if scope is None else scope.children:
        if item.name == "Result" and item.kind == "type" and crate.structure.holds(item, node.mod_file) is True:
            parameters = item.node.child_by_field_name("type_parameters")
            text = "" if parameters is None else rust.text(parameters)
            return None if "," in text.rstrip(">, ") or "=" in text else item.name_span
    above = False
    for use in rust.uses():
        if use.item.parent is not scope:
            continue
        if use.name == "Result":
            return use.span if use.path in ONE_TYPE and not use.item.attrs else None
        above = above or (use.glob and use.path == ("super",))
    return _shadow(crate, node, scope.parent) if above and scope is not None else None
