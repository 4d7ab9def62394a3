"""Room rules/: CL109 package-macro-path."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PackageMacroPath(Rule):
    code = "CL109"
    name = "package-macro-path"
    group = "build"
    severity = ERROR
    summary = "`package!()` is called from a crate that does not have it"
    why = """
The macro is exported by `cloacina-workflow-plugin` alone. Its own documentation writes `cloacina::package!()`, which
does not build in a packaged crate (built, 0.6.1 and 0.11.1: E0433); neither does `cloacina_workflow::package!()`
(E0433), nor a bare `package!()` that nothing imports ("cannot find macro"). In 0.5 there is no such macro at all:
`#[workflow]` makes the entry points (built, 0.5.1: E0433).
"""
    fixable = True
    failing = """
--- src/lib.rs
«cloacina::package»!();

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
    proof = r"build: E0433"

    def check(self, crate: Crate) -> Iterator[Finding]:
        facts = crate.facts
        for call in facts.package_calls:
            file = call.rust
            resolved = facts.resolve(file, call.path)
            if not crate.contract.package_macro:
                if resolved is not None and resolved[0]:
                    yield self.finding(
                        "Cloacina 0.5 has no package!(): `#[workflow]` makes the entry points",
                        call.path_span,
                        help="take it out",
                    )
                continue
            if resolved is None or resolved[0] == "cloacina_workflow_plugin":
                continue
            if resolved[0] == "" and (call.path != ("package",) or _may_come_from_elsewhere(crate)):
                continue
            if resolved[0] == "cloacina" and crate.manifest.find("cloacina") is not None:
                continue
            where = f"`{resolved[0]}` has no package!()" if resolved[0] else "nothing imports package!()"
            yield self.finding(
                f"{where}: it is in cloacina_workflow_plugin",
                call.path_span,
                help="write `cloacina_workflow_plugin::package!();`",
                fix=Fix("take it from its crate", [Edit(call.path_span, "cloacina_workflow_plugin::package")]),
            )


def _may_come_from_elsewhere(crate: Crate) -> bool:
    """A glob import, #[macro_use] or a macro_rules of that name may bring a bare `package!` into scope."""
    for mod_file in crate.facts.files:
        if any(use.glob and use.path[:1] not in (("super",), ("self",), ("crate",)) for use in mod_file.rust.uses()):
            return True
        for item in mod_file.rust.walk():
            if item.attr("macro_use") is not None or (item.kind == "macro_rules" and item.name == "package"):
                return True
    return bool(crate.facts.opaque("package"))
