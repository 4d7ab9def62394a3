"""Room rules/: CL424 trigger-rule-grammar."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule
from ..trigger_rules import Rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TriggerRuleGrammar(Rule):
    code = "CL424"
    name = "trigger-rule-grammar"
    group = "workflow"
    severity = ERROR
    summary = "A `trigger_rules` that `#[task]` does not understand"
    why = """
A trigger rule is `always`, one condition, or one `all(…)`, `any(…)` or `none(…)` around conditions; groups do not
nest, `context_value` has three arguments for `exists` too, and its value is a literal, not a negative number. Anything
else is a compile error at the task (built, 0.5.1 to 0.11.1).
"""
    no_fix = "because what the rule should say is not known"
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

    #[task(id = "alert", dependencies = ["extract"], trigger_rules = all(«any»(task_success("extract"))))]
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

    #[task(id = "alert", dependencies = ["extract"], trigger_rules = any(task_success("extract")))]
    pub async fn alert(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let _ = context;
        Ok(())
    }
}
"""
    version = "0.8.0"
    proof = r"build: Invalid trigger rule: Unknown trigger condition function: any"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for declared in crate.facts.tasks:
            argument = declared.argument("trigger_rules")
            problem = Rules(argument).problem if argument is not None and not declared.attr.conditions else None
            if problem is not None:
                span, message, help_text = problem
                yield self.finding(message, span, help=help_text)
