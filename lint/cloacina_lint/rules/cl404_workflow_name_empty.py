"""Room rules/: CL404 workflow-name-empty."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class WorkflowNameEmpty(Rule):
    code = "CL404"
    name = "workflow-name-empty"
    group = "workflow"
    severity = WARNING
    summary = "A workflow's name is empty"
    why = """
The macro takes it, and the package builds and loads; the workflow is then registered under an empty name (run on the
engine's own loader, 0.6.1), which no upload, list or execute command can say: `POST …/workflows//execute`.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = «""»)]
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

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
"""
    no_fix = "because the name is yours to choose"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for workflow in crate.facts.workflows:
            meta = workflow.argument("name")
            name = workflow.text("name")
            if meta is not None and meta.value_span is not None and name is not None and not name.strip():
                yield self.finding(
                    "the workflow's name is empty: it loads, but nothing can execute it",
                    meta.value_span,
                    help=f'name it, for example "{workflow.item.name}"',
                )
