"""Room rules/: CL120 companion-version."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..requirement import below
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class CompanionVersion(Rule):
    code = "CL120"
    name = "companion-version"
    group = "build"
    severity = ERROR
    until = (0, 10)
    summary = "`chrono` is older than what the macros write for"
    why = """
Up to 0.9 `#[task]` and cron triggers expand to `chrono::Utc`, which chrono has at its root from 0.4 on. With an older
one the macros' code does not compile (built, 0.6.1 with chrono 0.3: error E0433, cannot find `Utc`).
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
chrono = «"0.3"»
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
    proof = r"build: cannot find `Utc` in `chrono`"

    def check(self, crate: Crate) -> Iterator[Finding]:
        needs = crate.contract.crates.get("chrono")
        uses = crate.facts.needed_for()
        reason = next((use for use in needs["for"] if use in uses), None) if needs is not None else None
        found = crate.manifest.find("chrono")
        if reason is None or found is None or found.import_name != "chrono" or found.source is not None:
            return
        if found.requirement is None or not below(found.requirement, (0, 4, 0)):
            return
        span = found.version_span or found.key_span
        yield self.finding(
            f'`chrono` "{found.requirement}" is older than 0.4: the macros\' code does not compile (E0433)',
            span,
            help='write "0.4"',
            related=[(uses[reason], "needed by this")],
            fix=Fix("ask for 0.4", [Edit(found.version_span, '"0.4"')]) if found.version_span else None,
        )
