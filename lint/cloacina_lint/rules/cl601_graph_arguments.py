"""Room rules/: CL601 graph-arguments."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class GraphArguments(Rule):
    code = "CL601"
    name = "graph-arguments"
    group = "graph"
    severity = ERROR
    summary = "Arguments that `#[computation_graph]` refuses"
    why = """
From 0.6 on the macro takes `graph = { ... }` and `trigger = reactor("name")`, the name as a string literal; the form
`react = when_any(..)` of 0.5 and a type in `reactor(..)` are gone. A node that only ends paths has no line of its
own, and the module must stand in the same file. All else fails the build (built, 0.6.1).
"""
    no_fix = "the shape of a graph, only the author knows"
    failing = example(
        attribute="""#[cloacina_macros::computation_graph(
    trigger = reactor(«Market»),
    graph = { assess(price) -> record },
)]"""
    )
    passing = example()
    proof = r"build: reactor\(\.\.\.\) expects a string literal name"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            if graph.problem is not None:
                message, span, text = graph.problem
                yield self.finding(f"{message}: the build fails", span, help=text)
