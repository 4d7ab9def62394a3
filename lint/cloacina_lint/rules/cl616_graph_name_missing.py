"""Room rules/: CL616 graph-name-missing."""

from __future__ import annotations

from ..finding import ERROR, Fix
from ..graphs import example, graphs
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class GraphNameMissing(Rule):
    code = "CL616"
    name = "graph-name-missing"
    group = "graph"
    severity = ERROR
    since = (0, 8)
    summary = "A graph in src/lib.rs and no `graph_name` in package.toml"
    why = """
From 0.8 on `cloacinactl package pack`, `validate` and `publish` refuse a package whose src/lib.rs holds the text
`computation_graph(` while `[metadata]` has no `graph_name` (packed with 0.11.1). The server itself does not need the
key.
"""
    fixable = True
    failing = example(metadata='language = "rust"\n', version="0.11.1").replace("[metadata]", "«[metadata]»")
    passing = example(version="0.11.1")
    version = "0.11.1"
    proof = r"pack: graph_name"

    def check(self, crate: Crate) -> Iterator[Finding]:
        package = crate.package_toml
        file = crate.tree.read("src/lib.rs")
        if package is None or package.has("metadata", "graph_name"):
            return
        if file is None or "computation_graph(" not in file.text:
            return
        names = [graph.name for graph in graphs(crate)]
        edits = toml_edit.insert_key(package, ("metadata",), "graph_name", f'"{names[0]}"') if names else None
        span = package.value_span("metadata") or package.key_span("metadata") or package.file.line_span(1)
        yield self.finding(
            "no `graph_name` in [metadata]: cloacinactl does not pack the crate",
            span,
            help=f'add `graph_name = "{names[0]}"`' if names else "add `graph_name`",
            fix=Fix(f"name the graph {names[0]}", edits) if edits is not None and len(names) == 1 else None,
        )
