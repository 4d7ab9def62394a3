"""Room rules/: CL314 package-version."""

from __future__ import annotations

from ..finding import INFO, Edit, Fix
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PackageVersion(Rule):
    code = "CL314"
    name = "package-version"
    group = "manifest"
    severity = INFO
    summary = "package.toml's version is not Cargo.toml's"
    why = """
The server shows package.toml's version and the archive is named after it; nothing compares it with Cargo.toml's (read,
0.6.1 and 0.11.1: the macros do not write the crate's version into the library). Two numbers for one package make it
hard to tell which source a server runs.
"""
    fixable = True
    failing = """
--- package.toml
[package]
name = "my-workflow"
version = «"0.2.0"»
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"
"""
    passing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        version = doc.get("package", "version") if doc is not None else None
        span = doc.value_span("package", "version") if doc is not None else None
        cargo = crate.manifest.package("version")
        if span is None or not isinstance(version, str) or not isinstance(cargo, str) or version == cargo:
            return
        place = crate.manifest.doc.value_span("package", "version")
        yield self.finding(
            f"package.toml says {version}, Cargo.toml says {cargo}",
            span,
            help="give both the same version",
            related=[(place, "Cargo.toml's version")] if place is not None else None,
            fix=Fix("take Cargo.toml's version", [Edit(span, toml_edit.string(cargo))], safe=False),
        )
