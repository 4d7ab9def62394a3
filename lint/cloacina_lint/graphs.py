"""Room: computation graphs, reactors and accumulators as their macros read them, for the rules of group graph."""

from __future__ import annotations

import re

from .source.rust_attr import COMMENTS, is_word, pieces
from .source.rust_cfg import cfg_holds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node as Token

    from .cloacina import Declared
    from .crate import Crate
    from .source.rust_attr import Meta
    from .source.text import Span

MODES = ("when_any", "when_all")
_AROUND = re.compile(
    r"(?:(?:(?:::)?(?:std|core)::option::)?Option\s*<(?P<inside>.*)>|&\s*(?:'\w+\s+)?(?:mut\s+)?(?P<behind>.*))$", re.S
)

Name = tuple[str, "Span"]
Problem = tuple[str, "Span", str]


class Edge:
    """`from(inputs) -> to`, or with variants one target each: `routes`."""

    __slots__ = ("inputs", "routes", "source", "targets")

    def __init__(self, source: Name, inputs: list[Name], targets: list[Name], routes: bool) -> None:
        self.source = source
        self.inputs = inputs
        self.targets = targets
        self.routes = routes


class Graph:
    """One `#[computation_graph]` on an inline module.

    reactor: the name in `trigger = reactor("...")`; None where there is no trigger. edges: empty where the topology is
    not understood. problem: what the macro refuses in the arguments.
    """

    __slots__ = ("declared", "edges", "keys", "problem", "reactor", "triggered")

    def __init__(self, declared: Declared, keys: list[str]) -> None:
        self.declared = declared
        self.keys = keys
        self.reactor: Name | None = None
        self.triggered = False
        self.edges: list[Edge] = []
        self.problem: Problem | None = None
        item = declared.item
        if item.kind != "mod" or not item.inline:
            what = "a module in another file" if item.kind == "mod" else f"a {item.kind}"
            self.problem = (
                f"#[computation_graph] stands on {what}, it needs a module with its body",
                item.name_span,
                "write `pub mod name { ... }` around the nodes",
            )
        for meta in declared.attr.args:
            if self.problem is None:
                self._read(meta)
        if self.problem is None and not any(meta.path == ("graph",) for meta in declared.attr.args):
            self.problem = ("#[computation_graph] needs `graph`", declared.attr.span, "add `graph = { first -> next }`")

    @property
    def name(self) -> str:
        return self.declared.item.name

    def _read(self, meta: Meta) -> None:
        key = meta.name
        place = meta.key_span or meta.span
        if meta.path is None or len(meta.path) != 1:
            return
        if key == "react" and key not in self.keys:
            self.problem = (
                "`react = ...` is gone: a graph names a reactor",
                place,
                'write a `#[reactor]` and `trigger = reactor("<its name>")`',
            )
        elif key not in self.keys:
            self.problem = (
                f"#[computation_graph] has no argument `{key}`", place, f"the keys are {' and '.join(self.keys)}"
            )  # fmt: skip
        elif key == "trigger":
            self._read_trigger(meta)
        elif key == "graph" and meta.inner is not None and meta.inner.args_span is not None:
            self._read_edges(meta.inner)

    def _read_trigger(self, meta: Meta) -> None:
        self.triggered = True
        inner = meta.inner
        if inner is None or inner.path is None:
            return
        args = inner.args
        if inner.path != ("reactor",):
            self.problem = (
                f'a graph\'s trigger is `reactor("...")`, not `{inner.name}`',
                inner.key_span or meta.span,
                'write `trigger = reactor("<name>")`',
            )
        elif args is not None and len(args) == 1 and isinstance(args[0].value, str) and args[0].path is None:
            self.reactor = (args[0].value, args[0].span)
        elif args is not None:
            self.problem = (
                "reactor(...) takes the reactor's name as a string literal",
                args[0].span if args else inner.span,
                'write `reactor("<name>")`, the name given in #[reactor(name = ...)]',
            )

    def _read_edges(self, block: Meta) -> None:
        node = block._args_node
        if node is None:
            return
        edges = []
        for tokens in _split(node):
            edge = self._edge(tokens)
            if edge is None:
                self._judge_edge(tokens)
                return
            edges.append(edge)
        self.edges = edges

    def _judge_edge(self, tokens: Sequence[Token]) -> None:
        bare = len(tokens) == 1 or (len(tokens) == 2 and tokens[1].type == "token_tree")
        if bare and is_word(tokens[0]):
            rust = self.declared.mod_file.rust
            self.problem = (
                f"`{rust.text(tokens[0])}` stands alone in the topology, it needs `->` or `=>`",
                rust.span(tokens[0]),
                "take it away: a node that others lead to needs no line of its own",
            )

    def _edge(self, tokens: Sequence[Token]) -> Edge | None:
        rust = self.declared.mod_file.rust

        def name(token: Token) -> Name:
            return rust.text(token).removeprefix("r#"), rust.span(token)

        if not tokens or not is_word(tokens[0]):
            return None
        source, at = name(tokens[0]), 1
        inputs: list[Name] = []
        if at < len(tokens) and tokens[at].type == "token_tree":
            for piece in pieces(tokens[at]):
                if len(piece) != 1 or not is_word(piece[0]):
                    return None
                inputs.append(name(piece[0]))
            at += 1
        rest = tokens[at:]
        if len(rest) == 2 and rest[0].type == "->" and is_word(rest[1]):
            return Edge(source, inputs, [name(rest[1])], routes=False)
        if len(rest) == 2 and rest[0].type == "=>" and rest[1].type == "token_tree":
            targets = []
            for piece in _split(rest[1]):
                if len(piece) != 3 or piece[1].type != "->" or not is_word(piece[2]):
                    return None
                targets.append(name(piece[2]))
            return Edge(source, inputs, targets, routes=True)
        return None

    @property
    def nodes(self) -> dict[str, Span]:
        """Every node of the topology -> where it stands first."""
        found: dict[str, Span] = {}
        for edge in self.edges:
            for name, span in (edge.source, *edge.targets):
                found.setdefault(name, span)
        return found

    @property
    def inputs(self) -> list[Name]:
        return [item for edge in self.edges for item in edge.inputs]

    def order(self) -> dict[str, int]:
        """Node -> when the macro writes its call: first those that nothing leads to, by name, then each once all that
        leads to it is there. Nodes of a cycle are left out."""
        incoming: dict[str, int] = dict.fromkeys(self.nodes, 0)
        for edge in self.edges:
            for name, _ in edge.targets:
                incoming[name] += 1
        queue = sorted(name for name, count in incoming.items() if not count)
        for done in queue:
            free = []
            for edge in self.edges:
                for name, _ in edge.targets if edge.source[0] == done else ():
                    incoming[name] -= 1
                    if not incoming[name]:
                        free.append(name)
            queue += sorted(free)
        return {name: at for at, name in enumerate(queue)}

    def cycle(self) -> Span | None:
        """A node that a cycle leads back to; None where there is none."""
        placed = self.order()
        # Of what is left, an edge that stays inside: the last of them closes the circle.
        closing = [
            span
            for edge in self.edges
            for name, span in edge.targets
            if edge.source[0] not in placed and name not in placed
        ]
        return closing[-1] if closing else None


