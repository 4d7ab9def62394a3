"""Room rules/: CL005 no-main, the guide's fifth item."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class NoMain(Rule):
    code = "CL005"
    name = "no-main"
    group = "guide"
    severity = ERROR
    summary = "`fn main()` in the library's root file"
    why = """
The host owns the runtime and never calls a library's `main`. What stood there (building a runner, executing the
workflow) silently never happens. It compiles, with a dead-code warning (built and loaded, 0.6.1), so nothing but the
guide's checklist says so.
"""
    no_fix = "because only its author knows where what main does belongs"
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
}

fn «main»() {}
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

    def check(self, crate: Crate) -> Iterator[Finding]:
        if crate.modules is None:
            return
        for item in crate.modules.root.items:
            if item.kind == "fn" and item.name == "main" and crate.facts.compiled(item):
                yield self.finding(
                    "main() in a library is never called: the host runs the workflow",
                    item.name_span or item.span,
                    help="remove it; move what it did into a test, or into an example under examples/",
                )

    def evidence(self, crate: Crate) -> str:
        return f"no fn main in {crate.modules.root.file.display}" if crate.modules else ""

    def undetermined(self, crate: Crate) -> str:
        if crate.modules is None:
            return f"no {crate.manifest.lib_path}"
        return ""
