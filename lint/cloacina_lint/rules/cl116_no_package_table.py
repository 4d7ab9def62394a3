"""Room rules/: CL116 no-package-table."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding

# What only a package may have.
TABLES = ("lib", "features", "dependencies", "dev-dependencies", "build-dependencies")


class NoPackageTable(Rule):
    code = "CL116"
    name = "no-package-table"
    group = "build"
    severity = ERROR
    summary = "Cargo.toml has no [package]"
    why = """
A manifest without `[package]` is no crate. With a `[workspace]` cargo takes it for a virtual one and refuses what only
a package has (built: "this virtual manifest specifies a `features` section, which is not allowed"); without one it
misses both. A misspelt header, `[packages]`, does that too.
"""
    no_fix = "because the package's name and version are not known"
    failing = """
--- Cargo.toml
# no [package]
«[packages]»
name = "my-workflow"
version = "0.1.0"
edition = "2021"
"""
    passing = """
--- Cargo.toml
[package]
name = "my-workflow"
version = "0.1.0"
edition = "2021"
"""
    proof = r"build: this virtual manifest specifies"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        if doc.has("package") or doc.has("project") or not any(doc.has(table) for table in TABLES):
            return
        near = _near([key for key in doc.data if isinstance(doc.get(key), dict)])
        span = doc.value_span(near) if near else None
        yield self.finding(
            "no [package] in Cargo.toml: cargo finds no crate here",
            span or doc.file.line_span(1),
            help=f"write `[package]`, not `[{near}]`" if near else "write a [package] with name, version and edition",
        )


def _near(tables: list[str]) -> str:
    import difflib

    return next((table for table in tables if difflib.get_close_matches("package", [table.lower()], 1, 0.8)), "")
