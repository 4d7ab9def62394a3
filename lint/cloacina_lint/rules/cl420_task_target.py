"""Room rules/: CL420 task-target."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TaskTarget(Rule):
    code = "CL420"
    name = "task-target"
    group = "workflow"
    severity = ERROR
    summary = "`#[task]` stands on something that is not a plain free function"
    why = """
The macro makes a type and a function beside the task, which a block of methods cannot hold (built, 0.6.1 and 0.11.1:
"struct is not supported in `trait`s or `impl`s"), and takes nothing but functions ("Task macro can only be applied to
functions"). A raw name such as `r#type` makes the `#[workflow]` macro panic ("custom attribute panicked").
"""
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

    pub struct Loader;

    impl Loader {
        #[task(id = "load", dependencies = [])]
        pub async fn «load»(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
            context.insert("result", serde_json::json!(1))?;
            Ok(())
        }
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

    #[task(id = "load", dependencies = [])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("result", serde_json::json!(1))?;
        Ok(())
    }
}
"""
    proof = r"build: is not supported in `trait`s or `impl`s"
    no_fix = "because the method's body may use `self`"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for declared in crate.facts.tasks:
            item = declared.item
            if declared.attr.conditions or crate.structure.holds(item, declared.mod_file) is not True:
                continue
            if item.kind != "fn":
                yield self.finding(
                    "#[task] stands on something that is not a function",
                    declared.name_span,
                    help="put it on the function that is the task",
                )
            elif item.parent is not None and item.parent.kind in ("impl", "trait"):
                yield self.finding(
                    f"#[task] stands on the method `{item.name}`: only a free function can be a task",
                    declared.name_span,
                    help="write the task as a function in the workflow's module, which calls the method",
                )
            elif item.name_span.text.startswith("r#"):
                yield self.finding(
                    f"task `{item.name_span.text}` has a raw name: the #[workflow] macro panics on it",
                    declared.name_span,
                    help=f'name the function otherwise, and keep `id = "{item.name}"`',
                )
