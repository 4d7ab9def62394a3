"""Room rules/: CL812 toml-version."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule
from ..source.toml_newer import newer_syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TomlVersion(Rule):
    code = "CL812"
    name = "toml-version"
    group = "pack"
    severity = ERROR
    since = (0, 6)
    summary = "Syntax of TOML 1.1 that Cloacina cannot read"
    why = """
Cargo reads TOML 1.1 from 1.94 on: an inline table over several lines or with a comma at its end, `\\e` and `\\x41`
in strings, a time without seconds. Cloacina reads both manifests with the `toml` crate 0.8, which knows TOML 1.0 only.
In package.toml it stops `cloacinactl package pack` (packed: "failed to parse package.toml"). In Cargo.toml the compiler
service builds the package, reads the file again to find the library's name, and fails after the green build ("failed
to parse …/Cargo.toml", the same parser run on the same text).
"""
    no_fix = "because an inline table can become a table or one line: your choice"
    failing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloac«\\x69»na"
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
    proof = r"pack: failed to parse package.toml"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for doc, what in (
            (crate.document, "the compiler service cannot read Cargo.toml after the build"),
            (crate.package_toml, "`package pack` and the server cannot read package.toml"),
        ):
            if doc is None:
                continue
            for span, syntax in newer_syntax(doc)[:3]:
                yield self.finding(
                    f"{syntax} is TOML 1.1, and Cloacina reads TOML 1.0: {what}",
                    span,
                    help="write it as TOML 1.0: an inline table on one line without a last comma, or a `[table]`; "
                    "`\\u00..` escapes; times with seconds",
                )
