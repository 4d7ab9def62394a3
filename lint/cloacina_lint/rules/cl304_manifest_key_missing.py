"""Room rules/: CL304 manifest-key-missing."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..package_manifest import TABLES, required, slips, top_level
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.toml import TomlDoc


class ManifestKeyMissing(Rule):
    code = "CL304"
    name = "manifest-key-missing"
    group = "manifest"
    severity = ERROR
    summary = "package.toml lacks a key that must be there"
    why = """
Up to 0.9 package.toml needs `name`, `version`, `interface` and `interface_version` in `[package]`, and a `[metadata]`
table with `language`; `cloacinactl package pack` refuses the file without one of the first (packed, 0.6.1: missing
field), the server reads `language` too. From 0.10 on `name` and `version` are enough (packed, 0.11.1).
"""
    fixable = True
    failing = """
--- package.toml
«[package]»
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
extension = "cloacina"
"""
    passing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
extension = "cloacina"
interface_version = 1
"""
    proof = r"pack: missing field"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        if doc is None:
            return
        meant = {right: wrong for wrong, right in slips(doc, (), top_level(crate)).items()}
        for table in TABLES:
            keys = required(crate, table)
            if not doc.has(table) and keys:
                wrong = doc.key_span(meant[table]) if table in meant else None
                span = wrong or doc.value_span("package") or doc.file.line_span(1)
                edits = [Edit(wrong, table)] if wrong is not None else _write(crate, doc, table, keys)
                yield self.finding(
                    f"no [{table}] in package.toml" + (f": [{meant[table]}] is not it" if table in meant else ""),
                    span,
                    help=f"write [{table}] with {', '.join(f'`{key}`' for key in keys)}",
                    fix=Fix(f"write [{table}]", edits) if edits else None,
                )
            present = doc.get(table)
            if not isinstance(present, dict):
                continue
            near = {right: wrong for wrong, right in slips(doc, (table,), keys).items()}
            for key in keys:
                if key in present:
                    continue
                wrong = doc.key_span(table, near[key]) if key in near else None
                span = wrong or doc.value_span(table) or doc.file.line_span(1)
                edits = [Edit(wrong, key)] if wrong is not None else _write(crate, doc, table, [key])
                yield self.finding(
                    f"no `{key}` in [{table}] of package.toml" + (f": `{near[key]}` is not it" if key in near else ""),
                    span,
                    help=f"write `{key} = {_value(crate, key)}`",
                    fix=Fix(f"write `{key}`", edits) if edits else None,
                )


def _value(crate: Crate, key: str) -> str:
    if key == "name":
        return toml_edit.string(crate.manifest.name or "my-workflow")
    if key == "version":
        version = crate.manifest.package("version")
        return toml_edit.string(version if isinstance(version, str) else "0.1.0")
    return {"interface": '"cloacina-workflow-plugin"', "interface_version": "1", "language": '"rust"'}[key]


def _write(crate: Crate, doc: TomlDoc, table: str, keys: list[str]) -> list[Edit] | None:
    edits = []
    for key in keys:
        added = toml_edit.insert_key(doc, (table,), key, _value(crate, key))
        if added is None:
            return None
        edits += added
    return edits
