"""Room rules/: CL611 graph-without-reactor."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class GraphWithoutReactor(Rule):
    code = "CL611"
    name = "graph-without-reactor"
    group = "graph"
    severity = ERROR
    since = (0, 6)
    until = (0, 10)
    summary = "A graph without a reactor, which no packaged crate can have before 0.10"
    why = """
Before 0.10 a graph without `trigger` expands to `cloacina::Context`, which a packaged crate does not have: E0433,
cannot find `cloacina` (built, 0.6.1 and 0.9.0; 0.10.0 and 0.11.1 build).
"""
    no_fix = "which reactor drives it, only the author knows"
    failing = example(
        attribute="""«#[cloacina_macros::computation_graph(
    graph = { assess -> record },
)]»""",
        nodes="""    pub async fn assess(_context: &cloacina_workflow::Context<Value>) -> Value {
        Value::Null
    }

    pub async fn record(assessed: &Value) -> Value {
        assessed.clone()
    }""",
    )
    passing = example()
    proof = r"build: cannot find .*`cloacina`"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            if graph.problem is None and not graph.triggered and not graph.inputs:
                yield self.finding(
                    "a graph without a reactor does not compile in a packaged crate before 0.10",
                    graph.declared.attr.span,
                    help='add `trigger = reactor("<name>")` and a #[reactor], or move to 0.10',
                )
