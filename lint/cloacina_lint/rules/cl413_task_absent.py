"""Room rules/: CL413 task-absent."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..workflows import BY_ALIAS, BY_CFG, BY_PATH, NESTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.text import Span
    from ..workflows import Absent

IMPORTED = (("cloacina_workflow", "task"), ("cloacina_macros", "task"))


class TaskAbsent(Rule):
    code = "CL413"
    name = "task-absent"
    group = "workflow"
    severity = ERROR
    summary = "A task is in no workflow, and nothing says so"
    why = """
The `#[workflow]` macro takes the functions that stand directly in its module under a literal `#[task]`. It does not
see `#[cloacina_workflow::task]`, a task macro imported under another name, `#[cfg_attr(.., task(..))]`, a task in a
nested module or one outside the module. Such a task builds, and is silently absent from the loaded package (run on
the engine's own loader, 0.6.1; read from the built library, 0.6.1 and 0.11.1); a task that depends on it does not
build ("depends on undefined task"). If a workflow has no other task, the macro says it has none.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[«cloacina_workflow::task»(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }

    #[task(id = "load", dependencies = ["extract"])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("result", serde_json::json!(1))?;
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

    #[task(id = "load", dependencies = ["extract"])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("result", serde_json::json!(1))?;
        Ok(())
    }
}
"""
    proof = r"build: depends on undefined task 'extract'"
    fixable = True

    def check(self, crate: Crate) -> Iterator[Finding]:
        structure = crate.structure
        without = not crate.facts.workflows
        absent = [entry for entry in structure.absent if entry.node.compiled is True]
        for entry in absent[:1] if without else absent:
            related = [(other.declared.name_span, "this one too") for other in absent[1:5]] if without else []
            message, place, text = self._say(entry, without)
            if entry.shape is not None:
                related.append((entry.shape.workflow.name_span, f'workflow "{entry.shape.name}" goes without it'))
            yield self.finding(message, place, help=text, related=related, fix=self._fix(crate, entry))

    @staticmethod
    def _say(entry: Absent, without: bool) -> tuple[str, Span, str]:
        declared = entry.declared
        attr, name = declared.attr, declared.item.name
        written = "::".join(attr.path)
        if entry.reason == BY_PATH:
            text = f"task `{name}` is silently left out: the macro looks for `#[task]`, not `#[{written}]`"
            return text, attr.path_span, "write `#[task(…)]`, and `use cloacina_workflow::task;`"
        if entry.reason == BY_ALIAS:
            text = f"task `{name}` is silently left out: the macro looks for the word `task`, not `{written}`"
            return text, attr.path_span, "write `#[task(…)]`, and `use cloacina_workflow::task;` without a new name"
        if entry.reason == BY_CFG:
            text = f"task `{name}` is silently left out: the macro does not look into cfg_attr"
            return text, attr.path_span, "write `#[task(…)]` without a condition"
        if entry.reason == NESTED:
            text = f"task `{name}` is silently left out: it stands in a module inside the workflow's"
            return text, declared.name_span, "move it into the workflow's module itself"
        if without:
            text = f"task `{name}` is in no workflow: the crate has no #[workflow] module"
            return text, declared.name_span, 'put the tasks into `#[workflow(name = "…")] pub mod name { … }`'
        text = f"task `{name}` is silently left out: it stands outside every #[workflow] module"
        return text, declared.name_span, "move it into the workflow's module"

    @staticmethod
    def _fix(crate: Crate, entry: Absent) -> Fix | None:
        if entry.reason != BY_PATH:
            return None
        if crate.facts.imports(entry.declared.item.rust).get("task") not in IMPORTED:
            return None
        return Fix("write `#[task]`", [Edit(entry.declared.attr.path_span, "task")])
