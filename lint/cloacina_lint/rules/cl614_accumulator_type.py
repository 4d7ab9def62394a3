"""Room rules/: CL614 accumulator-type."""

from __future__ import annotations

from ..finding import WARNING
from ..graphs import METADATA, example
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class AccumulatorType(Rule):
    code = "CL614"
    name = "accumulator-type"
    group = "graph"
    severity = WARNING
    since = (0, 6)
    summary = "An accumulator type in package.toml that becomes a passthrough"
    why = """
What the server does not know becomes a passthrough, up to 0.9 without a word, from 0.10 on with a line in the log: up
to 0.7 it knows `stream` and `passthrough`, 0.8 adds `state`, 0.10 `batch` and `polling` (from the source).
"""
    no_fix = "which type was meant, only the author knows"
    failing = example(metadata=METADATA + '\n[[metadata.accumulators]]\nname = "price"\naccumulator_type = «"batch"»\n')
    passing = example(
        metadata=METADATA + '\n[[metadata.accumulators]]\nname = "price"\naccumulator_type = "passthrough"\n'
    )

    def check(self, crate: Crate) -> Iterator[Finding]:
        package = crate.package_toml
        listed = package.get("metadata", "accumulators") if package is not None else None
        if package is None or not isinstance(listed, list):
            return
        known: list[str] = crate.contract.data["graph"]["accumulator-types"]
        for at, entry in enumerate(listed):
            kind = entry.get("accumulator_type") if isinstance(entry, dict) else None
            span = package.value_span("metadata", "accumulators", at, "accumulator_type")
            if isinstance(kind, str) and kind not in known and span is not None:
                yield self.finding(
                    f"a server of {crate.contract.name} takes `{kind}` for a passthrough",
                    span,
                    help=f"it knows {', '.join(known)}",
                )
