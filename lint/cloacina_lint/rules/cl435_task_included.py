"""Room rules/: CL435 task-included."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TaskIncluded(Rule):
    code = "CL435"
    name = "task-included"
    group = "workflow"
    severity = ERROR
    summary = "A task in a file that the workflow module includes"
    why = """
`#[workflow]` reads its module before `include!` is expanded, so a task in the included file is never part of the
workflow. Nothing says so: the crate builds and loads, and the task is not there (built and loaded, 0.6.1). A task that
depends on it does not compile: the dependency is undefined.
"""
    no_fix = "because the text belongs into the module"
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

    #[task(id = "load", dependencies = ["more"])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("loaded", serde_json::json!(true))?;
        Ok(())
    }

    include!(«"more.rs"»);
}
--- src/more.rs
#[task(id = "more", dependencies = ["extract"])]
pub async fn more(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
    context.insert("more", serde_json::json!(true))?;
    Ok(())
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
    proof = r"build: depends on undefined task 'more'"

    def check(self, crate: Crate) -> Iterator[Finding]:
        workflows = {id(workflow.item) for workflow in crate.facts.workflows}
        for mod_file in crate.facts.files:
            folder = mod_file.path.rpartition("/")[0]
            for call in mod_file.rust.macros():
                if call.path[-1:] != ("include",) or call.item is None or id(call.item) not in workflows:
                    continue
                argument = call.args[0] if len(call.args) == 1 else None
                if argument is None or not isinstance(argument.value, str):
                    continue
                file = crate.rust(f"{folder}/{argument.value}" if folder else argument.value)
                tasks = [item for item in file.items if item.attr("task") is not None] if file is not None else []
                if tasks:
                    yield self.finding(
                        f"task `{tasks[0].name}` in the included file is no part of the workflow, and nothing says so",
                        argument.span,
                        help="write the tasks in the workflow's module itself",
                        related=[(tasks[0].name_span or tasks[0].span, "the task")],
                    )
