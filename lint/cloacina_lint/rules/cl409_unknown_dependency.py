"""Room rules/: CL409 unknown-dependency."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..workflows import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UnknownDependency(Rule):
    code = "CL409"
    name = "unknown-dependency"
    group = "workflow"
    severity = ERROR
    summary = "A task depends on an id that its workflow does not have"
    why = """
Dependencies name ids, not functions, of tasks in the same workflow (built, 0.5.1 to 0.11.1: "Task 'load' in workflow
'data' depends on undefined task 'extrct'"). In a crate whose name contains "test" the macro skips this check; the
package then builds and never loads (run on the engine's own loader, 0.6.1: "Workflow validation failed:
MissingDependency").
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

    #[task(id = "load", dependencies = [«"extrct"»])]
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
    proof = r"build: depends on undefined task"
    fixable = True

    def check(self, crate: Crate) -> Iterator[Finding]:
        structure = crate.structure
        absent = {entry.node.id for entry in structure.absent}
        elsewhere = {node.id: shape for shape in structure.shapes for node in shape.nodes if node.id is not None}
        for shape in structure.shapes:
            if not shape.whole or shape.compiled is False or any(node.id is None for node in shape.nodes):
                continue
            ids = [node.id for node in shape.nodes if node.id is not None]
            functions = {node.name: node.id for node in shape.nodes if node.id is not None}
            for node in shape.nodes:
                if not node.parses or node.compiled is False:
                    continue
                for name, span in node.dependencies:
                    if name in ids or name in absent:
                        continue
                    meant = functions.get(name) or closest(name, [other for other in ids if other != node.id])
                    other = elsewhere.get(name)
                    yield self.finding(
                        f'"{node.id}" depends on "{name}", which is no task of workflow "{shape.name}"'
                        + (f', but of "{other.name}": a dependency does not reach there' if other else ""),
                        span,
                        help=f'did you mean "{meant}"?'
                        if meant
                        else f"its tasks are {', '.join(repr(known) for known in ids)}",
                        fix=Fix(f'depend on "{meant}"', [Edit(span, f'"{meant}"')], safe=False) if meant else None,
                    )
