"""Room rules/: CL423 trigger-rules-ignored."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..trigger_rules import Rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TriggerRulesIgnored(Rule):
    code = "CL423"
    name = "trigger-rules-ignored"
    group = "workflow"
    severity = WARNING
    summary = "`trigger_rules`, which service mode ignores before 0.8"
    why = """
Before 0.8 the host does not ask a packaged task for its trigger rules, so the task always runs once its dependencies
have ended (loaded and run, 0.6.1: a task with `task_failed("a")` ran after `a` had completed). From 0.8 on the
rules hold.
"""
    until = (0, 8)
    no_fix = "because the condition has to move into the task's body by hand"
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

    #[task(id = "alert", dependencies = ["extract"], «trigger_rules» = task_failed("extract"))]
    pub async fn alert(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let _ = context;
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

    #[task(id = "alert", dependencies = ["extract"], trigger_rules = always)]
    pub async fn alert(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let _ = context;
        Ok(())
    }
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        for declared in crate.facts.tasks:
            argument = declared.argument("trigger_rules")
            if argument is None or argument.key_span is None:
                continue
            rules = Rules(argument)
            if rules.problem is None and not rules.always:
                yield self.finding(
                    f"service mode ignores `trigger_rules` before 0.8: task `{declared.item.name}` always runs",
                    argument.key_span,
                    help="decide inside the task from what is in the context, or use Cloacina 0.8 or later",
                )
