"""Room rules/: CL403 workflow-name-characters."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class WorkflowNameCharacters(Rule):
    code = "CL403"
    name = "workflow-name-characters"
    group = "workflow"
    severity = ERROR
    summary = "A workflow's name has a character that the macro cannot put in an identifier"
    why = """
The macro makes the name of a Rust function out of the workflow's name. It turns `-` and spaces into `_` and takes
letters, digits and `_` of any script; with any other character it panics (built, 0.6.1 and 0.11.1: "custom attribute
panicked", `"_workflow_data.flow_constructor"` is not a valid identifier): a dot, a colon, a slash, a quote.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = «"data.flow"»)]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}

--- package.toml
[metadata]
language = "rust"
"""
    passing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data_flow")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}

--- package.toml
[metadata]
language = "rust"
"""
    proof = r"build: custom attribute panicked"
    fixable = True

    def check(self, crate: Crate) -> Iterator[Finding]:
        for workflow in crate.facts.workflows:
            meta = workflow.argument("name")
            name = workflow.text("name")
            if meta is None or meta.value_span is None or name is None:
                continue
            if workflow.attr.conditions or not (workflow.item.kind == "mod" and workflow.item.inline):
                continue
            bad = sorted({character for character in name if not _fits(character)})
            if not bad:
                continue
            listed = ", ".join(repr(character) for character in bad)
            better = "".join(character if _fits(character) else "_" for character in name)
            yield self.finding(
                f"the workflow's name contains {listed}: the #[workflow] macro panics on it",
                meta.value_span,
                help=f'use letters, digits, `_`, `-` and spaces: "{better}"',
                fix=Fix(f'rename it to "{better}"', [Edit(meta.value_span, f'"{better}"')], safe=False),
            )


def _fits(character: str) -> bool:
    return character in "- " or f"_{character}".isidentifier()
