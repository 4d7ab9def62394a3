"""Room source/: what a Rust file holds: items, parameters, imports, macro calls, paths. Plain values with positions."""

from __future__ import annotations

from .rust_attr import COMMENTS, Attr, Meta, metas, read_path
from .rust_cfg import cfg_conditions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from .rust import RustFile
    from .text import Span

KINDS = {
    "mod_item": "mod",
    "function_item": "fn",
    "function_signature_item": "fn",
    "struct_item": "struct",
    "enum_item": "enum",
    "union_item": "union",
    "const_item": "const",
    "static_item": "static",
    "type_item": "type",
    "associated_type": "type",
    "trait_item": "trait",
    "impl_item": "impl",
    "use_declaration": "use",
    "extern_crate_declaration": "extern_crate",
    "macro_definition": "macro_rules",
    "foreign_mod_item": "foreign_mod",
}


class Item:
    """One item.

    kind: "mod", "fn", "struct", "enum", "union", "const", "static", "type", "trait", "impl", "use", "extern_crate",
    "macro_rules" or "foreign_mod". name: without `r#`; for an impl its type, "" for use and foreign_mod. name_span: the
    name, else the keyword. span: the item without its attributes. keyword_span: from behind the visibility to the
    keyword's end (`async fn`): its start is where `pub ` goes. parent: the mod, fn, impl ... it stands in.
    attrs: outer attributes; inner_attrs: `#![..]` at the start of its body; around: attributes of the statements
    between it and its parent. inline: it has a body; body_span: with its braces.
    vis: "", "pub", "pub(crate)", "pub(super)", "pub(in a::b)" ... without spaces that carry no meaning.
    """

    __slots__ = (
        "_body", "_modifiers", "_params", "_return", "alias", "around", "attrs", "body_span", "children",
        "inner_attrs", "keyword_span", "kind", "name", "name_span", "node", "parent", "rust", "span", "trait",
        "vis", "vis_span",
    )  # fmt: skip

    def __init__(self, rust: RustFile, node: Node, kind: str, parent: Item | None, around: tuple[Attr, ...]) -> None:
        self.rust = rust
        self.node = node
        self.kind = kind
        self.parent = parent
        self.around = around
        self.attrs: list[Attr] = []
        self.inner_attrs: list[Attr] = []
        self.children: list[Item] = []
        self.span: Span = rust.span(node)
        self.vis = ""
        self.vis_span: Span | None = None
        self._modifiers: Node | None = None
        self._params: list[Param] | None = None
        first: Node | None = None
        keyword: Node | None = None
        for child in node.children:
            what = child.type
            if what == "visibility_modifier" and self.vis_span is None:
                self.vis_span = rust.span(child)
                self.vis = _visibility(self.vis_span.text)
                continue
            if what in COMMENTS:
                continue
            if first is None:
                first = child
            if what == "function_modifiers":
                self._modifiers = child
            elif not child.is_named or what == "crate":
                keyword = child
                if what not in ("unsafe", "async", "default", "extern"):
                    break
            elif what not in ("ERROR", "extern_modifier"):
                break
        first = first or node
        self.keyword_span: Span = rust.span_of(first, keyword or first)
        name = node.child_by_field_name("type" if kind == "impl" else "name")
        self.name = rust.text(name).removeprefix("r#") if name is not None else ""
        self.name_span: Span = rust.span(name) if name is not None else self.keyword_span
        trait = node.child_by_field_name("trait") if kind == "impl" else None
        self.trait: str | None = rust.text(trait) if trait is not None else None
        alias = node.child_by_field_name("alias") if kind == "extern_crate" else None
        self.alias: str | None = rust.text(alias).removeprefix("r#") if alias is not None else None
        self._return = node.child_by_field_name("return_type") if kind == "fn" else None
        self._body = node.child_by_field_name("body")
        self.body_span: Span | None = rust.span(self._body) if self._body is not None else None

    @property
    def inline(self) -> bool:
        return self._body is not None

    @property
    def body(self) -> Node | None:
        return self._body

    def _modified(self, word: str) -> bool:
        return self._modifiers is not None and any(child.type == word for child in self._modifiers.children)

    @property
    def is_async(self) -> bool:
        return self._modified("async")

    @property
    def is_unsafe(self) -> bool:
        return self._modified("unsafe")

    @property
    def is_const(self) -> bool:
        return self._modified("const")

    @property
    def is_extern(self) -> bool:
        return self._modified("extern_modifier")

    @property
    def return_type(self) -> str | None:
        return None if self._return is None else self.rust.text(self._return)

    @property
    def return_span(self) -> Span | None:
        return None if self._return is None else self.rust.span(self._return)

    @property
    def params(self) -> list[Param]:
        if self._params is None:
            node = self.node.child_by_field_name("parameters") if self.kind == "fn" else None
            self._params = [] if node is None else _params(self.rust, node)
        return self._params

    @property
    def mod_path(self) -> tuple[str, ...]:
        """Names of the inline modules around it in this file, outermost first; its own is not among them."""
        names = []
        up = self.parent
        while up is not None:
            if up.kind == "mod":
                names.append(up.name)
            up = up.parent
        return tuple(reversed(names))

    def attr(self, name: str) -> Attr | None:
        """The first outer attribute whose path ends with this name."""
        for attr in self.attrs:
            if attr.name == name:
                return attr
        return None

    def cfgs(self) -> list[str]:
        """Conditions of `#[cfg(..)]` on it and on all around it, the file's own `#![cfg(..)]` first."""
        chain: list[Item] = []
        up: Item | None = self
        while up is not None:
            chain.append(up)
            up = up.parent
        found = cfg_conditions(self.rust.inner_attrs)
        for item in reversed(chain):
            found += cfg_conditions(item.around)
            found += cfg_conditions(item.attrs)
            found += cfg_conditions(item.inner_attrs)
        return found

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {self.name_span!r}>"


