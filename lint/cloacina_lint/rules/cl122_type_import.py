"""Room rules/: CL122 type-import."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule
from ..scopes import Scopes, module_of, plain_attr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_attr import Attr
    from ..source.rust_item import Item
    from ..source.text import Span

TYPES = ("Context", "TaskError")


class TypeImport(Rule):
    code = "CL122"
    name = "type-import"
    group = "build"
    severity = ERROR
    summary = "A task's signature names `Context` or `TaskError`, which its module does not import"
    why = """
A workflow module sees its parent's imports only through `use super::*`. Where the module imports the macros and not
the types, the task's signature does not compile (built: error E0425, "cannot find type `Context` in this scope";
E0412 with an older rustc).
"""
    no_fix = "because the import may belong in this module or in its parent"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::workflow;

#[workflow(name = "data")]
pub mod data {
    use cloacina_workflow::{task, TaskError};

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut «Context»<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
"""
    passing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::workflow;

#[workflow(name = "data")]
pub mod data {
    use cloacina_workflow::{task, Context, TaskError};

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
"""
    proof = r"build: cannot find type `Context` in this scope"

    def check(self, crate: Crate) -> Iterator[Finding]:
        facts = crate.facts
        known = {id(one.attr) for one in (*facts.workflows, *facts.tasks)}
        scopes: Scopes | None = None
        said: set[tuple[int, int, str]] = set()
        for task in facts.tasks:
            item = task.item
            module = module_of(task.mod_file, item)
            if module is None or crate.structure.holds(item, task.mod_file) is not True:
                continue
            if not all(id(attr) in known or plain_attr(attr) for attr in _attrs(item)):
                continue
            scopes = scopes or Scopes(crate)
            if scopes.has(module, task.attr.path[0]) is not True and len(task.attr.path) == 1:
                continue  # CL118's, or not known
            for name in TYPES:
                span = _place(item, name)
                key = (id(task.mod_file), id(item.parent), name)
                if span is None or key in said or scopes.has(module, name) is not False:
                    continue
                said.add(key)
                yield self.finding(
                    f"`{name}` is not imported here: the crate does not build (E0425)",
                    span,
                    help=f"write `use cloacina_workflow::{name};`, or `use super::*;` where the parent has it",
                )


def _attrs(item: Item) -> Iterator[Attr]:
    up: Item | None = item
    while up is not None:
        yield from up.attrs
        up = up.parent


def _place(item: Item, name: str) -> Span | None:
    """Where the signature names a type by this one word; None where it does not, or may mean something else."""
    end = item.body_span.start if item.body_span is not None else item.span.end
    if f"<{name}" in item.span.text[: item.name_span.end - item.span.start + len(name) + 1]:
        return None
    for span in item.rust.mentions(name):
        text = span.file.text
        if item.name_span.end <= span.start and span.end <= end and not text[: span.start].rstrip().endswith("::"):
            after = text[span.end :].lstrip()[:2]
            return None if after == "::" or after[:1] == ":" else span
    return None
