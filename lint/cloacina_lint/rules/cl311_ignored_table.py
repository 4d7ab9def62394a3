"""Room rules/: CL311 ignored-table."""

from __future__ import annotations

from ..finding import INFO, WARNING
from ..package_manifest import known, required, slips, top_level
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class IgnoredTable(Rule):
    code = "CL311"
    name = "ignored-table"
    group = "manifest"
    severity = WARNING
    summary = "package.toml has a top-level table that nothing reads"
    why = """
Only `[package]` and `[metadata]` are read. Every other top-level table or key is dropped without a word: `[[triggers]]`
written there starts nothing (packed, 0.6.1 and 0.11.1: accepted; no reader has a field for it). A note only, where the
name does not look like something of Cloacina's.
"""
    no_fix = "because what it says has to be written elsewhere"
    failing = """
--- package.toml
[metadata]
language = "rust"
workflow_name = "data"

[[«triggers»]]
name = "nightly"
cron = "0 0 2 * * *"
"""
    passing = """
--- package.toml
[metadata]
language = "rust"
workflow_name = "data"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        if doc is None:
            return
        names = top_level(crate)
        near = slips(doc, (), names)
        for key in doc.data:
            span = doc.key_span(key)
            if key in names or span is None:
                continue
            right = near.get(key)
            if right in ("package", "metadata") and required(crate, right):
                continue
            own = key in known(crate)["package-keys"] or key in known(crate)["metadata-keys"]
            suspicious = own or right is not None or key.rstrip("s").replace("-", "_") in MEANT
            help_text = MEANT.get(key.rstrip("s").replace("-", "_"), "take it out")
            if right is not None:
                help_text = f"did you mean [{right}]?"
            elif own:
                help_text = f"`{key}` belongs in [{'package' if key in known(crate)['package-keys'] else 'metadata'}]"
            yield self.finding(
                f"`{key}` at the top of package.toml: nothing reads it",
                span,
                help=help_text,
                severity=WARNING if suspicious else INFO,
            )


MEANT = {
    "trigger": "write a `#[trigger(..)]` function in the code",
    "reactor": "write `#[reactor(..)]` in the code",
    "workflow": "write `#[workflow(..)]` in the code",
    "task": "write `#[task(..)]` in the code",
    "graph": "write `#[computation_graph(..)]` in the code",
    "accumulator": "accumulators are declared in the code, or as [[metadata.accumulators]]",
    "dependencie": "dependencies belong in Cargo.toml",
    "schedule": "write a `#[trigger(on = .., cron = ..)]` function in the code",
}
