"""Room source/: Rust attributes and what stands between their brackets, as values with positions.

Nothing here raises on bad Rust: what is not understood is an `Opaque` with its text.
"""

from __future__ import annotations

from .rust_literal import decode_literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from tree_sitter import Node

    from .text import Span

    class Text(Protocol):
        """What this module needs of a RustFile."""

        def span(self, node: Node) -> Span: ...
        def span_of(self, first: Node, last: Node) -> Span: ...
        def text(self, node: Node) -> str: ...


COMMENTS = frozenset(("line_comment", "block_comment"))
IDENTIFIERS = frozenset(
    ("identifier", "type_identifier", "field_identifier", "primitive_type", "self", "super", "crate", "metavariable")
)
OPENING = frozenset("([{")
CLOSING = frozenset(")]}")
OPERATORS = frozenset(("=", ":", "->", "=>"))


class Opaque:
    """Source that stands for something only the compiler knows.

    kind: "expression" (a value that is not a literal), "macro_rules" (a macro's definition), "include" (a call of
    include!), "macro" (a call, at item position, of a macro_rules! macro of the same file: it may expand to items).
    """

    __slots__ = ("kind", "span")

    def __init__(self, kind: str, span: Span) -> None:
        self.kind = kind
        self.span = span

    @property
    def text(self) -> str:
        return self.span.text

    def __repr__(self) -> str:
        return f"Opaque({self.kind}, {self.text!r})"


if TYPE_CHECKING:
    Value = str | bytes | int | float | bool | list["Meta"] | Opaque | None


class Meta:
    """One comma-separated piece of a token tree: `key`, `key = value`, `key(args)`, `"literal"`, or free tokens.

    path: the key, `("a", "b")` for `a::b`, None for a literal or free tokens; key_span: its place.
    args: the pieces between the brackets of `key(...)`, `key[...]` or `key{...}`, else None.
    op: "=", and for free-form trees ":", "->", "=>"; None where nothing follows the key.
    value: after "=", or the literal itself: str, bytes (`b".."`, `c".."`), int, float, bool, a list of Meta for
    `[a, b]`, else Opaque; None where there is none. inner: a value that is not a literal, read as a Meta again
    (`all(x)` gives path ("all",) and args; `{ a -> b }` gives path None and args).
    """

    __slots__ = ("_args", "_args_node", "_inner", "_rust", "_value", "_value_nodes", "key_span", "op", "path", "span")

    def __init__(self, rust: Text, nodes: Sequence[Node]) -> None:
        self._rust = rust
        self.span: Span = rust.span_of(nodes[0], nodes[-1])
        self.path, at = read_path(rust, nodes, 0)
        self.key_span: Span | None = rust.span_of(nodes[0], nodes[at - 1]) if self.path else None
        self._args_node: Node | None = None
        self.op: str | None = None
        rest = nodes
        if at < len(nodes) and nodes[at].type == "token_tree" and (self.path or len(nodes) == 1):
            self._args_node = nodes[at]
            at += 1
        if self.path or self._args_node is not None:
            rest = nodes[at:]
            if len(rest) > 1 and rest[0].type in OPERATORS:
                self.op = rest[0].type
                rest = rest[1:]
        self._value_nodes = rest
        self._args: list[Meta] | None = None
        self._value: Value = None
        self._inner: Meta | None = None

    @property
    def name(self) -> str:
        """The key as text, `a::b`; "" where there is none."""
        return "::".join(self.path) if self.path else ""

    @property
    def args(self) -> list[Meta] | None:
        if self._args is None and self._args_node is not None:
            self._args = metas(self._rust, self._args_node)
        return self._args

    @property
    def args_span(self) -> Span | None:
        return None if self._args_node is None else self._rust.span(self._args_node)

    @property
    def value(self) -> Value:
        if self._value is None:
            nodes: Sequence[Node] = self._value_nodes
            if not nodes and self.path is None and self._args_node is not None and self._is_list():
                nodes = [self._args_node]
            if nodes:
                self._value = decode(self._rust, nodes)
        return self._value

    def _is_list(self) -> bool:
        node = self._args_node
        return node is not None and node.child_count > 0 and node.children[0].type == "["

    @property
    def value_span(self) -> Span | None:
        nodes = self._value_nodes
        return self._rust.span_of(nodes[0], nodes[-1]) if nodes else None

    @property
    def inner(self) -> Meta | None:
        if self._inner is None and self.op is not None and isinstance(self.value, Opaque):
            self._inner = Meta(self._rust, self._value_nodes)
        return self._inner

    def __repr__(self) -> str:
        return f"Meta({self.span.text!r})"


