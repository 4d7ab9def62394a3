"""Room rules/: CL607 several-graphs."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class SeveralGraphs(Rule):
    code = "CL607"
    name = "several-graphs"
    group = "graph"
    severity = ERROR
    since = (0, 6)
    summary = "Several graphs with a reactor in one crate: none is loaded"
    why = """
A package has room for one such graph. With two the library answers MULTIPLE_GRAPHS, the host takes that for "no
graph" with a line in its debug log, and **all** graphs are missing, though the package counts as loaded (loaded with
the 0.6.1 engine; the same code up to 0.12.0). Graphs without a reactor are not counted.
"""
    no_fix = "a crate for each graph is more than a local edit"
    failing = example(
        more="""
#[cloacina_macros::computation_graph(
    trigger = reactor("market"),
    graph = { watch(price) -> tell },
)]
pub mod «alarm» {
    use serde_json::Value;

    pub async fn watch(price: Option<&String>) -> Value {
        Value::from(price.cloned())
    }

    pub async fn tell(watched: &Value) -> Value {
        watched.clone()
    }
}
"""
    )
    passing = example()
    proof = r"load: runtime_graphs: \[\]"

    def check(self, crate: Crate) -> Iterator[Finding]:
        bound = [graph for graph in graphs(crate) if graph.triggered]
        for graph in bound[1:]:
            yield self.finding(
                f"a second graph with a reactor beside `{bound[0].name}`: the server loads neither",
                graph.declared.name_span,
                help="give each graph its own crate, or make them one graph",
                related=[(bound[0].declared.name_span, "the first graph")],
            )
