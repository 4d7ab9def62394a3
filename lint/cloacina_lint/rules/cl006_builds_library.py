"""Room rules/: CL006 builds-library, the guide's sixth item, answered by deep/."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class BuildsLibrary(Rule):
    code = "CL006"
    name = "builds-library"
    group = "guide"
    severity = ERROR
    deep = True
    summary = "A release build does not give a shared library"
    why = """
`cargo build --release` must leave a shared library that the host can load. Cargo's own errors are reported at their
place, with what they mean for a Cloacina crate. Answered only by `--deep`; without it the checklist says "not run".
"""
    no_fix = "because cargo's errors have their own rules where the cause is known"
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
serde_json = "1"
"""
    passing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        """Nothing: deep/ builds, and reports under this code."""
        yield from ()