def _split(tree: Token) -> list[list[Token]]:
    """Tokens between the brackets, split at commas; the macro also takes edges with no comma between."""
    found: list[list[Token]] = []
    for piece in pieces(tree):
        part: list[Token] = []
        for index, token in enumerate(piece):
            starts = (
                part
                and is_word(token)
                and part[-1].type not in ("->", "=>")
                and (index + 1 < len(piece) and piece[index + 1].type in ("->", "=>", "token_tree"))
            )
            if starts:
                found.append(part)
                part = []
            if token.type not in COMMENTS:
                part.append(token)
        found.append(part)
    return found


class Reactor:
    """One `#[reactor]`. problem: what the macro refuses."""

    __slots__ = ("accumulators", "declared", "name", "name_span", "problem")

    def __init__(self, declared: Declared, keys: list[str], bare_criteria: bool) -> None:
        self.declared = declared
        self.name: str | None = declared.text("name")
        meta = declared.argument("name")
        self.name_span: Span = (meta.value_span if meta is not None else None) or declared.name_span
        self.accumulators: list[Name] | None = None
        self.problem: Problem | None = None
        listed = declared.argument("accumulators")
        items = listed.value if listed is not None else None
        if isinstance(items, list) and all(item.path and len(item.path) == 1 and item.op is None for item in items):
            self.accumulators = [(item.name, item.span) for item in items]
        self._judge(keys, bare_criteria)

    def _judge(self, keys: list[str], bare_criteria: bool) -> None:
        declared = self.declared
        for meta in declared.attr.args:
            if meta.path is not None and meta.name not in keys:
                self.problem = (
                    f"#[reactor] has no argument `{meta.name}`",
                    meta.key_span or meta.span,
                    f"the keys are {', '.join(keys)}",
                )
                return
        for key, text in (("name", '"..."'), ("accumulators", "[a, b]"), ("criteria", "when_any(a)")):
            if declared.argument(key) is None:
                self.problem = (f"#[reactor] needs `{key}`", declared.attr.span, f"add `{key} = {text}`")
                return
        listed = declared.argument("accumulators")
        assert listed is not None
        if isinstance(listed.value, list):
            for item in listed.value:
                if isinstance(item.value, str) and item.path is None:
                    self.problem = (
                        "accumulators are names, not strings",
                        item.span,
                        f"write `{item.value}` without quotes",
                    )
                    return
            if not listed.value:
                self.problem = ("a reactor needs an accumulator", listed.value_span or listed.span, "name one")
                return
        criteria = declared.argument("criteria")
        inner = criteria.inner if criteria is not None else None
        if inner is None or inner.path is None or len(inner.path) != 1:
            return
        if inner.name not in MODES:
            self.problem = (
                f"no reaction mode `{inner.name}`", inner.key_span or inner.span, "write when_any(...) or when_all(...)"
            )  # fmt: skip
        elif not inner.args:
            if not bare_criteria:
                self.problem = (
                    f"`{inner.name}` needs its accumulators", inner.span, f"write `{inner.name}(a, b)`"
                )  # fmt: skip
        elif self.accumulators is not None:
            known = {name for name, _ in self.accumulators}
            for item in inner.args:
                if item.path is not None and item.name not in known:
                    self.problem = (
                        f"`{item.name}` is not among the reactor's accumulators",
                        item.span,
                        f"the list has {', '.join(sorted(known))}",
                    )
                    return


