"""Room rules/: CL009 tokio-dependency."""

from __future__ import annotations

from ..finding import INFO, WARNING
from ..rule import Rule
from .cl008_engine_dependency import to_dev_dependencies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TokioDependency(Rule):
    code = "CL009"
    name = "tokio-dependency"
    group = "guide"
    severity = WARNING
    summary = "`tokio` is a run-time dependency"
    why = """
The guide removes it: the host provides the runtime, and a task body that only awaits needs no `tokio` of its own.
Where the library's code does use `tokio::` (a sleep, a spawn) it builds and works (built and run, 0.6.1), on the
package's own small runtime; then this is only a note.
"""
    fixable = True
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
«tokio» = { version = "1", features = ["full"] }
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

[dev-dependencies]
tokio = { version = "1", features = ["full"] }
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        dependency = crate.manifest.find("tokio")
        if dependency is None or ("tokio" in crate.contract.crates and crate.facts.graphs):
            return
        used = any(True for _ in crate.facts.mentions(dependency.import_name))
        yield self.finding(
            "`tokio` is a run-time dependency" + (", used in a task's own small runtime" if used else " nobody uses"),
            dependency.key_span,
            help="the host brings the runtime; move it to [dev-dependencies] if only tests use it",
            severity=INFO if used else WARNING,
            fix=to_dev_dependencies(crate, dependency),
        )
