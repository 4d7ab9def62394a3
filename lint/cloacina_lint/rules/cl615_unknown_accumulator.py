"""Room rules/: CL615 unknown-accumulator."""

from __future__ import annotations

from ..finding import WARNING
from ..graphs import METADATA, example, hidden, reactors
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UnknownAccumulator(Rule):
    code = "CL615"
    name = "unknown-accumulator"
    group = "graph"
    severity = WARNING
    since = (0, 6)
    summary = "An accumulator in package.toml that no reactor has"
    why = """
The entries of `[[metadata.accumulators]]` are matched with the reactors' accumulators by name; one that matches
nothing is ignored without a word (probed, 0.6.1).
"""
    no_fix = "which accumulator was meant, only the author knows"
    failing = example(
        metadata=METADATA + '\n[[metadata.accumulators]]\nname = «"prices"»\naccumulator_type = "passthrough"\n'
    )
    passing = example(
        metadata=METADATA + '\n[[metadata.accumulators]]\nname = "price"\naccumulator_type = "passthrough"\n'
    )

    def check(self, crate: Crate) -> Iterator[Finding]:
        package = crate.package_toml
        listed = package.get("metadata", "accumulators") if package is not None else None
        found = reactors(crate)
        if package is None or not isinstance(listed, list) or hidden(crate, "reactor") or not found:
            return
        known: set[str] = set()
        for reactor in found:
            if reactor.accumulators is None:
                return
            known.update(name for name, _ in reactor.accumulators)
        for at, entry in enumerate(listed):
            name = entry.get("name") if isinstance(entry, dict) else None
            span = package.value_span("metadata", "accumulators", at, "name")
            if isinstance(name, str) and name not in known and span is not None:
                yield self.finding(
                    f"no reactor has an accumulator `{name}`: this entry has no effect",
                    span,
                    help=f"the reactors have {', '.join(sorted(known))}",
                )