class Attr:
    """One attribute, or one that a `cfg_attr` gives.

    path: ("cloacina_workflow", "task"); span: the whole `#[...]`; meta_span: the attribute without brackets (in a
    cfg_attr: this attribute alone). args: pieces between the brackets ([] where there are none: see args_span).
    value: of `#[key = value]`, as in Meta. conditions: texts of the cfg_attr conditions around it, outermost first.
    `unsafe(..)` around an attribute is taken off. A cfg_attr stays in the list too, before those it gives.
    """

    __slots__ = (
        "_args", "_args_node", "_rust", "_value", "_value_nodes",
        "conditions", "inner", "meta_span", "path", "path_span", "span",
    )  # fmt: skip

    def __init__(self, rust: Text, span: Span, nodes: Sequence[Node], *, inner: bool, conditions: list[str]) -> None:
        path, at = read_path(rust, nodes, 0)
        if path == ("unsafe",) and at < len(nodes) and nodes[at].type == "token_tree":
            unwrapped = pieces(nodes[at])
            if len(unwrapped) == 1:
                nodes = unwrapped[0]
                path, at = read_path(rust, nodes, 0)
        self._rust = rust
        self.span = span
        self.inner = inner
        self.conditions = conditions
        self.path: tuple[str, ...] = path or ()
        self.meta_span: Span = rust.span_of(nodes[0], nodes[-1])
        self.path_span: Span = rust.span_of(nodes[0], nodes[at - 1]) if path else self.meta_span
        self._args_node: Node | None = None
        self._value_nodes: Sequence[Node] = ()
        if at < len(nodes) and nodes[at].type == "token_tree":
            self._args_node = nodes[at]
        elif at < len(nodes) and nodes[at].type == "=":
            self._value_nodes = nodes[at + 1 :]
        self._args: list[Meta] | None = None
        self._value: Value = None

    @property
    def name(self) -> str:
        """The last part of the path; "" where it cannot be read."""
        return self.path[-1] if self.path else ""

    @property
    def via_cfg_attr(self) -> bool:
        return bool(self.conditions)

    @property
    def args(self) -> list[Meta]:
        if self._args is None:
            self._args = [] if self._args_node is None else metas(self._rust, self._args_node)
        return self._args

    @property
    def args_span(self) -> Span | None:
        """The arguments with their brackets; None for a bare `#[path]`."""
        return None if self._args_node is None else self._rust.span(self._args_node)

    @property
    def args_node(self) -> Node | None:
        return self._args_node

    @property
    def value(self) -> Value:
        if self._value is None and self._value_nodes:
            self._value = decode(self._rust, self._value_nodes)
        return self._value

    @property
    def value_span(self) -> Span | None:
        nodes = self._value_nodes
        return self._rust.span_of(nodes[0], nodes[-1]) if nodes else None

    def get(self, key: str) -> Meta | None:
        """The first argument with this one-part key."""
        for meta in self.args:
            if meta.path == (key,):
                return meta
        return None

    def __repr__(self) -> str:
        return f"Attr({self.meta_span.text!r})"


