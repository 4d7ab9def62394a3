"""Room rules/: CL104 renamed-crate."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class RenamedCrate(Rule):
    code = "CL104"
    name = "renamed-crate"
    group = "build"
    severity = ERROR
    summary = "A crate that the macros name is a dependency under another name"
    why = """
Cloacina's macros write the crates' own names into your code (`cloacina_workflow::`, `serde_json::` ...). With
`cw = { package = "cloacina-workflow" }` no crate of that name is there (built, 0.6.1 and 0.11.1, cloacina-workflow and
serde_json: E0433). `use cw as cloacina_workflow;` does not help (built), `extern crate cw as cloacina_workflow;` in
lib.rs does (built); the plain way is the crate's own name.
"""
    no_fix = "because the code that uses the other name has to change with it"
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
«json» = { package = "serde_json", version = "1" }
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<json::Value>) -> Result<(), TaskError> {
        context.insert("data", json::json!(42))?;
        Ok(())
    }
}
"""
    passing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
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
    proof = r"build: E0433"

    def check(self, crate: Crate) -> Iterator[Finding]:
        uses = crate.facts.needed_for()
        root = crate.modules.root if crate.modules is not None else None
        externs = {item.alias or item.name for item in root.walk() if item.kind == "extern_crate"} if root else set()
        for name, needs in crate.contract.crates.items():
            literal = name.replace("-", "_")
            entries = [d for d in crate.manifest.dependencies if d.package == name and d.kind == "normal"]
            reason = next((use for use in needs["for"] if use in uses), None)
            if reason is None or not entries or needs.get("kind") == "build" or literal in externs:
                continue
            if any(entry.import_name == literal for entry in entries):
                continue
            yield self.finding(
                f"`{name}` is renamed to `{entries[0].key}`, but the macros write `{literal}::`",
                entries[0].key_span,
                help=f"name the dependency `{name}`, without `package`, and use `{literal}::` in the code",
                related=[(uses[reason], "this writes the name")],
            )