class Param:
    """One parameter of a fn. name: None where the pattern is more than a name (`mut x` is the name x, `_` is none)."""

    __slots__ = ("name", "pattern", "span", "type")

    def __init__(self, span: Span, pattern: str, name: str | None, type_text: str) -> None:
        self.span = span
        self.pattern = pattern
        self.name = name
        self.type = type_text

    def __repr__(self) -> str:
        return f"Param({self.span.text!r})"


class Use:
    """One leaf of a use declaration.

    path: ("a", "b") for `a::b`; a leading `::` is a first part "", `a::{self}` is ("a",), `a::*` is ("a",) with glob.
    alias: after `as`, "_" allowed. span: the leaf alone. item: the declaration.
    """

    __slots__ = ("alias", "glob", "item", "path", "span")

    def __init__(self, path: tuple[str, ...], alias: str | None, glob: bool, span: Span, item: Item) -> None:
        self.path = path
        self.alias = alias
        self.glob = glob
        self.span = span
        self.item = item

    @property
    def name(self) -> str | None:
        """The name that it brings into scope; None for a glob or `as _`."""
        if self.glob or self.alias == "_":
            return None
        return self.alias or (self.path[-1] if self.path else None)

    def __repr__(self) -> str:
        return f"Use({'::'.join(self.path)}{'::*' if self.glob else ''} as {self.alias})"


class Place:
    """Something inside items. item: the innermost around it; attrs: those of the statements, fields ... around it."""

    __slots__ = ("attrs", "item", "rust", "span")

    def __init__(self, rust: RustFile, span: Span, item: Item | None, attrs: tuple[Attr, ...]) -> None:
        self.rust = rust
        self.span = span
        self.item = item
        self.attrs = attrs

    def cfgs(self) -> list[str]:
        """Conditions of `#[cfg(..)]` on it and on all around it."""
        outer = self.item.cfgs() if self.item is not None else cfg_conditions(self.rust.inner_attrs)
        return outer + cfg_conditions(self.attrs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.span.text!r})"


