"""Room rules/: CL124 inner-attribute."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.text import Span


class InnerAttribute(Rule):
    code = "CL124"
    name = "inner-attribute"
    group = "build"
    severity = ERROR
    summary = "An inner attribute or `//!` in a workflow module"
    why = """
The `#[workflow]` macro parses the module as its argument, and there `#![allow(..)]` or `//!` at the start of its body
is refused (built, 0.6.1 and 0.11.1: "an inner attribute is not permitted in this context"). The same attribute above
the module, `#[allow(..)]` or `///`, works.
"""
    no_fix = "because it has to move in front of the module, to the right place among its attributes"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    «#![allow(unused)]»
    use super::*;

    #[task(id = "extract", dependencies = [])]
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

#[allow(unused)]
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
    proof = r"build: an inner attribute is not permitted in this context"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for workflow in crate.facts.workflows:
            item = workflow.item
            if item.kind != "mod" or item.body_span is None or workflow.attr.conditions:
                continue
            if crate.structure.holds(item, workflow.mod_file) is not True:
                continue
            span = min((attr.span for attr in item.inner_attrs), key=lambda span: span.start, default=None)
            span = _doc(item.body_span) or span
            if span is not None:
                outer = span.text.replace("#!", "#", 1).replace("//!", "///", 1).replace("/*!", "/**", 1)
                yield self.finding(
                    f"#[workflow] refuses an inner attribute in module `{item.name}`: the crate does not build",
                    span,
                    help=f"write `{outer.splitlines()[0]}` above `#[workflow]`",
                )


def _doc(body: Span) -> Span | None:
    """The `//!` or `/*!` that a module's body begins with."""
    text, start = body.file.text, body.start + 1
    while text[start : start + 1].isspace():
        start += 1
    if not text.startswith(("//!", "/*!"), start):
        return None
    end = text.find("\n", start)
    return body.file.span(start, len(text[:end].rstrip()) if end >= 0 else len(text))
