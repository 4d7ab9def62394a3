"""Room rules/: CL428 task-handle."""

from __future__ import annotations

from ..finding import ERROR, WARNING
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TaskHandleParameter(Rule):
    code = "CL428"
    name = "task-handle"
    group = "workflow"
    severity = ERROR
    summary = "A task handle, which packaged code cannot have before 0.11"
    why = """
A parameter called `handle` or `task_handle` makes `#[task]` write `::cloacina::take_task_handle()`, and a packaged
crate has no `cloacina`: E0433 (built, 0.5.1 to 0.10.0). With a dependency on the whole engine it compiles, but the
handle lives in the host's copy of the engine, not in the package's: a warning. From 0.11 on the handle is
`cloacina_workflow_plugin::TaskHandle`.
"""
    until = (0, 11)
    no_fix = "because what the task does with the handle has to be done otherwise"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

pub struct TaskHandle;

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>, «handle: &mut TaskHandle») -> Result<(), TaskError> {
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
    proof = r"build: E0433"

    def check(self, crate: Crate) -> Iterator[Finding]:
        engine = any(
            dependency.import_name == "cloacina" and dependency.kind == "normal"
            for dependency in crate.manifest.dependencies
        )
        for declared in crate.facts.tasks:
            for param in declared.item.params:
                if param.name in ("handle", "task_handle") and not declared.attr.conditions:
                    yield self.finding(
                        f"a packaged task has no `{param.name}` before Cloacina 0.11"
                        + ("" if engine else ": the macro writes `::cloacina::` (E0433)"),
                        param.span,
                        help="leave it out; waiting for something is a trigger's work, or use Cloacina 0.11 or later",
                        severity=WARNING if engine else ERROR,
                    )
                    break
