"""Room rules/: CL011 no-runner."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class NoRunner(Rule):
    code = "CL011"
    name = "no-runner"
    group = "guide"
    severity = WARNING
    summary = "A runner outside tests"
    why = """
Execution is managed by the host: a `DefaultRunner` in packaged code would be a second engine with its own database
inside the server's process. The guide leaves it to tests.
"""
    no_fix = "because code that runs a workflow has to be moved to a test by hand"
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
cloacina = "0.6.1"
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

pub async fn run() {
    let _ = cloacina::«DefaultRunner»::new(":memory:").await;
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

    def check(self, crate: Crate) -> Iterator[Finding]:
        seen = set()
        for file, span in crate.facts.mentions("DefaultRunner"):
            if file.file.path not in seen:
                seen.add(file.file.path)
                yield self.finding(
                    "DefaultRunner in packaged code: the host executes the workflow",
                    span,
                    help="move it into a test (`#[cfg(test)]` or tests/) or an example under examples/",
                )
