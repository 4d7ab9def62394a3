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

OLDEST = {"chrono": ((0, 4, 0), "0.4"), "serde_json": ((1, 0, 0), "1")}


class CompanionVersion(Rule):
    code = "CL120"
    name = "companion-version"
    group = "build"
    severity = ERROR
    summary = "`chrono` or `serde_json` is older than what the macros write for"
    why = """
Up to 0.9 `#[task]` and cron triggers expand to `chrono::Utc`, which chrono has at its root from 0.4 on. With an older
one the macros' code does not compile (built, 0.6.1 with chrono 0.3: error E0433, cannot find `Utc`). The values of a
context are those of serde_json 1: with 0.9 they are of another type (built, 0.6.1: E0277).
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
        uses = crate.facts.needed_for()
        for name, (oldest, text) in OLDEST.items():
            needed = crate.contract.crates.get(name, {}).get("for", ())
            reason = next((use for use in needed if use in uses), None)
            found = crate.manifest.find(name)
            if reason is None or found is None or found.key != name or found.source is not None:
                continue
            if found.requirement is None or not below(found.requirement, oldest):
                continue
            yield self.finding(
                f'`{name}` "{found.requirement}" is older than {text}: the macros\' code does not compile',
                found.version_span or found.key_span,
                help=f'write "{text}"',
                related=[(uses[reason], "needed by this")],
                # The workspace's entry is other members' too.
                fix=Fix(f"ask for {text}", [Edit(found.version_span, f'"{text}"')], safe=not found.inherited)
                if found.version_span
                else None,
            )
