"""Room rules/: CL401 no-task."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class NoTask(Rule):
    code = "CL401"
    name = "no-task"
    group = "workflow"
    severity = ERROR
    summary = "A `#[workflow]` module has no `#[task]` function of its own"
    why = """
A module without a task does not build (built, 0.5.1 to 0.11.1: "#[workflow] module must contain at least one #[task]
function"). The macro looks at the functions that stand directly in the module, before any macro inside is expanded:
a task in a nested module, or one that a `macro_rules!` macro would make, does not count. From 0.10 on a
`constructor!` counts too. The same message is the compiler's, misleadingly, where there is a task whose arguments do
not parse: then another rule names what is wrong with it.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod «data» {
    use super::*;

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
    proof = r"build: must contain at least one #\[task\] function"
    no_fix = "because only you know which functions are tasks"

    def check(self, crate: Crate) -> Iterator[Finding]:
        structure = crate.structure
        outside = any(absent.shape is None for absent in structure.absent)
        for shape in structure.shapes:
            if shape.nodes or not shape.whole or shape.compiled is not True or outside:
                continue
            if any(absent.shape is shape for absent in structure.absent):
                continue
            yield self.finding(
                f"workflow module `{shape.workflow.item.name}` has no #[task] function, and the macro refuses it",
                shape.workflow.name_span,
                help='write `#[task(id = "…", dependencies = [])]` above each function that is a step of the workflow',
            )
