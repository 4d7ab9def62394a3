"""Room rules/: CL421 macro-argument."""

from __future__ import annotations

from .. import macro_arguments
from ..finding import ERROR, WARNING, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_attr import Meta


class MacroArgument(Rule):
    code = "CL421"
    name = "macro-argument"
    group = "workflow"
    severity = ERROR
    summary = "An argument of `#[workflow]` or `#[task]` that the macro does not take"
    why = """
The macros know a closed list of arguments for each version, and each takes one kind of literal: no constant, no
expression, no quoted number. What `#[task]` refuses `#[workflow]` leaves out first, without a word: where it is the
module's only task, the build says "must contain at least one #[task] function" and names no argument (built, 0.5.1 to
0.11.1). `params` exists from 0.9 on, `secrets` from 0.10 on, `triggers` and `invokes` from 0.6 on. An argument given
twice compiles, and the first one is lost (built, 0.6.1): a warning.
"""
    fixable = True
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", «dependancies» = [])]
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
    proof = r"build: must contain at least one #\[task\] function"

    def check(self, crate: Crate) -> Iterator[Finding]:
        facts = crate.facts
        only = {id(workflow.tasks[0].item) for workflow in facts.workflows if len(workflow.tasks) == 1}
        for declared in [*facts.workflows, *facts.tasks]:
            if declared.attr.conditions:
                continue
            for problem in macro_arguments.problems(declared.attr, declared.macro, crate.contract):
                alone = declared.macro == "task" and id(declared.item) in only
                hides = ' (the build only says "must contain at least one #[task] function")' if alone else ""
                rename = problem.rename
                yield self.finding(
                    problem.message + hides,
                    problem.span,
                    help=problem.help,
                    fix=Fix(f"write `{rename}`", [Edit(problem.span, rename)]) if rename else None,
                )
            seen: dict[tuple[str, ...], Meta] = {}
            for meta in declared.attr.args:
                if meta.path is None or meta.key_span is None:
                    continue
                before = seen.setdefault(meta.path, meta)
                if before is not meta and before.key_span is not None:
                    strict = meta.name in ("invokes", "post_invocation", "params", "secrets")
                    yield self.finding(
                        f"`{meta.name}` is given twice" + ("" if strict else ": the first one is lost"),
                        meta.key_span,
                        help="give it once",
                        severity=ERROR if strict and meta.name in ("invokes", "post_invocation") else WARNING,
                        related=[(before.key_span, "given here first")],
                    )
