"""Room rules/: CL619 lost-input."""

from __future__ import annotations

from ..finding import WARNING
from ..graphs import bare_type, example, graphs
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust import RustFile
    from ..source.rust_item import Item

JSON = ("serde_json", "Value")
# With one of these the derived code does not read the fields one after the other.
OTHER_FORM = {"transparent", "from", "try_from"}


class LostInput(Rule):
    code = "CL619"
    name = "lost-input"
    group = "graph"
    severity = WARNING
    since = (0, 6)
    summary = "An input of a packaged graph whose type what is pushed does not survive"
    why = """
On its way into the library an event is read as JSON and written again as bincode, a form that does not tell what is in
it. So only types that read exactly what was written get it back: `String` from a JSON string, `Vec<String>`,
`BTreeMap<String, String>`, `bool`, `u64` from a whole number that is not negative. `serde_json::Value` cannot be read
at all: the node gets `None`. The fields of a struct are read from where the number of keys and the first key are:
`{"mid": 1.5}` gives `mid: 5e-324`. No log says so (built, loaded and fired, 0.6.1 and 0.11.1).
"""
    no_fix = "who pushes has to push the other form as well"
    failing = example(
        nodes="""    pub async fn assess(price: Option<&«serde_json::Value»>) -> Value {
        price.cloned().unwrap_or_default()
    }

    pub async fn record(assessed: &Value) -> Value {
        assessed.clone()
    }""",
    )
    passing = example()
    proof = r'load: fired: \{"risk": \[null\]\}'

    def check(self, crate: Crate) -> Iterator[Finding]:
        for graph in graphs(crate):
            if graph.problem is not None or not graph.triggered:
                continue
            inputs = {edge.source[0]: len(edge.inputs) for edge in graph.edges if edge.inputs}
            for item in graph.declared.item.children:
                for param in item.params[: inputs.get(item.name, 0)] if item.kind == "fn" else ():
                    kind = bare_type(param.type)
                    gets = _gets(item.rust, kind)
                    if gets:
                        at = param.span.start + param.span.text.rindex(kind)
                        yield self.finding(
                            f"in a package `{item.name}` gets {gets} for `{kind}`, whatever is pushed",
                            param.span.file.span(at, at + len(kind)),
                            help="take `Option<&String>`, read it with `serde_json::from_str`, and push a JSON string "
                            "that holds the JSON",
                        )


def _gets(rust: RustFile, kind: str) -> str:
    """What a node gets for a type; empty where that is not known, or right."""
    if tuple(kind.split("::")[-2:]) == JSON or any(use.name == kind and use.path[-2:] == JSON for use in rust.uses()):
        return "nothing"
    structs = [item for item in rust.walk() if item.kind == "struct" and item.name == kind]
    return "wrong values" if len(structs) == 1 and _reads_fields(structs[0]) else ""


def _reads_fields(struct: Item) -> bool:
    """Are its fields read one after the other, in the derived way?"""
    fields = struct.body is not None and struct.body.type == "field_declaration_list" and struct.body.named_child_count
    arguments = {
        (attr.name, meta.name.rpartition("::")[2]) for attr in struct.attrs for meta in attr.args or () if meta.path
    }
    other = any(("serde", word) in arguments for word in OTHER_FORM)
    return bool(fields) and ("derive", "Deserialize") in arguments and not other
