"""Room rules/: CL419 task-id-separator."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TaskIdSeparator(Rule):
    code = "CL419"
    name = "task-id-separator"
    group = "workflow"
    severity = ERROR
    summary = "A task's id contains `::`"
    why = """
The engine joins tenant, package, workflow and task with `::` and takes such a name apart again. A workflow with an id
like `etl::extract` builds and loads, but its executions never end: the planner fails on the name again and again
("Invalid task name format", run on the engine's own loader and executor, 0.6.1). If another task depends on the id,
the package does not even load ("Invalid dependency namespace").
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = «"etl::extract"», dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }

    #[task(id = "load", dependencies = ["etl::extract"])]
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

    #[task(id = "etl_extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }

    #[task(id = "load", dependencies = ["etl_extract"])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("result", serde_json::json!(1))?;
        Ok(())
    }
}
"""
    proof = r"load: Invalid dependency namespace"
    no_fix = "because other tasks, and clients, may know the id"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for shape in crate.structure.shapes:
            for node in shape.nodes:
                if node.id is None or "::" not in node.id or not node.parses or node.compiled is False:
                    continue
                dependents = [
                    (span, "depends on it")
                    for other in shape.nodes
                    for name, span in other.dependencies
                    if name == node.id
                ]
                yield self.finding(
                    f'the id "{node.id}" contains "::", which separates the parts of a full task name: '
                    + ("the package does not load" if dependents else "the workflow never ends"),
                    node.id_span,
                    help=f'write "{node.id.replace("::", "_")}"',
                    related=dependents,
                )
