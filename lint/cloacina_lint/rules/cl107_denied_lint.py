"""Room rules/: CL107 denied-lint."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..source import toml_edit
from ..source.rust_cfg import cfg_holds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_attr import Attr, Meta
    from ..source.rust_item import Item
    from ..source.text import Span

LEVELS = ("allow", "expect", "warn", "deny", "forbid")
DENIED = ("deny", "forbid")
# The macros allow these in what they write, which a `forbid` refuses (E0453).
ALLOWED_BY_MACROS = ("non_upper_case_globals", "unreachable_code")


class DeniedLint(Rule):
    code = "CL107"
    name = "denied-lint"
    group = "build"
    severity = ERROR
    summary = "A compiler lint is denied that the macros' own code does not pass"
    why = """
What the macros write into your crate is linted with it. `package!()` and `#[task]` make public items without
documentation, so `#![deny(missing_docs)]` stops the build (built, 0.5.1, 0.6.1 and 0.11.1: missing documentation for a
module, a struct, a function), and so does `warn` under `deny(warnings)`, in lib.rs or in `[lints.rust]`. In a private
module, or under `#[allow(missing_docs)]` on a module, the same code passes. A `forbid` of `non_upper_case_globals` or
`unreachable_code` is E0453, because the macros allow them (built). `deny(unused_crate_dependencies)` refuses the
`cloacina-macros` of the guide's list, which a workflow does not name (built). `deny(warnings)`, `deny(unused)` and
`forbid(unsafe_code)` alone are fine (built, 0.6.1).
"""
    fixable = True
    failing = """
--- src/lib.rs
//! A workflow.
#![deny(«missing_docs»)]

cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

/// The workflow.
#[workflow(name = "data")]
pub mod data {
    use super::*;

    /// Extracts.
    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
"""
    passing = """
--- src/lib.rs
//! A workflow.
#![warn(missing_docs)]

cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

/// The workflow.
#[workflow(name = "data")]
pub mod data {
    use super::*;

    /// Extracts.
    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
"""
    proof = r"build: missing documentation"

    def check(self, crate: Crate) -> Iterator[Finding]:
        modules = crate.modules
        if modules is None:
            return
        root = modules.root
        for item, span in _written(crate):
            levels = _levels(crate, root.inner_attrs, item)
            setting = levels.get("missing_docs")
            if setting is None:
                continue
            denied = setting.level in DENIED or (
                setting.level == "warn" and "warnings" in levels and levels["warnings"].level in DENIED
            )
            if denied:
                yield self.finding(
                    f"{setting.level}(missing_docs): what the macros write has no documentation, and the build stops",
                    setting.span,
                    help="make it `warn`, or allow it on the workflow's module and on a private one around package!()",
                    related=[(span, "writes items without documentation"), *setting.related],
                    fix=setting.fix() if setting.level in DENIED else None,
                )
                break
        levels = _levels(crate, root.inner_attrs, None)
        for lint in ALLOWED_BY_MACROS:
            setting = levels.get(lint)
            if setting is not None and setting.level == "forbid" and crate.facts.workflows:
                yield self.finding(
                    f"forbid({lint}): the macros allow it in what they write, and that is E0453",
                    setting.span,
                    help="make it `deny`",
                    related=setting.related,
                )
        unused = levels.get("unused_crate_dependencies")
        macros = crate.manifest.find("cloacina-macros")
        if unused is None or unused.level not in DENIED or macros is None or macros.optional or crate.facts.graphs:
            return
        if not any(True for _ in crate.facts.mentions(macros.import_name)) and not crate.facts.opaque(
            "cloacina_macros"
        ):
            yield self.finding(
                f"{unused.level}(unused_crate_dependencies): nothing names `cloacina-macros`, and the build stops",
                unused.span,
                help="take `cloacina-macros` out of the dependencies; a workflow crate does not need it",
                related=[(macros.key_span, "this one is unused"), *unused.related],
            )


class Setting:
    """A lint's level, where it is set, and the attribute if it is one."""

    __slots__ = ("attr", "crate", "level", "path", "related", "span")

    def __init__(self, level: str, span: Span, crate: Crate) -> None:
        self.level = level
        self.span = span
        self.crate = crate
        self.attr: Attr | None = None
        self.path: tuple[str, ...] = ()
        self.related: list[tuple[Span, str]] = []

    def fix(self) -> Fix | None:
        if self.attr is not None:
            if len(self.attr.args) != 1 or self.attr.conditions:
                return None
            return Fix("make `missing_docs` a warning", [Edit(self.attr.path_span, "warn")])
        edits = toml_edit.replace(self.crate.manifest.doc, self.path, '"warn"') if self.path else None
        return Fix("make `missing_docs` a warning", edits) if edits else None


def _written(crate: Crate) -> Iterator[tuple[Item | None, Span]]:
    """What the root file's macros write that others can reach: the item around or under the macro, and its place."""
    modules = crate.modules
    assert modules is not None
    for call in crate.facts.package_calls:
        if call.rust is modules.root and _public(call.item):
            yield call.item, call.span
    for workflow in crate.facts.workflows:
        if workflow.mod_file.rust is modules.root and workflow.tasks and _public(workflow.item):
            yield workflow.item, workflow.attr.span


def _public(item: Item | None) -> bool:
    while item is not None:
        if item.kind != "mod" or item.vis != "pub":
            return False
        item = item.parent
    return True


def _levels(crate: Crate, inner: Iterable[Attr], item: Item | None) -> dict[str, Setting]:
    """Lint -> the setting that holds inside an item (None: for the crate): the innermost, a `forbid` stays."""
    levels = _from_manifest(crate)
    chain = []
    while item is not None:
        chain.append(item)
        item = item.parent
    attrs = list(inner)
    for outer in reversed(chain):
        attrs += [*outer.attrs, *outer.inner_attrs]
    for attr in attrs:
        if len(attr.path) != 1 or attr.name not in LEVELS:
            continue
        if attr.conditions and cfg_holds(attr.conditions, features=crate.facts.features, test=False) is not True:
            continue
        for meta in attr.args:
            _set(levels, crate, attr, meta)
    return levels


def _set(levels: dict[str, Setting], crate: Crate, attr: Attr, meta: Meta) -> None:
    before = levels.get(meta.name)
    if meta.op is not None or not meta.name or (before is not None and before.level == "forbid"):
        return
    setting = Setting(attr.name, meta.span, crate)
    setting.attr = attr
    levels[meta.name] = setting


def _from_manifest(crate: Crate) -> dict[str, Setting]:
    manifest = crate.manifest
    doc = manifest.doc
    prefix: tuple[str, ...] = ("lints",)
    inherited = manifest.doc.get("lints", "workspace") is True
    if inherited:
        if manifest.workspace is None:
            return {}
        doc, prefix = manifest.workspace, ("workspace", "lints")
    table = doc.get(*prefix, "rust")
    levels: dict[str, Setting] = {}
    for lint, value in table.items() if isinstance(table, dict) else ():
        path: tuple[str, ...] = (*prefix, "rust", lint)
        level = value.get("level") if isinstance(value, dict) else value
        if isinstance(value, dict):
            path = (*path, "level")
        span = doc.value_span(*path)
        if level not in LEVELS or span is None:
            continue
        own = manifest.doc.value_span("lints", "workspace") if inherited else None
        setting = Setting(level, own or span, crate)
        if own is not None:
            setting.related = [(span, "set here for the workspace")]
        else:
            setting.path = path
        levels[lint.replace("-", "_")] = setting
    return levels
