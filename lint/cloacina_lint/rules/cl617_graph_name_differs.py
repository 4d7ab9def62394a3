"""Room rules/: CL617 graph-name-differs."""

from __future__ import annotations

from ..finding import WARNING, Fix
from ..graphs import example, graphs, hidden
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class GraphNameDiffers(Rule):
    code = "CL617"
    name = "graph-name-differs"
    group = "graph"
    severity = WARNING
    since = (0, 6)
    summary = "package.toml's `graph_name` is no graph of the crate"
    why = """
For a Rust package the name in the code counts, that of its module; the one in package.toml is ignored (from the
source, 0.6.1 to 0.12.0), so tools that show it lead to a graph that does not exist.
"""
    fixable = True
    failing = example(metadata='language = "rust"\ngraph_name = «"risks"»\n')
    passing = example()

    def check(self, crate: Crate) -> Iterator[Finding]:
        package = crate.package_toml
        name = package.get("metadata", "graph_name") if package is not None else None
        found = graphs(crate)
        if package is None or not isinstance(name, str) or not found or hidden(crate, "computation_graph"):
            return
        names = [graph.name for graph in found]
        span = package.value_span("metadata", "graph_name")
        if name in names or span is None:
            return
        edits = toml_edit.replace(package, ("metadata", "graph_name"), f'"{names[0]}"')
        yield self.finding(
            f"no graph `{name}` in this crate: a graph's name is its module's",
            span,
            help=f'write `graph_name = "{names[0]}"`',
            related=[(graph.declared.name_span, "a graph of this crate") for graph in found[:1]],
            fix=Fix(f"name the graph {names[0]}", edits) if edits is not None and len(names) == 1 else None,
        )
