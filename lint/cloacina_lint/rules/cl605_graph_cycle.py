"""Room rules/: CL605 graph-cycle."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class GraphCycle(Rule):
    code = "CL605"
    name = "graph-cycle"
    group = "graph"
    severity = ERROR
    summary = "A graph that runs in a circle"
    why = """
The nodes are put in order when the macro runs; a circle, and a node that leads to itself, fail the build: "cycle
detected in graph" (built, 0.6.1).
"""
    no_fix = "which edge is wrong, only the author knows"
    failing = example(
        attribute="""#[cloacina_macros::computation_graph(
    trigger = reactor("market"),
    graph = {
        assess(price) -> record,
        record -> «assess»,
    },
)]"""
    )
    passing = example()
    proof = r"build: cycle detected in graph"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            span = graph.cycle() if graph.problem is None else None
            if span is not None:
                yield self.finding(
                    f"this edge to `{span.text}` closes a circle: the build fails",
                    span,
                    help="an edge may only lead to a node that does not lead back",
                )
