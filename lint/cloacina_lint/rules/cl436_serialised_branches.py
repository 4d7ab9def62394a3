"""Room rules/: CL436 serialised-branches."""

from __future__ import annotations

from ..finding import INFO
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..cloacina import Workflow
    from ..crate import Crate
    from ..finding import Finding


class SerialisedBranches(Rule):
    code = "CL436"
    name = "serialised-branches"
    group = "workflow"
    severity = INFO
    summary = "Tasks that could run side by side, which service mode runs one after another"
    why = """
A host keeps one handle for each package, behind a lock, and every task of the package runs through it (read in the
engine's sources, 0.6.1 and 0.11.1: one `Mutex<PluginHandle>`). Branches that run side by side in an embedded
workflow take turns in service mode. Nothing breaks; the run only takes longer than the graph suggests.
"""
    no_fix = "because there is nothing to correct: split the work over several packages if the time matters"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod «data» {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("extract", serde_json::json!(42))?;
        Ok(())
    }

    #[task(id = "left", dependencies = ["extract"])]
    pub async fn left(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("left", serde_json::json!(42))?;
        Ok(())
    }

    #[task(id = "right", dependencies = ["extract"])]
    pub async fn right(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("right", serde_json::json!(42))?;
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
        context.insert("extract", serde_json::json!(42))?;
        Ok(())
    }

    #[task(id = "load", dependencies = ["extract"])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("load", serde_json::json!(42))?;
        Ok(())
    }
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        for workflow in crate.facts.workflows:
            pair = _side_by_side(workflow)
            if pair is not None:
                yield self.finding(
                    f"`{pair[0]}` and `{pair[1]}` could run side by side; service mode runs them one after another",
                    workflow.name_span,
                    help="nothing to do, unless the time matters: then split them over several packages",
                )


def _side_by_side(workflow: Workflow) -> tuple[str, str] | None:
    """The first two tasks of which neither waits for the other; None where there are none, or it cannot be known."""
    needs: dict[str, set[str]] = {}
    for task in workflow.tasks:
        name = task.text("id") or task.item.name or ""
        listed = task.argument("dependencies")
        values = listed.value if listed is not None else []
        if not isinstance(values, list) or not all(isinstance(meta.value, str) for meta in values):
            return None
        needs[name] = {str(meta.value) for meta in values}
    for _ in needs:
        for waits in needs.values():
            waits.update(*(needs.get(other, set()) for other in tuple(waits)))
    names = list(needs)
    for index, first in enumerate(names):
        for second in names[index + 1 :]:
            if first not in needs[second] and second not in needs[first]:
                return first, second
    return None
