"""Room rules/: CL301 package-toml."""

from __future__ import annotations

from ..finding import ERROR, Fix
from ..rule import Rule
from ..source.toml_edit import string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PackageToml(Rule):
    code = "CL301"
    name = "package-toml"
    group = "manifest"
    severity = ERROR
    summary = "No package.toml"
    why = """
A `.cloacina` package is the crate's source with a package.toml at its root. Without one `cloacinactl package pack`
and the server refuse the directory (`has no package.toml`, run on 0.6.1). The guide never mentions the file.
"""
    fixable = True
    failing = """
--- package.toml (absent)
--- Cargo.toml
[package]
name = «"my-workflow"»
version = "0.1.0"
edition = "2021"
"""
    passing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"

[metadata]
language = "rust"
workflow_name = "data"
"""
    proof = r"pack: package.toml"

    def check(self, crate: Crate) -> Iterator[Finding]:
        if not crate.tree.is_file("package.toml"):
            yield self.finding(
                "no package.toml: the crate cannot be packed",
                crate.manifest.name_span,
                help=f'write package.toml with [package] name = "{crate.name}", version, interface, interface_version, '
                'extension = "cloacina" and [metadata] language = "rust"',
                fix=_fix(crate),
            )

    def evidence(self, crate: Crate) -> str:
        return "package.toml" if crate.tree.is_file("package.toml") else ""


def _fix(crate: Crate) -> Fix | None:
    version = crate.manifest.package("version")
    if crate.manifest.name is None:
        return None
    text = (
        f"[package]\nname = {string(crate.manifest.name)}\n"
        f"version = {string(version if isinstance(version, str) else '0.1.0')}\n"
        'interface = "cloacina-workflow-plugin"\ninterface_version = 1\nextension = "cloacina"\n\n'
        '[metadata]\nlanguage = "rust"\n'
    )
    names = [workflow.text("name") for workflow in crate.facts.workflows]
    if len(names) == 1 and names[0]:
        text += f"workflow_name = {string(names[0])}\n"
    return Fix("write package.toml", [], new_files={crate.tree.absolute("package.toml"): text})
