"""Room rules/: CL430 nested-runtime."""

from __future__ import annotations

from .. import task_body
from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class NestedRuntime(Rule):
    code = "CL430"
    name = "nested-runtime"
    group = "workflow"
    severity = ERROR
    summary = "A task that blocks on a runtime of its own"
    why = """
A task, async or not, runs inside the package's own tokio runtime, and `block_on` of a second one panics there: "Cannot
start a runtime from within a runtime". The task fails, at each of its attempts (loaded and run, 0.6.1). In a closure
that another thread runs it works, so those are not reported.
"""
    no_fix = "because what is blocked on has to be awaited, and that may need an async function above it"
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
tokio = { version = "1", features = ["rt-multi-thread"] }
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let data = runtime.«block_on»(async { 42 });
        context.insert("data", serde_json::json!(data))?;
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
        let data = async { 42 }.await;
        context.insert("data", serde_json::json!(data))?;
        Ok(())
    }
}
"""
    proof = r"load: 1 task\(s\) failed"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for declared in crate.facts.tasks:
            for span in task_body.nested_runtimes(crate.facts, declared.item):
                yield self.finding(
                    f"task `{declared.item.name}` blocks on a runtime inside the package's runtime: it panics",
                    span,
                    help="await the future instead of blocking on it",
                )