def bare_type(text: str) -> str:
    """What `Option<&Name>`, `&Name` or `Name` is about: a name, a path, or a longer type as it stands."""
    while around := _AROUND.match(text.strip()):
        text = around["inside"] or around["behind"] or ""
    return text.strip()


def _surely(crate: Crate, declared: Declared) -> bool:
    conditions = [*declared.attr.conditions, *declared.item.cfgs(), *declared.mod_file.cfgs()]
    return not conditions or cfg_holds(conditions, features=crate.facts.features, test=False) is True


def graphs(crate: Crate) -> list[Graph]:
    """The graphs that a plain build surely compiles."""
    found: list[Graph] | None = crate._cache.get("graphs")
    if found is None:
        found = [
            Graph(declared, crate.contract.data["graph"]["arguments"])
            for declared in crate.facts.graphs
            if declared.macro == "computation_graph" and _surely(crate, declared)
        ]
        crate._cache["graphs"] = found
    return found


def reactors(crate: Crate) -> list[Reactor]:
    """The reactors that a plain build surely compiles."""
    found: list[Reactor] | None = crate._cache.get("reactors")
    if found is None:
        data = crate.contract.data["graph"]
        found = [
            Reactor(declared, data["reactor-arguments"], data["bare-criteria"])
            for declared in crate.facts.graphs
            if declared.macro == "reactor" and _surely(crate, declared)
        ]
        crate._cache["reactors"] = found
    return found


def hidden(crate: Crate, word: str) -> bool:
    """A macro_rules, an include or a cfg that is not known may hold more of them than is seen."""
    return bool(crate.facts.opaque(word)) or any(
        declared.macro == word and not _surely(crate, declared) for declared in crate.facts.graphs
    )


DEPENDENCIES = """--- Cargo.toml
[dependencies]
cloacina-workflow = {{ version = "{0}", features = ["packaged"] }}
cloacina-workflow-plugin = "{0}"
cloacina-computation-graph = "{0}"
cloacina-macros = "{0}"
serde_json = "1"
"""
REACTOR = """#[cloacina_macros::reactor(name = "market", accumulators = [price], criteria = when_any(price))]
pub struct Market;"""
ATTRIBUTE = """#[cloacina_macros::computation_graph(
    trigger = reactor("market"),
    graph = { assess(price) -> record },
)]"""
NODES = """    pub async fn assess(price: Option<&String>) -> Value {
        Value::from(price.cloned())
    }

    pub async fn record(assessed: &Value) -> Value {
        assessed.clone()
    }"""
METADATA = """language = "rust"
graph_name = "risk"
"""


def example(
    *, attribute: str = ATTRIBUTE, nodes: str = NODES, reactor: str = REACTOR, metadata: str = METADATA,
    version: str = "0.6.1", more: str = "", dependencies: str = "",
) -> str:  # fmt: skip
    """The files of a rule's example: a crate with one reactor and one graph, no workflow."""
    return f"""
{DEPENDENCIES.format(version)}{dependencies}
--- package.toml
[metadata]
{metadata}
--- src/lib.rs
cloacina_workflow_plugin::package!();

{reactor}

{attribute}
pub mod risk {{
    use serde_json::Value;

{nodes}
}}
{more}"""
