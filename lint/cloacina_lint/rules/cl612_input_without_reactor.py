"""Room rules/: CL612 input-without-reactor."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class InputWithoutReactor(Rule):
    code = "CL612"
    name = "input-without-reactor"
    group = "graph"
    severity = ERROR
    since = (0, 6)
    summary = "An input in a graph without a reactor"
    why = """
Inputs come from a reactor's accumulators. A graph without `trigger` is called with a context instead, and its first
nodes take `&Context<Value>`; an input in brackets fails the build (built, 0.6.1).
"""
    no_fix = "whether a reactor or a context drives it, only the author knows"
    failing = example(
        attribute="""#[cloacina_macros::computation_graph(
    graph = { assess(«price») -> record },
)]"""
    )
    passing = example()
    proof = r"build: trigger-less computation graphs cannot declare cache inputs"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            if graph.problem is None and not graph.triggered and graph.inputs:
                name, span = graph.inputs[0]
                yield self.finding(
                    f"input `{name}` in a graph without a reactor: the build fails",
                    span,
                    help='add `trigger = reactor("<name>")`, or take the inputs away',
                )
