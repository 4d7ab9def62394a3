"""Room rules/: CL010 workflow-imports."""

from __future__ import annotations

from ..finding import ERROR, WARNING, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust import RustFile
    from ..source.text import Span

# What the prelude of `cloacina` and the root of `cloacina_workflow` both have, in every version from 0.5 on.
SHARED = {"task", "trigger", "workflow", "Context", "TaskError", "ContextError", "TaskNamespace", "Task", "RetryPolicy"}


class WorkflowImports(Rule):
    code = "CL010"
    name = "workflow-imports"
    group = "guide"
    severity = ERROR
    summary = "The library imports from `cloacina` instead of `cloacina_workflow`"
    why = """
A packaged crate depends on `cloacina-workflow`; `cloacina` is at most a dev-dependency, so a path that begins with
it does not compile (built, 0.6.1: E0432/E0433, unresolved `cloacina`). With `cloacina` among the run-time
dependencies it compiles, with the whole engine in the package; then this is a warning (see CL008).
"""
    fixable = True
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use «cloacina»::{task, workflow, Context, TaskError};

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
    proof = r"build: E043[23]"

    def check(self, crate: Crate) -> Iterator[Finding]:
        engine = crate.manifest.find("cloacina")
        for mod_file in crate.facts.files:
            file = mod_file.rust
            imports = crate.facts.imports(file)
            if imports.get("cloacina", ("cloacina",)) != ("cloacina",):
                continue
            places = [
                span
                for span in file.mentions("cloacina")
                if crate.facts.compiled_at(file, span) and _is_root(span) and not _is_package_macro(span)
            ]
            if places:
                yield self.finding(
                    "imports from `cloacina`, which a packaged crate does not have",
                    places[0],
                    help="import from `cloacina_workflow`",
                    severity=WARNING if engine is not None else ERROR,
                    related=[(span, "here too") for span in places[1:5]],
                    fix=_fix(crate, file, places),
                )


def _is_root(span: Span) -> bool:
    """Whether the identifier begins a path: `cloacina::…` or `use cloacina…`, not `x::cloacina` or a field."""
    text = span.file.text
    before = text[: span.start].rstrip()
    after = text[span.end :].lstrip()
    if before.endswith(".") or (before.endswith("::") and before[:-2].rstrip()[-1:].isalnum()):
        return False
    return after.startswith("::") or before.endswith(("use", "extern crate"))


def _is_package_macro(span: Span) -> bool:
    """`cloacina::package!()` is CL109's."""
    return span.file.text[span.end :].startswith("::package!")


def _fix(crate: Crate, file: RustFile, places: list[Span]) -> Fix | None:
    """The other crate's name at each place, where all that is taken from `cloacina` is there too."""
    if crate.manifest.find("cloacina-workflow") is None:
        return None
    taken = {use.path for use in file.uses() if use.path[:1] == ("cloacina",)}
    taken |= {path.segments for path in file.paths() if path.segments[:1] == ("cloacina",)}
    if not all(len(path) == 2 and path[1] in SHARED for path in taken):
        return None
    return Fix("take it from `cloacina_workflow`", [Edit(span, "cloacina_workflow") for span in places])
