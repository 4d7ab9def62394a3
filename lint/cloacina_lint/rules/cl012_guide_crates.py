"""Room rules/: CL012 guide-crates."""

from __future__ import annotations

from ..finding import INFO
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class GuideCrates(Rule):
    code = "CL012"
    name = "guide-crates"
    group = "guide"
    severity = INFO
    until = (0, 10)
    summary = "A crate the guide lists is not a dependency, though nothing needs it"
    why = """
The guide's Cargo.toml lists `cloacina-macros`. A workflow crate does not need it: `cloacina-workflow` re-exports its
macros (built on every version from 0.5.1 to 0.12.0). Only graphs and reactors do (CL101 then says so). A note, so
that a crate written to the letter of the guide and one written to what is needed can both be read for what they are.
"""
    no_fix = "because nothing is wrong"
    failing = """
--- Cargo.toml
«[dependencies]»
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
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
        if crate.facts.graphs or crate.manifest.find("cloacina-macros") is not None:
            return
        yield self.finding(
            "the guide lists `cloacina-macros`; a workflow crate does not need it",
            crate.manifest.anchor("dependencies"),
            help="nothing to do, unless you want to follow the guide to the letter",
        )
