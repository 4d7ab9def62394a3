"""Room rules/: CL429 invokes-graph."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class InvokesGraph(Rule):
    code = "CL429"
    name = "invokes-graph"
    group = "workflow"
    severity = ERROR
    summary = "`invokes = computation_graph(…)`, which packaged code cannot have before 0.10"
    why = """
Up to 0.9 `#[task]` writes `::cloacina::computation_graph::GraphResult` for `invokes`, and a packaged crate has no
`cloacina`: E0433 (built, 0.6.1 to 0.9.0). From 0.10 on it needs a direct dependency on `cloacina-computation-graph`
(CL101).
"""
    since = (0, 6)
    until = (0, 10)
    no_fix = "because the graph's work has to be called from the task's body by hand"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [], «invokes» = computation_graph("score"))]
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
    proof = r"build: E0433"

    def check(self, crate: Crate) -> Iterator[Finding]:
        if any(dependency.import_name == "cloacina" for dependency in crate.manifest.dependencies):
            return
        for declared in crate.facts.tasks:
            argument = declared.argument("invokes")
            if argument is not None and argument.key_span is not None and not declared.attr.conditions:
                yield self.finding(
                    "a packaged task has no `invokes` before Cloacina 0.10: the macro writes `::cloacina::` (E0433)",
                    argument.key_span,
                    help="call the work from the task's body, or use Cloacina 0.10 or later",
                )
