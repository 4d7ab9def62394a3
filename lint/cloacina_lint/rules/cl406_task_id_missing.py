"""Room rules/: CL406 task-id-missing."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..macro_arguments import kinds
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_attr import Attr, Meta


class TaskIdMissing(Rule):
    code = "CL406"
    name = "task-id-missing"
    group = "workflow"
    severity = ERROR
    summary = "A `#[task]` has no `id`"
    why = """
Before 0.8 the id is required (built, 0.5.1 and 0.6.1: "task macro requires 'id' attribute"). Where it is the only
task the compiler says something else: "#[workflow] module must contain at least one #[task] function", because the
workflow's macro passes over a task whose arguments it cannot parse. From 0.8 on the function's name is taken.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }

    «#[task(dependencies = ["extract"])]»
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("result", serde_json::json!(1))?;
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
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }

    #[task(id = "load", dependencies = ["extract"])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("result", serde_json::json!(1))?;
        Ok(())
    }
}
"""
    until = (0, 8)
    proof = r"build: task macro requires 'id' attribute"
    fixable = True

    def check(self, crate: Crate) -> Iterator[Finding]:
        for shape in crate.structure.shapes:
            for node in shape.nodes:
                if not node.lacks_id or node.attr is None or node.compiled is False:
                    continue
                alone = not any(other.parses for other in shape.nodes)
                takes = kinds(crate.contract, "task")
                instead = next((meta for meta in node.attr.args if meta.name not in takes), None)
                yield self.finding(
                    (
                        f"`{instead.span.text}` is not the id, which a #[task] must have before 0.8"
                        if instead is not None
                        else "this #[task] has no id, which Cloacina asks for before 0.8"
                    )
                    + (', and with no other task cargo says "must contain at least one #[task]"' if alone else ""),
                    (instead.key_span or instead.span) if instead is not None else node.attr.span,
                    help=f'write `#[task(id = "{node.name}", …)]`',
                    fix=self._fix(node.attr, node.name) if instead is None else _renamed(instead),
                )

    @staticmethod
    def _fix(attr: Attr, name: str) -> Fix:
        file = attr.span.file
        brackets = attr.args_span
        if brackets is None:
            edit = Edit(file.span(attr.meta_span.end, attr.meta_span.end), f'(id = "{name}")')
        else:
            comma = ", " if attr.args else ""
            edit = Edit(file.span(brackets.start + 1, brackets.start + 1), f'id = "{name}"{comma}')
        return Fix(f'give it the id "{name}", like its function', [edit])


def _renamed(meta: Meta) -> Fix:
    if meta.key_span is not None:
        return Fix("write `id`", [Edit(meta.key_span, "id")])
    start = meta.span.file.span(meta.span.start, meta.span.start)
    return Fix("write `id = `", [Edit(start, "id = ")])
