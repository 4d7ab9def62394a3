"""Room rules/: CL803 outside-file."""

from __future__ import annotations

from ..finding import ERROR
from ..packing import leaves
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding

INCLUDES = ("include", "include_str", "include_bytes")


class OutsideFile(Rule):
    code = "CL803"
    name = "outside-file"
    group = "pack"
    severity = ERROR
    summary = "The build reads a source file from outside the package"
    why = """
The archive holds the crate's own directory. A module, an included file, a build script or a library root that lies
above it builds here and is missing in the compiler service (built: E0583 file not found for module; "couldn't read").
"""
    no_fix = "because the file has to be moved or copied into the package"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

pub const SCHEMA: &str = include_str!(«"../../shared/schema.json"»);

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

pub const SCHEMA: &str = include_str!("../schema.json");

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
--- schema.json
{}
"""
    proof = r"build: couldn't read"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        for path in (("lib", "path"), ("package", "build")):
            written = doc.get(*path)
            span = doc.value_span(*path)
            if isinstance(written, str) and span is not None and leaves(written):
                yield self.finding(f"`{'.'.join(path)}` is {_OUT}", span, help=_HELP)
        facts = crate.facts
        root = crate.manifest.lib_path
        if leaves(root):
            return
        for mod_file in facts.files:
            rust = mod_file.rust
            parent = mod_file.parent
            if leaves(mod_file.path):
                if parent is not None and not leaves(parent.path) and mod_file.decl is not None:
                    attr = mod_file.decl.attr("path")
                    yield self.finding(
                        f"the module's file `{mod_file.path}` is {_OUT}",
                        attr.span if attr is not None else mod_file.decl.name_span or mod_file.decl.span,
                        help=_HELP,
                    )
                continue
            folder = mod_file.path.rpartition("/")[0]
            for call in rust.macros():
                if call.name not in INCLUDES or len(call.path) > 2 or len(call.args) != 1:
                    continue
                argument = call.args[0]
                written = argument.value
                if argument.path or not isinstance(written, str):
                    continue
                relative = f"{folder}/{written}" if folder and not written.startswith("/") else written
                if leaves(relative) and (call.item is None or facts.compiled(call.item)):
                    yield self.finding(f"`{written}` is {_OUT}", argument.span, help=_HELP)


_OUT = "not in the package: the build fails once it is packed"
_HELP = "move or copy the file into the package"
