"""Room rules/: CL402 workflow-name-missing."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..macro_arguments import kinds, problems
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_attr import Attr, Meta


class WorkflowNameMissing(Rule):
    code = "CL402"
    name = "workflow-name-missing"
    group = "workflow"
    severity = ERROR
    summary = "A `#[workflow]` has no `name`"
    why = """
The name is required (built, 0.5.1 to 0.11.1: "#[workflow] requires 'name' attribute"); the module's own name is not
taken instead. It is the name under which the workflow is executed and listed.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

«#[workflow(description = "Data processing")]»
pub mod data {
    use super::*;

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

#[workflow(name = "data", description = "Data processing")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
"""
    proof = r"build: requires 'name' attribute"
    fixable = True

    def check(self, crate: Crate) -> Iterator[Finding]:
        for workflow in crate.facts.workflows:
            attr = workflow.attr
            if attr.conditions or attr.get("name") is not None or problems(attr, "workflow", crate.contract):
                continue
            name = workflow.item.name or "…"
            takes = kinds(crate.contract, "workflow")
            instead = next((meta for meta in attr.args if meta.name not in takes), None)
            yield self.finding(
                f"`{instead.span.text}` is not the name, which a #[workflow] must have"
                if instead is not None
                else "this #[workflow] has no name, and the macro asks for one",
                (instead.key_span or instead.span) if instead is not None else attr.span,
                help=f'write `#[workflow(name = "{name}")]`',
                fix=self._fix(workflow.attr, name) if instead is None else _renamed(instead),
            )

    @staticmethod
    def _fix(attr: Attr, name: str) -> Fix:
        file = attr.span.file
        brackets = attr.args_span
        if brackets is None:
            edit = Edit(file.span(attr.meta_span.end, attr.meta_span.end), f'(name = "{name}")')
        else:
            comma = ", " if attr.args else ""
            edit = Edit(file.span(brackets.start + 1, brackets.start + 1), f'name = "{name}"{comma}')
        return Fix(f'name it "{name}", like its module', [edit], safe=False)


def _renamed(meta: Meta) -> Fix:
    if meta.key_span is not None:
        return Fix("write `name`", [Edit(meta.key_span, "name")])
    start = meta.span.file.span(meta.span.start, meta.span.start)
    return Fix("write `name = `", [Edit(start, "name = ")])
