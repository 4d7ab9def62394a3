"""Room rules/: CL103 no-library."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class NoLibrary(Rule):
    code = "CL103"
    name = "no-library"
    group = "build"
    severity = ERROR
    summary = "The crate has no library source"
    why = """
A packaged workflow is a library. A crate with only `src/main.rs` (library mode, in the guide's words) builds a
program that no host can load; a `[lib] path` that names no file does not build at all (cargo: can't find library).
"""
    no_fix = "because the workflow's code has to be written or moved by hand"
    failing = """
--- src/lib.rs (absent)
--- src/main.rs
fn main() {}
--- Cargo.toml
[lib]
crate-type = ["cdylib", "rlib"]
path = «"src/lib.rs"»
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
    proof = r"build: can't find"

    def check(self, crate: Crate) -> Iterator[Finding]:
        manifest = crate.manifest
        if crate.modules is None:
            has_main = crate.tree.is_file("src/main.rs")
            yield self.finding(
                f"no {manifest.lib_path}: a host loads a library" + (", not src/main.rs" if has_main else ""),
                manifest.doc.value_span("lib", "path") or manifest.name_span,
                help="move the workflow module from src/main.rs to src/lib.rs" if has_main else "write src/lib.rs",
            )
