"""Room rules/: CL608 unknown-reactor."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import example, graphs, hidden, reactors
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UnknownReactor(Rule):
    code = "CL608"
    name = "unknown-reactor"
    group = "graph"
    severity = ERROR
    since = (0, 6)
    summary = "A graph on a reactor that is not there"
    why = """
The macro takes any name; the server then refuses the package, on every reconcile tick: "subscribes to reactor .. but
no such reactor is loaded" (loaded with the 0.6.1 engine). A reactor of another package will do if that is loaded
first, so a crate that declares none itself gets an `info` only.
"""
    no_fix = "which reactor was meant, only the author knows"
    failing = example(
        attribute="""#[cloacina_macros::computation_graph(
    trigger = reactor(«"markets"»),
    graph = { assess(price) -> record },
)]"""
    )
    passing = example()
    proof = r"load: no such reactor is loaded"

    def check(self, crate: Crate) -> Iterator[Finding]:
        found = reactors(crate)
        if hidden(crate, "reactor") or any(reactor.name is None for reactor in found):
            return
        names = sorted(reactor.name or "" for reactor in found)
        for graph in graphs(crate):
            if graph.problem is None and graph.reactor is not None and graph.reactor[0] not in names:
                name, span = graph.reactor
                yield self.finding(
                    f"no reactor `{name}` in this crate"
                    + (": the server does not load the package" if names else ": its package must be loaded first"),
                    span,
                    help=f"this crate has {', '.join(f'`{other}`' for other in names)}"
                    if names
                    else "load the package with the reactor before this one",
                    severity="" if names else "info",
                )
