"""Room rules/: CL118 macro-import."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule
from ..scopes import Scopes, module_of, plain_attr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..cloacina import Declared
    from ..crate import Crate
    from ..finding import Finding


class MacroImport(Rule):
    code = "CL118"
    name = "macro-import"
    group = "build"
    severity = ERROR
    summary = "A Cloacina attribute is used in a module that does not import it"
    why = """
`#[task]`, `#[workflow]`, `#[trigger]` and the others are names like any other: the module where they stand imports
them, itself or through `use super::*`. A workflow module does not see what its parent imports without that line
(built: "cannot find attribute `task` in this scope"). A module with a glob of another crate, or a macro call that may
bring imports, is left alone.
"""
    no_fix = "because the import may belong in this module or in its parent"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[«task»(id = "extract", dependencies = [])]
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
    proof = r"build: cannot find attribute `task` in this scope"

    def check(self, crate: Crate) -> Iterator[Finding]:
        facts = crate.facts
        scopes: Scopes | None = None
        said: set[tuple[int, int, str]] = set()
        for declared in (*facts.workflows, *facts.tasks, *facts.triggers, *facts.graphs):
            name = declared.attr.path[0]
            item = declared.item
            module = module_of(declared.mod_file, item)
            if len(declared.attr.path) != 1 or declared.attr.conditions or module is None or not _ours(declared, crate):
                continue
            key = (id(declared.mod_file), id(item.parent), name)
            if key in said or crate.structure.holds(item, declared.mod_file) is not True:
                continue
            scopes = scopes or Scopes(crate)
            if scopes.has(module, name) is not False:
                continue
            said.add(key)
            parent = item.parent
            above = module_of(declared.mod_file, parent) if parent is not None else None
            there = above is not None and scopes.has(above, name) is True
            inside = f" in module `{parent.name}`" if parent is not None else ""
            yield self.finding(
                f"`#[{name}]` is not imported{inside}: the crate does not build",
                declared.attr.path_span,
                help=f"write `use super::*;` in module `{parent.name}`"
                if there and parent is not None
                else f"add `{name}` to the module's `use cloacina_{_home(declared, crate)}::…`",
            )


def _home(declared: Declared, crate: Crate) -> str:
    graph = declared.macro not in ("task", "workflow", "trigger")
    return "macros" if graph and crate.contract.minor < (0, 12) else "workflow"


def _ours(declared: Declared, crate: Crate) -> bool:
    """Whether no other crate's attribute, on it or around it, may take the name for its own."""
    facts = crate.facts
    up = declared.item.parent
    others = [attr for attr in declared.item.attrs if attr is not declared.attr]
    while up is not None:
        others += up.attrs
        up = up.parent
    known = {id(one.attr) for one in (*facts.workflows, *facts.tasks, *facts.triggers, *facts.graphs)}
    return all(id(attr) in known or plain_attr(attr) for attr in others)
