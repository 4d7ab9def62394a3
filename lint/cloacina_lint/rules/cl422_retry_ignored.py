"""Room rules/: CL422 retry-ignored."""

from __future__ import annotations

from .. import retry
from ..finding import WARNING
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class RetryIgnored(Rule):
    code = "CL422"
    name = "retry-ignored"
    group = "workflow"
    severity = WARNING
    summary = "Retry settings of a task, which service mode ignores"
    why = """
The host does not carry a packaged task's retry policy over: it makes three attempts at every task, with exponential
delays from 1 s to 60 s, whatever the error (run on the real server, 0.6.1: `retry_attempts = 0` got `max_attempts` 3
and three attempts; loaded and run, 0.11.1: `retry_attempts = 1` got three). So a task that must not run twice does.
Settings that ask for just that are not reported.
"""
    no_fix = "because only its author knows what a task needs once the host retries it in its own way"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [], «retry_attempts» = 0)]
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

    def check(self, crate: Crate) -> Iterator[Finding]:
        if "retry" not in crate.contract.data["service"]["ignores"]:
            return
        for declared in crate.facts.tasks:
            ignored = retry.ignored(declared)
            if ignored:
                names = ", ".join(f"`{meta.name}`" for meta in ignored)
                yield self.finding(
                    f"service mode ignores {names}: the host makes three attempts, with exponential delays",
                    ignored[0].key_span or ignored[0].span,
                    help="make the task safe to run again, and repeat or stop inside it where that matters",
                )
