"""Room rules/: CL405 workflow-target."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding

NAMES = {"fn": "function", "impl": "block of methods", "use": "use declaration"}


class WorkflowTarget(Rule):
    code = "CL405"
    name = "workflow-target"
    group = "workflow"
    severity = ERROR
    summary = "`#[workflow]` stands on something that is not a module with a body"
    why = """
The macro reads the tasks from the module's body, so the body must be there. On `mod x;` the compiler refuses it
(built, 0.6.1 and 0.11.1: error E0658, "file modules in proc macro input are unstable"), on anything but a module the
macro does ("#[workflow] must be applied to a module"). The module itself may stand in another file.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod «data»;

--- src/data.rs
use super::*;

#[task(id = "extract", dependencies = [])]
pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
    context.insert("data", serde_json::json!(42))?;
    Ok(())
}
"""
    passing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

mod flow;

--- src/flow.rs
use super::*;

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
    proof = r"build: E0658|file modules in proc macro input"
    no_fix = "because code moves between files"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for workflow in crate.facts.workflows:
            item = workflow.item
            if workflow.attr.conditions or (item.kind == "mod" and item.inline):
                continue
            if item.kind == "mod":
                yield self.finding(
                    f"#[workflow] on `mod {item.name};`: the macro needs the module's body here (E0658)",
                    workflow.name_span,
                    help=f"write `pub mod {item.name} {{ … }}` with the tasks in it; move that whole module to a file "
                    "of its own if you like",
                )
            else:
                yield self.finding(
                    f"#[workflow] stands on a {NAMES.get(item.kind, item.kind)}, not on a module",
                    workflow.name_span,
                    help="put the tasks into `pub mod name { … }` and the attribute above it",
                )
