"""Room rules/: CL121 crate-not-there."""

from __future__ import annotations

from ..cloacina import CRATES
from ..finding import ERROR
from ..rule import Rule
from ..scopes import module_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_item import Item
    from ..source.rust_mods import ModFile
    from ..source.text import Span

SCRIPT = "cloacina_build"
FUNCTIONS = ("configure",)  # all that cloacina-build offers, 0.5.1 to 0.12.0


class CrateNotThere(Rule):
    code = "CL121"
    name = "crate-not-there"
    group = "build"
    severity = ERROR
    summary = "The code names a Cloacina crate that is not a dependency, or a function that cloacina-build lacks"
    why = """
A path that begins with a crate's name needs that crate in `[dependencies]`: `use cloacina_macros::task` without it does
not build (built: E0432), though cloacina-workflow hands the macros on. `cloacina_build` has one function, `configure`;
a build script that calls another one does not compile (built: E0425).
"""
    no_fix = "because the import may be the mistake, or the dependency"
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
--- src/lib.rs
cloacina_workflow_plugin::package!();

use «cloacina_macros::task»;
use cloacina_workflow::{workflow, Context, TaskError};

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

use cloacina_macros::task;
use cloacina_workflow::{workflow, Context, TaskError};

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
    proof = r"build: unresolved import `cloacina_macros`"

    def check(self, crate: Crate) -> Iterator[Finding]:
        yield from self._script(crate)
        there = {entry.import_name for entry in crate.manifest.dependencies if entry.kind == "normal"}
        uses = crate.facts.needed_for()
        for name in sorted(CRATES - there - {"cloacina"}):
            package = name.replace("_", "-")
            needed = crate.contract.crates.get(package, {}).get("for", ())
            if any(use in uses for use in needed) or crate.manifest.find(package) is not None:
                continue  # CL101 and CL104 say so
            span = next(_places(crate, name), None)
            if span is not None:
                yield self.finding(
                    f"no dependency on `{package}`: the crate does not build (E0432)",
                    span,
                    help="import it from cloacina_workflow"
                    if name == "cloacina_macros" and not crate.facts.graphs
                    else f'add `{package} = "{crate.contract.requirement(package)}"` to [dependencies]',
                )

    def _script(self, crate: Crate) -> Iterator[Finding]:
        script = crate.build_script
        if script is None or script.errors or SCRIPT not in script.file.text:
            return
        if any(item.name == SCRIPT or item.alias == SCRIPT for item in script.walk()):
            return
        found: list[tuple[str, Span]] = [
            (path.segments[1], path.span)
            for path in script.paths()
            if len(path.segments) == 2 and path.segments[0] == SCRIPT and not path.in_tokens and not path.cfgs()
        ]
        found += [
            (use.path[1], use.span)
            for use in script.uses()
            if len(use.path) == 2 and use.path[0] == SCRIPT and not use.glob and not use.item.cfgs()
        ]
        for name, span in found:
            if name not in FUNCTIONS:
                yield self.finding(
                    f"cloacina_build has no `{name}`: the build script does not compile",
                    span,
                    help="call `cloacina_build::configure()`",
                )
                return


def _places(crate: Crate, name: str) -> Iterator[Span]:
    """Where compiled code names a crate at the start of a path; none where a module or alias has that name."""
    facts = crate.facts
    for mod_file in facts.files:
        for item in mod_file.rust.walk():
            if item.name == name or item.alias == name:
                return
        if any(use.name == name and use.path != (name,) for use in mod_file.rust.uses()):
            return
    for mod_file in facts.files:
        if name not in mod_file.rust.file.text or mod_file.rust.errors:
            continue
        for use in mod_file.rust.uses():
            path = use.path[1:] if use.path[:1] == ("",) else use.path
            if path[:1] == (name,) and _compiled(crate, use.item, mod_file):
                yield use.span


def _compiled(crate: Crate, item: Item, mod_file: ModFile) -> bool:
    return module_of(mod_file, item) is not None and crate.structure.holds(item, mod_file) is True