def attrs_of(rust: Text, item: Node, *, inner: bool) -> list[Attr]:
    """The attribute of an `attribute_item` node; for a cfg_attr also those it gives, in order."""
    span = rust.span(item)
    nodes: Sequence[Node]
    for child in item.children:
        if child.type == "attribute":
            nodes = [node for node in child.children if node.type not in COMMENTS]
            break
    else:
        return []
    if not nodes:
        return []
    found: list[Attr] = []
    stack: list[tuple[Sequence[Node], list[str]]] = [(nodes, [])]
    while stack:
        nodes, conditions = stack.pop()
        attr = Attr(rust, span, nodes, inner=inner, conditions=conditions)
        found.append(attr)
        if attr.path == ("cfg_attr",) and attr.args_node is not None:
            parts = pieces(attr.args_node)
            if parts:
                condition = rust.span_of(parts[0][0], parts[0][-1]).text
                stack.extend((part, [*conditions, condition]) for part in reversed(parts[1:]))
    return found


def metas(rust: Text, tree: Node) -> list[Meta]:
    """The comma-separated pieces of a token tree."""
    return [Meta(rust, piece) for piece in pieces(tree)]


def pieces(tree: Node) -> list[list[Node]]:
    """The tokens of a token tree without its brackets and comments, split at commas; empty pieces are left out."""
    nodes = tree.children
    start = 1 if nodes and nodes[0].type in OPENING else 0
    end = len(nodes) - 1 if len(nodes) > start and nodes[-1].type in CLOSING else len(nodes)
    found: list[list[Node]] = []
    piece: list[Node] = []
    for index in range(start, end):
        node = nodes[index]
        kind = node.type
        if kind == ",":
            if piece:
                found.append(piece)
                piece = []
        elif kind not in COMMENTS:
            piece.append(node)
    if piece:
        found.append(piece)
    return found


def is_word(node: Node) -> bool:
    """Whether a token is an identifier or a keyword."""
    kind = node.type
    return kind in IDENTIFIERS or (not node.is_named and kind.isidentifier())


def read_path(rust: Text, nodes: Sequence[Node], at: int) -> tuple[tuple[str, ...] | None, int]:
    """The path `a::b` that begins at nodes[at] and the index behind it; (None, at) where there is none.

    A leading `::` is the first part "". `r#` is taken off. A `scoped_identifier` node counts as a path of its own.
    """
    if at < len(nodes) and nodes[at].type in ("scoped_identifier", "scoped_type_identifier"):
        return tuple(part.strip().removeprefix("r#") for part in _plain(rust, nodes[at]).split("::")), at + 1
    parts: list[str] = []
    index = at
    if index < len(nodes) and nodes[index].type == "::":
        parts.append("")
        index += 1
    end = at
    while index < len(nodes) and is_word(nodes[index]):
        parts.append(rust.text(nodes[index]).removeprefix("r#"))
        end = index + 1
        if end < len(nodes) and nodes[end].type == "::":
            index = end + 1
        else:
            break
    return (tuple(parts), end) if end > at else (None, at)


def _plain(rust: Text, node: Node) -> str:
    """The text of a path node without comments."""
    stack, out = [node], []
    while stack:
        top = stack.pop()
        if top.type in COMMENTS:
            continue
        if top.child_count:
            stack.extend(reversed(top.children))
        else:
            out.append(rust.text(top))
    return "".join(out)


def decode(rust: Text, nodes: Sequence[Node]) -> Value:
    """The value of some tokens: a literal, a negative number, a list, else Opaque."""
    first = nodes[0]
    if len(nodes) == 1 and first.type == "token_tree" and first.child_count and first.children[0].type == "[":
        return metas(rust, first)
    sign = ""
    if len(nodes) == 1 and first.type == "unary_expression":
        nodes = first.children
    if len(nodes) == 2 and nodes[0].type == "-":
        sign, nodes = "-", nodes[1:]
    if len(nodes) == 1:
        value = decode_literal(nodes[0].type, rust.text(nodes[0]), sign)
        if value is not None:
            return value
    return Opaque("expression", rust.span_of(first, nodes[-1]))
