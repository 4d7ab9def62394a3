"""Room rules/: CL092 configuration, about the linter's own settings."""

from __future__ import annotations

from ..config import problems
from ..finding import WARNING
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class Configuration(Rule):
    code = "CL092"
    name = "configuration"
    group = "lint"
    severity = WARNING
    summary = "A setting of cloacina-lint that does not exist or has no such value"
    why = """
Settings live in `[package.metadata.cloacina-lint]`, or in `[workspace.metadata.cloacina-lint]` for all members. Cargo
ignores whatever stands there, so a mistyped key would silently do nothing.
"""
    no_fix = "because the nearest name is only a guess"
    failing = """
--- Cargo.toml
[package.metadata.cloacina-lint]
«ingore» = ["CL012"]
"""
    passing = """
--- Cargo.toml
[package.metadata.cloacina-lint]
ignore = ["CL012"]
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        for span, message, help_text in problems(crate):
            yield self.finding(message, span, help=help_text)
