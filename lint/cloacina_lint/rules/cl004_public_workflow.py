"""Room rules/: CL004 public-workflow, the guide's fourth item."""

from __future__ import annotations

from ..finding import ERROR, WARNING, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_item import Item

PRIVATE = ("", "pub(self)")


class PublicWorkflow(Rule):
    code = "CL004"
    name = "public-workflow"
    group = "guide"
    severity = ERROR
    summary = "The workflow's module or one of its task functions is not `pub`"
    why = """
A private task function does not compile: the `#[workflow]` macro names it from the parent module (built, 0.6.1 and
0.11.1: error E0603, ``function `x_task` is private``); `pub(super)` or `pub(crate)` is enough. A private module
compiles and loads (built and loaded), so it is a warning: the guide's checklist asks for `pub`, and tests in `tests/`
cannot reach the tasks of a private one.
"""
    fixable = True
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    async fn «extract»(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
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
    proof = r"build: E0603"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for workflow in crate.facts.workflows:
            module = workflow.item
            if module.kind == "mod" and module.vis in PRIVATE:
                yield self.finding(
                    f"workflow module `{module.name}` is not pub",
                    workflow.name_span,
                    help=f"write `pub mod {module.name}`",
                    severity=WARNING,
                    fix=_public(module),
                )
            for task in workflow.tasks:
                if task.item.vis in PRIVATE:
                    yield self.finding(
                        f"task function `{task.item.name}` is private: the #[workflow] macro cannot name it (E0603)",
                        task.name_span,
                        help=f"write `pub` before `fn {task.item.name}`",
                        fix=_public(task.item),
                    )

    def evidence(self, crate: Crate) -> str:
        workflows = crate.facts.workflows
        tasks = sum(len(workflow.tasks) for workflow in workflows)
        names = ", ".join(
            f"`{workflow.item.name}` at {workflow.name_span.file.display}:{workflow.name_span.line}"
            for workflow in workflows
        )
        return f"module {names}, {tasks} task{'s' * (tasks != 1)}" if workflows else ""

    def undetermined(self, crate: Crate) -> str:
        return "" if crate.facts.workflows else "no #[workflow] module found"


def _public(item: Item) -> Fix:
    start = item.keyword_span.start
    edit = Edit(item.vis_span, "pub") if item.vis_span else Edit(item.span.file.span(start, start), "pub ")
    return Fix(f"make `{item.name}` pub", [edit])
