"""Room rules/: CL302 package-toml-syntax."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PackageTomlSyntax(Rule):
    code = "CL302"
    name = "package-toml-syntax"
    group = "manifest"
    severity = ERROR
    summary = "package.toml is not valid TOML"
    why = """
`cloacinactl package pack` parses the file and refuses to pack what it cannot read; so does the server when it
unpacks an archive. The usual slips are a missing quote and a key given twice.
"""
    no_fix = "because what was meant cannot be known"
    failing = """
--- package.toml
[package]
name = «m»y-workflow
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
    proof = r"pack: TOML|toml|parse"

    def check(self, crate: Crate) -> Iterator[Finding]:
        error = crate.package_toml_error
        if error is not None:
            yield self.finding(f"not valid TOML: {error.message}", error.span, help="correct the syntax")
