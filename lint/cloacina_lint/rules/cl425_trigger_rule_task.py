"""Room rules/: CL425 trigger-rule-task."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..trigger_rules import Rules
from ..workflows import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TriggerRuleTask(Rule):
    code = "CL425"
    name = "trigger-rule-task"
    group = "workflow"
    severity = ERROR
    summary = "A `trigger_rules` that names a task which the workflow does not have"
    why = """
Nobody checks the names in trigger rules: it builds and loads. When the rule is evaluated, the scheduler does not find
the unknown task's status ("Failed to update task readiness … Record not found", ten times a second), the task never
becomes ready, and the run never ends (loaded and run, 0.11.1; from source, the same from 0.8.0 on).
"""
    since = (0, 8)
    version = "0.11.1"
    proof = r"load: timed out"
    fixable = True
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

    #[task(id = "alert", dependencies = ["extract"], trigger_rules = task_success(«"extrct"»))]
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

    #[task(id = "alert", dependencies = ["extract"], trigger_rules = task_success("extract"))]
    pub async fn alert(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let _ = context;
        Ok(())
    }
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        for workflow in crate.facts.workflows:
            ids: list[str] = []
            asked = []
            for declared in workflow.tasks:
                given = declared.argument("id")
                text = declared.text("id")
                if given is not None and text is None:
                    break
                ids.append(text or declared.item.name)
                argument = declared.argument("trigger_rules")
                if argument is not None:
                    asked.append(Rules(argument))
            else:
                # constructors and calls of other macros bring ids of their own
                if not asked or any(
                    call.at_item and call.item is workflow.item for call in workflow.mod_file.rust.macros()
                ):
                    continue
                for rules in asked:
                    for name, span in rules.tasks if rules.problem is None else ():
                        if name not in ids and "::" not in name:
                            near = closest(name, ids)
                            yield self.finding(
                                f"no task `{name}` in this workflow: the rule cannot be evaluated, the run never ends",
                                span,
                                help=f"did you mean `{near}`?" if near else f"the tasks are {', '.join(ids)}",
                                fix=Fix(f"write `{near}`", [Edit(span, f'"{near}"')]) if near else None,
                            )
