"""Room rules/: CL618 node-input-type."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import bare_type, example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..graphs import Graph


class NodeInputType(Rule):
    code = "CL618"
    name = "node-input-type"
    group = "graph"
    severity = ERROR
    since = (0, 9)
    summary = "The type of a node's input is not known outside of the module"
    why = """
From 0.9 on the macro describes a graph's inputs beside the module: the type of a parameter that is called like its
input is written out there once more, as it stands. A type that only the module imports or defines is not found:
E0425, cannot find type (built, 0.9.0 to 0.11.1; 0.8.0 builds). The same crate built with 0.6.
"""
    no_fix = "the import may go to several places"
    failing = example(
        nodes="""    pub async fn assess(price: Option<&«Value»>) -> Value {
        price.cloned().unwrap_or_default()
    }

    pub async fn record(assessed: &Value) -> Value {
        assessed.clone()
    }""",
        version="0.11.1",
    )
    passing = example(version="0.11.1")
    version = "0.11.1"
    proof = r"build: cannot find type `Value` in this scope"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            if graph.problem is not None:
                continue
            inside, outside = _names(graph)
            if outside is None:
                continue
            inputs: dict[str, set[str]] = {}
            for edge in graph.edges:
                inputs.setdefault(edge.source[0], set()).update(name for name, _ in edge.inputs)
            for item in graph.declared.item.children:
                wanted = inputs.get(item.name, set()) if item.kind == "fn" else set()
                for param in item.params if wanted else ():
                    kind = bare_type(param.type)
                    if param.name not in wanted or kind not in inside or kind in outside:
                        continue
                    at = param.span.start + param.span.text.rindex(kind)
                    yield self.finding(
                        f"`{kind}` is not known around `{graph.name}`, where the macro names it again: the build fails",
                        param.span.file.span(at, at + len(kind)),
                        help=f"write its full path, or bring `{kind}` into the scope around the module too",
                    )


def _names(graph: Graph) -> tuple[set[str], set[str] | None]:
    """Names that the module imports or defines, and those of the scope around it; None where a glob or a macro there
    may bring more."""
    item = graph.declared.item
    inside: set[str] = {child.name for child in item.children if child.kind in TYPES}
    outside: set[str] = {
        other.name for other in item.rust.walk() if other.parent is item.parent and other.kind in TYPES
    }
    for use in item.rust.uses():
        if use.item.parent is item and use.name:
            inside.add(use.name)
        elif use.item.parent is item.parent:
            if use.glob:
                return inside, None
            if use.name:
                outside.add(use.name)
    return inside, None if item.rust.opaque else outside


TYPES = {"struct", "enum", "union", "type", "trait"}
