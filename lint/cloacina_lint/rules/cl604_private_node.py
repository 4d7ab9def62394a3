"""Room rules/: CL604 private-node."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..graphs import NODES, example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PrivateNode(Rule):
    code = "CL604"
    name = "private-node"
    group = "graph"
    severity = ERROR
    summary = "A node that is private to its module"
    why = """
The macro calls the nodes from outside the module, through `use module::*`, which does not bring private functions:
E0425, cannot find function (built, 0.6.1). `pub(super)` and `pub(crate)` will do.
"""
    fixable = True
    failing = example(nodes=NODES.replace("pub async fn record", "async fn «record»"))
    passing = example()
    proof = r"build: cannot find function `record` in this scope"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            if graph.problem is not None:
                continue
            nodes = graph.nodes
            for item in graph.declared.item.children:
                if item.kind == "fn" and item.name in nodes and item.vis in ("", "pub(self)", "pub(in self)"):
                    start = item.keyword_span
                    place = item.vis_span or start.file.span(start.start, start.start)
                    yield self.finding(
                        f"node `{item.name}` is private: the graph cannot call it, the build fails",
                        item.name_span,
                        help="write `pub` before it",
                        fix=Fix("make it public", [Edit(place, "pub" if item.vis_span else "pub ")]),
                    )
