"""Room rules/: CL407 task-id-empty."""

from __future__ import annotations

from ..finding import WARNING, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TaskIdEmpty(Rule):
    code = "CL407"
    name = "task-id-empty"
    group = "workflow"
    severity = WARNING
    summary = "A task's id is empty"
    why = """
Before 0.8 the macro takes an empty id as it is, and the task runs under the name `public::package::workflow::` (run
on the engine's own loader, 0.6.1), which no log line or trigger rule can tell apart. From 0.8 on an empty id means the
function's name.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = «""», dependencies = [])]
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
    until = (0, 8)
    fixable = True

    def check(self, crate: Crate) -> Iterator[Finding]:
        for shape in crate.structure.shapes:
            for node in shape.nodes:
                if node.id == "" and node.compiled is not False:
                    edit = Edit(node.id_span, f'"{node.name}"')
                    yield self.finding(
                        f"the id of task `{node.name}` is empty",
                        node.id_span,
                        help=f'write id = "{node.name}"',
                        fix=Fix(f'give it the id "{node.name}", like its function', [edit], safe=False),
                    )
