"""Room rules/: CL110 no-std."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..source.rust_cfg import cfg_holds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class NoStd(Rule):
    code = "CL110"
    name = "no-std"
    group = "build"
    severity = ERROR
    summary = "`#![no_std]` in a packaged crate"
    why = """
What the macros write uses `vec!`, `format!`, `String` and `Box` from the standard library's prelude. Under
`#![no_std]` they are not there, with `extern crate alloc` neither (built, 0.6.1: cannot find macro `vec`).
"""
    fixable = True
    failing = """
--- src/lib.rs
«#![no_std]»
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
    proof = r"build: cannot find macro"

    def check(self, crate: Crate) -> Iterator[Finding]:
        if crate.modules is None or not (crate.facts.package_calls or crate.facts.declares_anything):
            return
        for attr in crate.modules.root.inner_attrs:
            if attr.path != ("no_std",):
                continue
            if attr.conditions and cfg_holds(attr.conditions, features=crate.facts.features, test=False) is not True:
                continue
            file = attr.span.file
            alone = file.line_span(attr.span.line).text.strip() == attr.span.text and not attr.conditions
            start = file.starts[attr.span.line - 1]
            end = file.starts[attr.span.line] if attr.span.line < len(file.starts) else len(file.text)
            yield self.finding(
                "#![no_std]: the macros need the standard library's prelude, and the crate does not build",
                attr.span,
                help="take it away",
                fix=Fix("take it away", [Edit(file.span(start, end), "")]) if alone else None,
            )
