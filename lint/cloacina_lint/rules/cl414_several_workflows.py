"""Room rules/: CL414 several-workflows."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class SeveralWorkflows(Rule):
    code = "CL414"
    name = "several-workflows"
    group = "workflow"
    severity = ERROR
    summary = "The crate declares more than one workflow"
    why = """
A package holds one workflow. On 0.5 a second one does not link ("symbol `fidius_get_registry` is already defined",
built, 0.5.1). From 0.6 on it builds and loads, and all tasks end up in one workflow, under the name that happens to
come first in the library; the other name does not exist, so that executing it fails (run on the engine's own loader,
0.6.1: one workflow `data` with the tasks of both; probed on 0.11.1).
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
}

#[workflow(name = "report")]
pub mod «report» {
    use super::*;

    #[task(id = "report", dependencies = [])]
    pub async fn report(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
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
}
"""
    proof = r'load: ^tasks: \["public::my-workflow::(\w+)::extract", "public::my-workflow::\1::report"\]'
    no_fix = "because a second package is needed"

    def check(self, crate: Crate) -> Iterator[Finding]:
        shapes = [shape for shape in crate.structure.shapes if shape.compiled is True]
        if len(shapes) < 2:
            return
        second = shapes[1]
        if crate.structure.data["one-registry"]:
            message = "a second workflow in one crate: the library does not link with two"
        else:
            message = (
                f'a second workflow in one crate: its tasks and those of "{shapes[0].name}" run as one workflow, '
                "and one of the two names does not exist"
            )
        yield self.finding(
            message,
            second.workflow.name_span,
            help="make it a crate and package of its own, or one workflow of both",
            related=[(shape.workflow.name_span, "also a workflow") for shape in shapes if shape is not second],
        )
