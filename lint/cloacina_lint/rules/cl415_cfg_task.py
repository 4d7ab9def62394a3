"""Room rules/: CL415 cfg-task."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule
from ..source.rust_cfg import built

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class CfgTask(Rule):
    code = "CL415"
    name = "cfg-task"
    group = "workflow"
    severity = ERROR
    summary = "A task is turned off by a cfg that its workflow does not see"
    why = """
The `#[workflow]` macro reads its module before any `#[cfg]` inside counts, and registers the task; then the function
goes, and what was registered names nothing (built, 0.6.1 and 0.11.1: error E0433, "cannot find `LoadTask`", and
E0425), whichever of the two attributes stands first. A condition that holds in a plain release build does no harm.
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

    «#[cfg(test)]»
    #[task(id = "load", dependencies = [])]
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

    #[task(id = "load", dependencies = [])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("result", serde_json::json!(1))?;
        Ok(())
    }
}
"""
    proof = r"build: E0433"
    no_fix = "because only you know whether the task is meant"

    def check(self, crate: Crate) -> Iterator[Finding]:
        structure = crate.structure
        for shape in structure.shapes:
            if shape.compiled is not True:
                continue
            there = {node.name for node in shape.nodes if node.compiled is not False}
            for node in shape.nodes:
                item = node.item
                if item is None or node.compiled is not False or not node.parses or node.name in there:
                    continue
                place = item.name_span
                for attr in item.attrs:
                    if attr.path == ("cfg",) and built([attr], crate.facts.features) is False:
                        place = attr.span
                        break
                yield self.finding(
                    f"task `{item.name}` is off in a plain build, but the workflow registers it all the same (E0433)",
                    place,
                    help="take the condition away, or put it on the whole workflow module; inside the function a cfg "
                    "does no harm",
                )
