"""Room rules/: CL434 constructor-node."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class ConstructorNode(Rule):
    code = "CL434"
    name = "constructor-node"
    group = "workflow"
    severity = ERROR
    summary = "`constructor!` in a workflow, which does not exist before 0.10"
    why = """
`#[workflow]` reads `constructor!(…)` in its module from 0.10 on. Before, it is left in place and there is no such macro
(built, 0.5.1 to 0.9.0: cannot find macro `constructor` in this scope).
"""
    until = (0, 10)
    no_fix = "because the node has to become a task"
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

    «constructor»!(id = "greet", from = "acme/text@0.1", constructor = "prefix");
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
    proof = r"build: cannot find macro `constructor`"

    def check(self, crate: Crate) -> Iterator[Finding]:
        facts = crate.facts
        for workflow in facts.workflows:
            rust = workflow.mod_file.rust
            for call in rust.macros():
                if call.path != ("constructor",) or call.item is not workflow.item or not call.at_item:
                    continue
                if "constructor" in facts.imports(rust) or facts.opaque("constructor"):
                    continue
                yield self.finding(
                    "`constructor!` does not exist before Cloacina 0.10",
                    call.path_span,
                    help="write a #[task] that does it, or use Cloacina 0.10 or later",
                )
