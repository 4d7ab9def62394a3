"""Room rules/: CL620 routed-node."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding

ROUTED = """    pub enum Assessed {
        Known(String),
        Missing(String),
    }

    pub async fn assess(price: Option<&String>) -> Assessed {
        match price {
            Some(price) => Assessed::Known(price.clone()),
            None => Assessed::Missing("no price".to_owned()),
        }
    }

    pub async fn record(price: &str) -> Value {
        Value::from(price)
    }

    pub async fn report(why: &str) -> Value {
        Value::from(why)
    }"""


def _graph(edges: str) -> str:
    return f"""#[cloacina_macros::computation_graph(
    trigger = reactor("market"),
    graph = {{
        {edges}
    }},
)]"""


class RoutedNode(Rule):
    code = "CL620"
    name = "routed-node"
    group = "graph"
    severity = ERROR
    since = (0, 6)
    summary = "A node that a variant leads to goes on with `->`, or needs a value that is not there yet"
    why = """
The macro calls such a node inside the arm of a `match`, and what comes after it outside, where its result is not
known: E0425, cannot find value `__result_<node>` (built, 0.6.1 and 0.11.1). It may route on with `=>`: that stays in
the arm. A second variant to the same node fails in the same way, since only its own arm has its value; and so does a
node that leads to it with `->` and is called after the `match`.
"""
    no_fix = "what the graph shall do, only the author knows"
    failing = example(
        attribute=_graph("assess(price) => { Known -> record, Missing -> report },\n        «record» -> keep,"),
        nodes=f"""{ROUTED}

    pub async fn keep(recorded: &Value) -> Value {{
        recorded.clone()
    }}""",
    )
    passing = example(attribute=_graph("assess(price) => { Known -> record, Missing -> report },"), nodes=ROUTED)
    proof = "build: cannot find value `__result_record`"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            if graph.problem is not None:
                continue
            routers = {name: edge.source[0] for edge in graph.edges if edge.routes for name, _ in edge.targets}
            order = graph.order()
            led: set[str] = set()
            for edge in graph.edges:
                if edge.routes:
                    for target, place in edge.targets:
                        if target in led:
                            yield self.finding(
                                f"two variants lead to `{target}`: the build fails",
                                place,
                                help=f"write a second node that does what `{target}` does",
                            )
                        led.add(target)
                    continue
                name, span = edge.source
                target, place = edge.targets[0]
                if name in routers:
                    yield self.finding(
                        f"a variant leads to `{name}`, so it cannot go on with `->`: the build fails",
                        span,
                        help=f"do in `{name}` what comes after it, or let `{name}` be the one that routes",
                    )
                elif order.get(name, 0) > order.get(routers.get(target, ""), len(order)):
                    yield self.finding(
                        f"`{name}` is called after `{routers[target]}`, which routes to `{target}`: the build fails",
                        place,
                        help=f"let `{routers[target]}` take what `{name}` gives, and hand it on",
                    )
