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
TYPES = {"struct", "enum", "union", "type"}
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
`{"mid": 1.5}` gives `mid: 5e-324`; so does `1`, a whole number, read as `f64`. No log says so (built, loaded and fired,
0.6.1 and 0.11.1).
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
                    gets = _gets(graph.declared.item, kind)
                    if gets:
                        at = param.span.start + param.span.text.rindex(kind)
                        yield self.finding(
                            f"in a package `{item.name}` gets {gets}",
                            param.span.file.span(at, at + len(kind)),
                            help="take `Option<&String>`, read it with `serde_json::from_str`, and push a JSON string "
                            "that holds the JSON",
                        )


def _gets(module: Item, kind: str) -> str:
    """What a node of the module gets for a type; empty where that is not known, or right."""
    if kind == "f64":
        return "a wrong value for `f64` when a whole number such as 1 is pushed"
    if kind == "f32":
        return "a wrong value for `f32`, whatever is pushed"
    nothing = f"nothing for `{kind}`, whatever is pushed"
    if "serde_json::Value" in kind.replace(" ", ""):
        return nothing
    above, _, name = kind.rpartition("super::")
    found = None if above else _named(module.rust, module.parent if "super" in kind else module, name)
    if found == JSON:
        return nothing
    if isinstance(found, tuple) or found is None or not _reads_fields(found):
        return ""
    return f"wrong values in the fields of `{kind}` when an object is pushed"


def _named(rust: RustFile, scope: Item | None, name: str) -> Item | tuple[str, ...] | None:
    """What a name means in a module (None: the file's root): its item, JSON, or None where that is not known."""
    items = [item for item in rust.walk() if item.parent is scope and item.name == name and item.kind in TYPES]
    if items:
        alias = len(items) == 1 and items[0].kind == "type" and "serde_json::Value" in items[0].span.text
        return JSON if alias else items[0] if len(items) == 1 else None
    uses = [use for use in rust.uses() if use.item.parent is scope]
    for use in uses:
        if use.name == name:
            return JSON if use.path[-2:] == JSON else _above(rust, scope, use.path)
    globs = {use.path for use in uses if use.glob}
    if globs == {("serde_json",)} and name == JSON[1]:
        return JSON
    return _above(rust, scope, ("super", name)) if globs == {("super",)} else None


def _above(rust: RustFile, scope: Item | None, path: tuple[str, ...]) -> Item | tuple[str, ...] | None:
    """What `super::Name` means in a module; None for any other path."""
    if scope is None or len(path) != 2 or path[0] != "super":
        return None
    return _named(rust, scope.parent, path[1])


def _reads_fields(item: Item) -> bool:
    """Is it a struct whose fields are read one after the other, in the derived way?"""
    fields = item.body is not None and item.body.type == "field_declaration_list" and item.body.named_child_count
    arguments = {
        (attr.name, meta.name.rpartition("::")[2])
        for attr in item.attrs
        for meta in (attr.args if not attr.conditions else ())
        if meta.path
    }
    other = any(("serde", word) in arguments for word in OTHER_FORM)
    return item.kind == "struct" and bool(fields) and ("derive", "Deserialize") in arguments and not other
