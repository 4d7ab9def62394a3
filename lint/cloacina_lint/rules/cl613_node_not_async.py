"""Room rules/: CL613 node-not-async."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..graphs import NODES, example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class NodeNotAsync(Rule):
    code = "CL613"
    name = "node-not-async"
    group = "graph"
    severity = ERROR
    summary = "A node that is not async"
    why = """
The graph awaits every node, so a plain function fails the build: E0277, is not a future (built, 0.6.1).
"""
    fixable = True
    failing = example(nodes=NODES.replace("pub async fn record", "pub fn «record»"))
    passing = example()
    proof = r"build: is not a future"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            if graph.problem is not None:
                continue
            nodes = graph.nodes
            for item in graph.declared.item.children:
                if item.kind != "fn" or item.name not in nodes or item.is_async or _future(item.return_type):
                    continue
                start = item.keyword_span.start
                edit = Edit(item.keyword_span.file.span(start, start), "async ")
                yield self.finding(
                    f"node `{item.name}` is not async: the build fails",
                    item.name_span,
                    help="write `async fn`",
                    fix=Fix("make it async", [edit]) if not item.is_const else None,
                )


def _future(declared: str | None) -> bool:
    """Whether a return type may be a future by itself: only a type that surely is none counts."""
    if declared is None:
        return False
    return any(word in declared for word in ("Future", "impl", "dyn", "Box", "Pin", "Ready", "JoinHandle", "Fut"))
