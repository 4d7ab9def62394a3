"""Room rules/: CL408 duplicate-task-id."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..workflows import Node


class DuplicateTaskId(Rule):
    code = "CL408"
    name = "duplicate-task-id"
    group = "workflow"
    severity = ERROR
    summary = "Two tasks of the crate have the same id"
    why = """
The `#[task]` macro keeps one list of ids for the whole crate and refuses the second (built, 0.5.1 to 0.11.1:
"Duplicate task ID 'extract'. Already defined at …"; both places it names are the crate's directory). It makes no
difference whether the two stand in different workflows, in a nested module or outside any workflow. From 0.8 on a
task without an id counts under its function's name.
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

    #[task(id = «"extract"», dependencies = [])]
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

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }

    #[task(id = "load", dependencies = ["extract"])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("result", serde_json::json!(1))?;
        Ok(())
    }
}
"""
    proof = r"build: Duplicate task ID"
    no_fix = "because only you know which of the two to rename"

    def check(self, crate: Crate) -> Iterator[Finding]:
        first: dict[str, Node] = {}
        for node in crate.structure.tasks:
            if not node.id or not node.parses or node.compiled is not True:
                continue
            earlier = first.setdefault(node.id, node)
            if earlier is not node:
                yield self.finding(
                    f'the id "{node.id}" is taken: ids are unique in the whole crate, across workflows and modules too',
                    node.id_span,
                    help="give one of the two another id, and change the dependencies that mean it",
                    related=[(earlier.id_span, "the first task of this id")],
                )
