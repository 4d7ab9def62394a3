"""Room rules/: CL125 package-macro-arguments."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PackageMacroArguments(Rule):
    code = "CL125"
    name = "package-macro-arguments"
    group = "build"
    severity = ERROR
    summary = "`package!()` is called with arguments"
    why = """
The macro has one form, without arguments, in every version that has it (0.6.0 to 0.12.0): the package's name comes from
Cargo.toml. Anything between the brackets does not compile (built: "no rules expected").
"""
    since = (0, 6)
    fixable = True
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!(«"my-workflow"»);

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
    proof = r"build: no rules expected"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for call in crate.facts.package_calls:
            args = call.args
            resolved = crate.facts.resolve(call.rust, call.path)
            if resolved is None or resolved[0] != "cloacina_workflow_plugin":
                continue
            if not args or not crate.facts.surely(call.cfgs()):
                continue
            span = call.rust.file.span(args[0].span.start, args[-1].span.end)
            yield self.finding(
                "package!() takes no arguments: the crate does not build",
                span,
                help="write `package!()`; the name comes from Cargo.toml",
                fix=Fix("take the arguments out", [Edit(span, "")]),
            )
