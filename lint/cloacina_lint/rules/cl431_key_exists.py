"""Room rules/: CL431 key-exists."""

from __future__ import annotations

from .. import task_body
from ..finding import ERROR
from ..rule import Rule
from ..source.rust_cfg import cfg_holds
from ..trigger_rules import Rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..cloacina import Declared
    from ..crate import Crate
    from ..finding import Finding
    from ..task_body import Insert

    Body = tuple[Declared, str, list[Insert]]


class KeyExists(Rule):
    code = "CL431"
    name = "key-exists"
    group = "workflow"
    severity = ERROR
    summary = "A key put into the context a second time"
    why = """
`Context::insert` refuses a key that is already there, and what a task's dependencies put there is there: the call
gives `KeyExists`, and the task fails at each of its attempts (loaded and run, 0.6.1: in one task, and after a
dependency). Only inserts outside of conditions, loops and closures are compared, and none where the key is looked at
or taken away.
"""
    no_fix = "because another key may be meant, or `update`"
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
        context.insert(«"data"», serde_json::json!(43))?;
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
        context.update("data", serde_json::json!(43))?;
        Ok(())
    }
}
"""

    proof = r"load: 1 task\(s\) failed"

    def check(self, crate: Crate) -> Iterator[Finding]:
        facts = crate.facts
        for workflow in facts.workflows:
            bodies = {}
            for declared in workflow.tasks:
                name = task_body.context_name(declared)
                cfgs = declared.item.cfgs()
                known = not cfgs or cfg_holds(cfgs, features=facts.features, test=False) is True
                if name is not None and known and declared.item.body_span is not None:
                    inserts = task_body.inserts(declared, name)
                    bodies[declared.text("id") or declared.item.name] = (declared, name, inserts)
            taken_away = any(".remove" in declared.item.span.text for declared, _, _ in bodies.values())
            for declared, name, inserts in bodies.values():
                yield from self._in_one_task(declared, name, inserts)
                if inserts and not taken_away:
                    yield from self._after_dependencies(declared, name, inserts, bodies)

    def _in_one_task(self, task: Declared, name: str, inserts: list[Insert]) -> Iterator[Finding]:
        last: dict[str, Insert] = {}
        for insert in inserts:
            before = last.get(insert.key)
            if before is not None and task_body.untouched(task, name, insert.key, before.end, insert.start):
                yield self._finding(insert, before, "this task")
            last[insert.key] = insert

    def _after_dependencies(
        self, task: Declared, name: str, inserts: list[Insert], bodies: dict[str, Body]
    ) -> Iterator[Finding]:
        body = task.item.body_span
        for above in _ancestors(task, bodies):
            other, other_name, earlier = bodies[above]
            argument = other.argument("trigger_rules")
            other_body = other.item.body_span
            if body is None or other_body is None or (argument is not None and not Rules(argument).always):
                continue
            for before in earlier:
                after = next((insert for insert in inserts if insert.key == before.key), None)
                if (
                    after is not None
                    and sum(insert.key == before.key for insert in earlier) == 1
                    and "return" not in other.item.span.file.text[other_body.start : before.start]
                    and task_body.untouched(other, other_name, before.key, other_body.start, before.start)
                    and task_body.untouched(other, other_name, before.key, before.end, other_body.end)
                    and task_body.untouched(task, name, after.key, body.start, after.start)
                ):
                    yield self._finding(after, before, f"task `{above}`, which runs before")

    def _finding(self, insert: Insert, before: Insert, where: str) -> Finding:
        return self.finding(
            f'the key "{insert.key}" is already in the context: this insert fails, and the task with it',
            insert.span,
            help="use `update`, or another key",
            related=[(before.span, f"put there by {where}")],
        )


def _ancestors(task: Declared, bodies: dict[str, Body]) -> list[str]:
    """Ids of the tasks that have run before a task, nearest first."""
    found: list[str] = []
    todo = [task]
    while todo:
        argument = todo.pop(0).argument("dependencies")
        for part in argument.value if argument is not None and isinstance(argument.value, list) else ():
            above = part.value
            if isinstance(above, str) and above in bodies and above not in found:
                found.append(above)
                todo.append(bodies[above][0])
    return found
