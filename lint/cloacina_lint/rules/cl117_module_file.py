"""Room rules/: CL117 module-file."""

from __future__ import annotations

from ..finding import ERROR
from ..packing import leaves
from ..rule import Rule
from ..scopes import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_item import Item


class ModuleFile(Rule):
    code = "CL117"
    name = "module-file"
    group = "build"
    severity = ERROR
    summary = "`mod x;` names a module whose file is not there"
    why = """
`mod x;` in src/lib.rs takes its module from src/x.rs or src/x/mod.rs, in another file from a directory of that file's
name. If there is none, rustc stops (built: E0583). A declaration under a condition that is not known here is left
alone, and so is a file that the build script writes.
"""
    no_fix = "because only you know whether the file or the declaration is wrong"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

mod «helpers»;

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

mod helpers;

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
--- src/helpers.rs
#[allow(dead_code)]
pub fn help() {}
"""
    proof = r"build: E0583"

    def check(self, crate: Crate) -> Iterator[Finding]:
        modules = crate.modules
        if modules is None or modules.truncated:
            return
        for item, tried in modules.unresolved:
            file = next((one for one in crate.facts.files if one.rust is item.rust), None)
            if file is None or not tried or any(leaves(path) for path in tried) or item.rust.errors:
                continue
            if not _certain(item) or crate.structure.holds(item, file) is not True or _written(crate, item.name):
                continue
            yield self.finding(
                f"no file for module `{item.name}`: the crate does not build (E0583)",
                item.name_span,
                help=f"write {' or '.join(tried)}, or take the declaration away",
            )


def _certain(item: Item) -> bool:
    """Whether nothing that may rewrite it stands on the declaration or around it."""
    up: Item | None = item
    while up is not None:
        if up.kind != "mod" or not plain(up):
            return False
        up = up.parent
    return True


def _written(crate: Crate, name: str) -> bool:
    """Whether the build script may write the file."""
    script = crate.build_script
    text = script.file.text if script is not None else ""
    return f"{name}.rs" in text or f"{name}/mod.rs" in text or ('"src' in text and ".rs" in text)
