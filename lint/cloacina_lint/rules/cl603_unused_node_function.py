"""Room rules/: CL603 unused-node-function."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import NODES, example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UnusedNodeFunction(Rule):
    code = "CL603"
    name = "unused-node-function"
    group = "graph"
    severity = ERROR
    summary = "A function in a graph's module that is no node"
    why = """
Every function in the module must stand in the topology, a helper too, and one for tests only as well: the build fails
(built, 0.6.1). Functions in a module inside or outside of it are free.
"""
    no_fix = "where the helper belongs, only the author knows"
    failing = example(nodes=NODES + "\n\n    fn «rounded»(price: f64) -> f64 {\n        price.round()\n    }")
    passing = example(more="\npub fn rounded(price: f64) -> f64 {\n    price.round()\n}\n")
    proof = r"build: function 'rounded' exists in the module but is not referenced"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            nodes = graph.nodes
            if graph.problem is not None or not nodes:
                continue
            for item in graph.declared.item.children:
                if item.kind == "fn" and item.name not in nodes:
                    yield self.finding(
                        f"`{item.name}` is no node of the graph: the build fails",
                        item.name_span,
                        help="move it out of the module, or name it in `graph = { .. }`",
                    )