class MacroCall(Place):
    """`path!(args)`. in_tokens: it stands in another macro's arguments, may not be code; at_item: where items stand."""

    __slots__ = ("at_item", "in_tokens", "path", "path_span", "tree")

    def __init__(
        self, rust: RustFile, span: Span, item: Item | None, attrs: tuple[Attr, ...],
        path: tuple[str, ...], path_span: Span, tree: Node | None, *, in_tokens: bool, at_item: bool,
    ) -> None:  # fmt: skip
        super().__init__(rust, span, item, attrs)
        self.path = path
        self.path_span = path_span
        self.tree = tree
        self.in_tokens = in_tokens
        self.at_item = at_item

    @property
    def name(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def args(self) -> list[Meta]:
        return [] if self.tree is None else metas(self.rust, self.tree)

    @property
    def args_span(self) -> Span | None:
        """The arguments with their brackets."""
        return None if self.tree is None else self.rust.span(self.tree)


class PathRef(Place):
    """A path of two or more parts, generics left out; a leading `::` is a first part "", `<T as A>` is "<>".

    in_tokens: it stands in a token tree (macro arguments, attribute arguments); in_attr: in or as an attribute.
    """

    __slots__ = ("in_attr", "in_tokens", "segments")

    def __init__(
        self, rust: RustFile, span: Span, item: Item | None, attrs: tuple[Attr, ...],
        segments: tuple[str, ...], *, in_tokens: bool, in_attr: bool,
    ) -> None:  # fmt: skip
        super().__init__(rust, span, item, attrs)
        self.segments = segments
        self.in_tokens = in_tokens
        self.in_attr = in_attr


def _visibility(text: str) -> str:
    if text == "pub" or "(" not in text:
        return text
    inner = text[text.index("(") + 1 :].rpartition(")")[0].split()
    if inner[:1] == ["in"]:
        return f"pub(in {''.join(inner[1:])})"
    return f"pub({''.join(inner)})"


def _params(rust: RustFile, node: Node) -> list[Param]:
    found = []
    for child in node.children:
        kind = child.type
        if not child.is_named or kind in ("attribute_item", "ERROR") or kind in COMMENTS:
            continue
        span = rust.span(child)
        if kind == "self_parameter":
            found.append(Param(span, span.text, "self", ""))
        elif kind == "parameter":
            pattern, type_node = child.child_by_field_name("pattern"), child.child_by_field_name("type")
            plain = pattern is not None and pattern.type in ("identifier", "self")
            name = rust.text(pattern).removeprefix("r#") if pattern is not None and plain else None
            text = rust.span_of(child.children[0], pattern).text if pattern is not None else ""
            found.append(Param(span, text, name, rust.text(type_node) if type_node is not None else ""))
        elif kind == "variadic_parameter":
            found.append(Param(span, span.text, None, ""))
        else:
            found.append(Param(span, "", None, span.text))
    return found


def use_leaves(rust: RustFile, item: Item) -> list[Use]:
    """The leaves of a use declaration, in order."""
    found: list[Use] = []
    argument = item.node.child_by_field_name("argument")
    stack: list[tuple[Node, tuple[str, ...]]] = [] if argument is None else [(argument, ())]
    while stack:
        node, prefix = stack.pop()
        kind = node.type
        if kind == "use_as_clause":
            path, alias = node.child_by_field_name("path"), node.child_by_field_name("alias")
            if path is not None:
                name = rust.text(alias).removeprefix("r#") if alias is not None else None
                found.append(Use(_joined(prefix, _path(rust, path)), name, False, rust.span(node), item))
        elif kind == "use_wildcard":
            inner = [child for child in node.children if child.is_named and child.type not in COMMENTS]
            if inner:
                prefix = _joined(prefix, _path(rust, inner[0]))
            elif node.child_count and node.children[0].type == "::":
                prefix = _joined(prefix, ("",))
            found.append(Use(prefix, None, True, rust.span(node), item))
        elif kind in ("use_list", "scoped_use_list"):
            if kind == "scoped_use_list":
                path, listed = node.child_by_field_name("path"), node.child_by_field_name("list")
                start = _path(rust, path) if path is not None else ("",)
                if listed is not None:
                    stack.append((listed, _joined(prefix, start)))
            else:
                stack.extend((child, prefix) for child in reversed(node.children) if child.is_named)
        else:
            path_read = _path(rust, node)
            if path_read:
                found.append(Use(_joined(prefix, path_read), None, False, rust.span(node), item))
    return found


def _path(rust: RustFile, node: Node) -> tuple[str, ...]:
    return read_path(rust, [node], 0)[0] or ()


def _joined(prefix: tuple[str, ...], path: tuple[str, ...]) -> tuple[str, ...]:
    """`a::{self}` names a itself."""
    return prefix if prefix and path == ("self",) else prefix + path
