"""Room rules/: CL411 context-parameter."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_item import Item, Param
    from ..source.text import Span


class ContextParameter(Rule):
    code = "CL411"
    name = "context-parameter"
    group = "workflow"
    severity = ERROR
    summary = "A task has no parameter named `context`"
    why = """
The `#[task]` macro finds the context by the parameter's name, not by its type: it must be a plain name that is
`_context` or begins with `context` (built, 0.5.1 to 0.11.1: "Task function must have a 'context' parameter"). The
crate's own documentation calls it `ctx` in places, which does not build.
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(«ctx»: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        ctx.insert("data", serde_json::json!(42))?;
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
    proof = r"build: must have a 'context' parameter"
    fixable = True

    def check(self, crate: Crate) -> Iterator[Finding]:
        for node in crate.structure.tasks:
            if node.item is None or not node.parses or node.compiled is False:
                continue
            params = node.item.params
            if any(_is_context(param) for param in params):
                continue
            wrong = next((param for param in params if "Context" in param.type), None)
            if wrong is None and len(params) == 1:
                wrong = params[0]
            if wrong is None or not wrong.pattern:
                place = node.item.name_span
            else:
                place = wrong.span.file.span(wrong.span.start, wrong.span.start + len(wrong.pattern))
            yield self.finding(
                f"task `{node.name}` has no parameter named `context`: the #[task] macro goes by the name",
                place,
                help="write `context: &mut Context<serde_json::Value>`, or `_context` where it is not used",
                fix=None if wrong is None else _renamed(node.item, wrong),
            )


def _is_context(param: Param) -> bool:
    if param.name is not None:
        return param.name == "_context" or param.name.startswith("context")
    # `ref context`, `context @ ..`: the grammar gives no name, the macro finds one
    return "context" in param.pattern


def _renamed(item: Item, param: Param) -> Fix | None:
    """The parameter and its uses called `context`; None where a use is not plainly one."""
    name, body = param.name, item.body_span
    if name is None or body is None or "{" + name in body.text:
        return None
    places, taken = _mentions(item, name), _mentions(item, "context")
    text = item.span.file.text
    for span in places[1:]:
        if text[: span.start].rstrip()[-1:] in (".", ":") or text[span.end :].lstrip()[:1] == ":":
            return None
    if not places or not param.span.start <= places[0].start < param.span.end or taken:
        return None
    return Fix(f"rename `{name}` to `context`", [Edit(span, "context") for span in places], safe=False)


def _mentions(item: Item, name: str) -> list[Span]:
    inside = item.span
    return [span for span in item.rust.mentions(name) if inside.start <= span.start and span.end <= inside.end]
