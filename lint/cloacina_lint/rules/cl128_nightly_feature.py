"""Room rules/: CL128 nightly-feature."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class NightlyFeature(Rule):
    code = "CL128"
    name = "nightly-feature"
    group = "build"
    severity = ERROR
    summary = "`#![feature(...)]` in a crate that a stable compiler builds"
    why = """
The compiler service builds with a stable Rust, which refuses unstable features (built, 0.6.1: E0554). A toolchain file
that asks for nightly is no way out: see CL807. Under a `cfg_attr` nothing is said.
"""
    no_fix = "because the code that needs the feature has to change"
    failing = """
--- src/lib.rs
«#![feature(never_type)]»

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
    proof = r"build: E0554"

    def check(self, crate: Crate) -> Iterator[Finding]:
        if crate.modules is None:
            return
        for attr in crate.modules.root.inner_attrs:
            if attr.path == ("feature",) and not attr.conditions and attr.args:
                yield self.finding(
                    "an unstable feature: the compiler service's stable Rust refuses it (E0554)",
                    attr.span,
                    help="do without it",
                )
