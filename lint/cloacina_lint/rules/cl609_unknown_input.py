"""Room rules/: CL609 unknown-input."""

from __future__ import annotations

from ..finding import WARNING
from ..graphs import example, graphs, reactors
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UnknownInput(Rule):
    code = "CL609"
    name = "unknown-input"
    group = "graph"
    severity = WARNING
    since = (0, 6)
    summary = "A node's input that is no accumulator of the reactor"
    why = """
Nothing compares the inputs in `node(a, b)` with the reactor's accumulators: a name with a slip builds and loads, and
the node gets `None` for it for ever (loaded with the 0.6.1 engine: no complaint).
"""
    no_fix = "which accumulator was meant, only the author knows"
    failing = example(
        attribute="""#[cloacina_macros::computation_graph(
    trigger = reactor("market"),
    graph = { assess(«prise») -> record },
)]"""
    )
    passing = example()

    def check(self, crate: Crate) -> Iterator[Finding]:
        known = {reactor.name: reactor for reactor in reactors(crate) if reactor.problem is None}
        for graph in graphs(crate):
            reactor = known.get(graph.reactor[0]) if graph.reactor is not None else None
            if reactor is None or reactor.accumulators is None or graph.problem is not None:
                continue
            names = [name for name, _ in reactor.accumulators]
            for name, span in graph.inputs:
                if name not in names:
                    yield self.finding(
                        f"`{name}` is no accumulator of `{reactor.name}`: the node always gets None",
                        span,
                        help=f"the reactor has {', '.join(names)}",
                        related=[(reactor.name_span, "the reactor")],
                    )
