"""Room rules/: CL108 package-macro-twice."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..source.rust_cfg import built

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PackageMacroTwice(Rule):
    code = "CL108"
    name = "package-macro-twice"
    group = "build"
    severity = ERROR
    since = (0, 6)
    summary = "`package!()` is called twice"
    why = """
The macro defines the module `_ffi` and the library's entry points, so it may stand once in a crate. Twice in one module
is E0428, ``the name `_ffi` is defined multiple times``; in two modules it is "symbol `fidius_get_registry` is already
defined" (built, 0.6.1 and 0.11.1).
"""
    fixable = True
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();
«cloacina_workflow_plugin::package!()»;

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
    proof = r"build: E0428"

    def check(self, crate: Crate) -> Iterator[Finding]:
        facts = crate.facts
        calls = [call for call in facts.package_calls if built(call.cfgs(), facts.features) is True]
        for call in calls[1:]:
            file = call.span.file
            line = file.line_span(call.span.line)
            alone = line.text.strip() == f"{call.span.text};"
            start = file.starts[call.span.line - 1]
            end = file.starts[call.span.line] if call.span.line < len(file.starts) else len(file.text)
            yield self.finding(
                "package!() a second time: its items are defined twice, and the crate does not build",
                call.span,
                help="keep one of them",
                related=[(calls[0].span, "the first one")],
                fix=Fix("take it out", [Edit(file.span(start, end), "")]) if alone else None,
            )
