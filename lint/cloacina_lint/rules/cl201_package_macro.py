"""Room rules/: CL201 package-macro."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..source.rust_cfg import built

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust import RustFile
    from ..source.rust_item import MacroCall
    from ..source.text import Span


class PackageMacro(Rule):
    code = "CL201"
    name = "package-macro"
    group = "load"
    severity = ERROR
    since = (0, 6)
    summary = "No `package!()`: the library exports no registry"
    why = """
From 0.6 on the entry points come from one macro call, `cloacina_workflow_plugin::package!();`. Without it cargo
succeeds, the server accepts the upload, the compiler service builds it and `GET workflows` lists it; only the
server's log says `symbol 'fidius_get_registry' not found` (built and loaded, 0.6.1 and 0.11.1; seen on the real
server, 0.6.1). The guide's crate lacks it. Any module will do, once, but not
under a `#[cfg]` that a release build on the server (Linux) turns off.
"""
    fixable = True
    failing = """
--- src/lib.rs
use cloacina_workflow::{task, workflow, Context, TaskError};

«#[workflow(name = "data")]»
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
    proof = r"symbols: fidius_get_registry"

    def check(self, crate: Crate) -> Iterator[Finding]:
        facts = crate.facts
        if crate.modules is None or facts.package_calls or self.undetermined(crate):
            return
        if facts.package_calls_off:
            yield from self._off(crate)
            return
        declared = [*facts.workflows, *facts.triggers, *facts.graphs, *facts.tasks]
        file = crate.modules.root.file
        yield self.finding(
            "no package!(): the library will export no `fidius_get_registry`, and no host can load it",
            declared[0].attr.span if declared else file.line_span(1),
            help=f"write `cloacina_workflow_plugin::package!();` once, at the top of {file.display}",
            fix=_fix(crate.modules.root),
        )

    def _off(self, crate: Crate) -> Iterator[Finding]:
        call = crate.facts.package_calls_off[0]
        yield self.finding(
            "package!() is under a condition that does not hold in a release build on the server: the library will "
            "export no `fidius_get_registry`, and no host can load it",
            _condition(crate, call),
            help="take the condition away",
            related=[(call.span, "the call")],
        )

    def undetermined(self, crate: Crate) -> str:
        if not crate.facts.package_calls:
            for span in crate.facts.opaque("package"):
                return f"a macro or include!() at {span.file.display}:{span.line} may hold package!()"
        return ""

    def evidence(self, crate: Crate) -> str:
        calls = crate.facts.package_calls
        return f"{calls[0].span.file.display}:{calls[0].span.line}" if calls else ""


def _condition(crate: Crate, call: MacroCall) -> Span:
    """The innermost attribute that turns a call off; the call where that is further away."""
    attrs = list(call.attrs)
    item = call.item
    while item is not None:
        attrs += [*item.attrs, *item.inner_attrs, *item.around]
        item = item.parent
    attrs += call.rust.inner_attrs
    for attr in attrs:
        if attr.path == ("cfg",) and built([attr], crate.facts.features) is False:
            return attr.span
    return call.span


def _fix(root: RustFile) -> Fix | None:
    """Before the first item with its attributes and documentation: after the file's own, and after its licence."""
    if not root.items:
        return None
    first = root.items[0]
    file = first.span.file
    start = min([first.span.start, *(attr.span.start for attr in first.attrs)])
    line = file.position(start)[0]
    while line > 1 and file.line_span(line - 1).text.lstrip().startswith(("///", "#[")):
        line -= 1
    start = file.starts[line - 1]
    if first.span.start < start or file.text[start : first.span.start].lstrip()[:3] == "*/":
        return None
    edit = Edit(file.span(start, start), "cloacina_workflow_plugin::package!();\n\n")
    return Fix("write `cloacina_workflow_plugin::package!();`", [edit])
