"""Room rules/: CL602 unknown-node."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UnknownNode(Rule):
    code = "CL602"
    name = "unknown-node"
    group = "graph"
    severity = ERROR
    summary = "A node of a graph that is no function of its module"
    why = """
Each name in `graph = { .. }` is a function written directly in the module; one that is not there fails the build
(built, 0.6.1). What a macro would make there does not count: the macro reads the text.
"""
    no_fix = "which function was meant, only the author knows"
    failing = example(
        attribute="""#[cloacina_macros::computation_graph(
    trigger = reactor("market"),
    graph = { assess(price) -> record, record -> «store» },
)]"""
    )
    passing = example()
    proof = r"build: node 'store' is referenced in the graph topology but no function"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            if graph.problem is not None:
                continue
            functions = [item.name for item in graph.declared.item.children if item.kind == "fn"]
            for name, span in graph.nodes.items():
                if name not in functions:
                    yield self.finding(
                        f"node `{name}` has no function in the module: the build fails",
                        span,
                        help=f"the module has {', '.join(functions)}" if functions else "write the function",
                    )
