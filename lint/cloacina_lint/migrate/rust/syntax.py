"""Room migrate/rust/: the names that a piece of Rust uses, binds and changes, read off its syntax tree."""

from __future__ import annotations

import re

from ...source.rust_attr import COMMENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from ...source.rust import RustFile


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STRINGS = frozenset(("string_literal", "raw_string_literal"))
SCOPED = frozenset(("scoped_identifier", "scoped_type_identifier"))
NAMES = frozenset(("identifier", "type_identifier", "self", "crate", "super"))
SKIPPED = COMMENTS | STRINGS | {"char_literal", "lifetime", "label", "attribute_item", "inner_attribute_item"}
KEYWORDS = words(
    "as async await break const continue dyn else enum extern false fn for if impl in let loop match mod move mut "
    "pub ref return static struct trait true type unsafe use where while"
)
FORMATTING = words(
    "format print println eprint eprintln panic assert assert_eq assert_ne debug_assert debug_assert_eq write "
    "writeln debug_assert_ne todo unimplemented unreachable info warn error debug trace bail ensure anyhow"
)
CAPTURE = re.compile(r"(?<!\{)(?:\{\{)*\{([A-Za-z_]\w*)(?::[^{}]*)?\}")


class Ref:
    """A path as it stands in the code: its parts, `a` or `a::b`; start, end: byte offsets; macro: `!` follows."""

    __slots__ = ("end", "macro", "parts", "start")

    def __init__(self, parts: tuple[str, ...], start: int, end: int, *, macro: bool = False) -> None:
        self.parts = parts
        self.start = start
        self.end = end
        self.macro = macro


class Names:
    """refs: every path in expression, type or pattern position; bound: names that patterns, items and imports inside
    bring in; methods: names behind a dot; captured: `{name}` in format strings; leaves: returns, or gets out of a loop
    that is not its own; imports: full paths of the use declarations inside; items: names of the items inside;
    open: first parts of paths that were not bound where they stand."""

    __slots__ = ("bound", "captured", "imports", "items", "leaves", "methods", "open", "refs")

    def __init__(self) -> None:
        self.refs: list[Ref] = []
        self.bound: set[str] = set()
        self.items: set[str] = set()
        self.open: set[str] = set()
        self.methods: set[str] = set()
        self.captured: set[str] = set()
        self.imports: list[tuple[str, ...]] = []
        self.leaves = False

    @property
    def free(self) -> set[str]:
        """First parts of the paths that stand for something outside."""
        return (self.open | (self.captured - self.bound)) - self.items

    def inside(self, name: str) -> bool:
        """Whether a name only stands for something that is bound inside."""
        return name in self.items or (name in self.bound and name not in self.open)

    def see(self, ref: Ref) -> None:
        """Note a path; what is bound inside was seen before."""
        self.refs.append(ref)
        if not ref.macro and ref.parts[0] not in self.bound:
            self.open.add(ref.parts[0])

    def add(self, other: Names) -> None:
        """Note what stands further inside, or behind."""
        self.refs += other.refs
        self.open |= other.open - self.bound
        self.bound |= other.bound
        self.items |= other.items
        self.methods |= other.methods
        self.captured |= other.captured
        self.imports += other.imports
        self.leaves = self.leaves or other.leaves


def walk(node: Node) -> Iterator[Node]:
    """A node and all inside it, in order."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(top.children))


def named(node: Node) -> list[Node]:
    return [child for child in node.children if child.is_named and child.type not in COMMENTS]


def names(rust: RustFile, node: Node) -> Names:
    found = Names()
    stack: list[tuple[Node, bool]] = [(node, False)]
    while stack:
        top, looping = stack.pop()
        kind = top.type
        if kind in SKIPPED:
            continue
        if kind in SCOPED:
            stack.extend((inner, looping) for inner in _path(rust, top, found))
        elif kind in NAMES:
            found.see(Ref((_text(rust, top),), top.start_byte, top.end_byte))
        elif kind == "macro_invocation":
            _macro(rust, top, found)
        elif kind == "use_declaration":
            _use(rust, top, found)
        else:
            stops = kind in ("break_expression", "continue_expression") and not looping
            found.leaves = found.leaves or stops or kind in ("return_expression", "yield_expression")
            looping = looping or kind in ("for_expression", "while_expression", "loop_expression")
            if kind in ("closure_expression", "async_block", "function_item"):
                inner = Names()
                for child in _children(rust, top, inner):
                    part = names(rust, child)
                    part.leaves = False
                    inner.add(part)
                found.add(inner)
                continue
            stack.extend((child, looping) for child in reversed(_children(rust, top, found)))
    return found


def _children(rust: RustFile, node: Node, found: Names) -> list[Node]:
    """The children to look into; patterns and names of items are read here."""
    kind = node.type
    children = named(node)
    if kind == "field_expression":
        field = node.child_by_field_name("field")
        if field is not None:
            found.methods.add(rust.text(field))
        return [child for child in children if field is None or child.id != field.id]
    if kind in ("let_declaration", "for_expression", "let_condition", "parameter"):
        value, pattern = node.child_by_field_name("value"), node.child_by_field_name("pattern")
        if value is not None:  # the value does not know the names yet
            found.add(names(rust, value))
            children = [child for child in children if child.id != value.id]
        return _without(rust, children, pattern, found)
    if kind == "match_arm":
        pattern = node.child_by_field_name("pattern")
        if pattern is not None:
            guard = pattern.child_by_field_name("condition")
            for child in named(pattern):
                if guard is None or child.id != guard.id:
                    bind(rust, child, found)
            return ([guard] if guard is not None else []) + [c for c in children if c.id != pattern.id]
    if kind == "closure_parameters":
        for child in children:
            if child.type != "parameter":
                bind(rust, child, found)
        return [child for child in children if child.type == "parameter"]
    if kind in ("type_parameters",):
        for child in walk(node):
            if child.type == "type_identifier" and child.parent is not None and child.parent.type != "trait_bounds":
                found.bound.add(rust.text(child))
        return children
    if kind.endswith("_item") and kind not in ("impl_item", "foreign_mod_item"):
        name = node.child_by_field_name("name")
        around = node.parent.parent if node.parent is not None else None
        if name is not None and (around is None or around.type not in ("impl_item", "trait_item")):
            found.items.add(_text(rust, name))
        return [child for child in children if name is None or child.id != name.id]
    if kind == "token_tree":
        _tokens(rust, node, found, "")
        return []
    if kind == "assignment_expression":
        left = node.child_by_field_name("left")
        value = left.child_by_field_name("value") if left is not None and left.type == "field_expression" else None
        if left is not None and value is not None:
            return [
                value,
                *(child for child in children if child.id != left.id),
            ]  # a field that is only set is not used
        return children
    if kind in ("type_binding", "enum_variant"):
        name = node.child_by_field_name("name")
        return [child for child in children if name is None or child.id != name.id]
    return [child for child in children if child.type not in ("field_identifier", "visibility_modifier")]


def _without(rust: RustFile, children: list[Node], pattern: Node | None, found: Names) -> list[Node]:
    if pattern is None:
        return children
    bind(rust, pattern, found)
    return [child for child in children if child.id != pattern.id]


def bind(rust: RustFile, pattern: Node, found: Names) -> None:
    """Note what a pattern binds, and the variants and constants it names."""
    stack = [pattern]
    while stack:
        node = stack.pop()
        kind = node.type
        if kind in SKIPPED or kind in ("mutable_specifier", "field_identifier"):
            continue
        if kind in SCOPED:
            stack.extend(_path(rust, node, found))
        elif kind in ("identifier", "shorthand_field_identifier", "type_identifier"):
            text = _text(rust, node)
            if text[:1].isupper() or kind == "type_identifier":
                found.see(Ref((text,), node.start_byte, node.end_byte))
            else:
                found.bound.add(text)
        elif kind == "macro_invocation":
            _macro(rust, node, found)
        else:
            stack.extend(named(node))


def bound_by(rust: RustFile, pattern: Node) -> set[str]:
    found = Names()
    bind(rust, pattern, found)
    return found.bound


def _text(rust: RustFile, node: Node) -> str:
    return rust.text(node).removeprefix("r#")


def _path(rust: RustFile, node: Node, found: Names) -> list[Node]:
    """Note a path; gives what is inside it to look into (type arguments)."""
    parts: list[str] = []
    inside: list[Node] = []
    at: Node | None = node
    while at is not None:
        if at.type in SCOPED:
            name, path = at.child_by_field_name("name"), at.child_by_field_name("path")
            parts.append(_text(rust, name) if name is not None else "")
            at = path
        elif at.type == "generic_type":
            inside += [child for child in at.children if child.type == "type_arguments"]
            at = at.child_by_field_name("type")
        elif at.type in NAMES:
            parts.append(_text(rust, at))
            break
        elif at.type == "primitive_type":
            return inside
        else:
            return [*inside, at]
    found.see(Ref(tuple(reversed(parts)), node.start_byte, node.end_byte))
    return inside


def _use(rust: RustFile, node: Node, found: Names) -> None:
    from ...source.rust_item import Item, use_leaves

    for leaf in use_leaves(rust, Item(rust, node, "use", None, ())):
        found.imports.append((*leaf.path, "*") if leaf.glob else leaf.path)
        if leaf.name is not None:
            found.items.add(leaf.name)


def _macro(rust: RustFile, node: Node, found: Names) -> None:
    name = node.child_by_field_name("macro")
    tree = next((child for child in node.children if child.type == "token_tree"), None)
    if name is None:
        return
    parts = tuple(part.strip().removeprefix("r#") for part in rust.text(name).split("::"))
    found.see(Ref(parts, name.start_byte, name.end_byte, macro=True))
    if tree is not None:
        _tokens(rust, tree, found, parts[-1])


def leaf_tokens(tree: Node) -> list[Node]:
    """The tokens of a token tree, brackets included; literals whole, comments left out."""
    found: list[Node] = []
    stack = [tree]
    while stack:
        node = stack.pop()
        if node.type in COMMENTS:
            continue
        if node.child_count and node.type not in STRINGS | SCOPED | {"char_literal", "lifetime", "label"}:
            stack.extend(reversed(node.children))
        else:
            found.append(node)
    return found


def _tokens(rust: RustFile, tree: Node, found: Names, macro: str) -> None:
    """Read macro arguments as if they were expressions."""
    tokens = leaf_tokens(tree)
    texts = [rust.text(token) for token in tokens]
    count = len(tokens)
    formatting = macro in FORMATTING
    at = 0
    while at < count:
        token, text = tokens[at], texts[at]
        before, after = texts[at - 1] if at else "", texts[at + 1] if at + 1 < count else ""
        if token.type in STRINGS:
            if formatting:
                found.captured.update(CAPTURE.findall(text))
        elif text == "|" and before in ("(", ",", "=", "move", "|") and "|" in texts[at + 1 :]:
            close = texts.index("|", at + 1)
            inner = [t for t in texts[at + 1 : close] if t.isidentifier() and not t[0].isupper()]
            found.bound.update(inner)
            at = close
        elif text in ("return", "break", "continue"):
            found.leaves = True
        elif token.type in NAMES or (text.isidentifier() and text not in KEYWORDS and token.type != "primitive_type"):
            end = at
            parts = [text.removeprefix("r#")]
            while end + 2 < count and texts[end + 1] == "::" and texts[end + 2].isidentifier():
                parts.append(texts[end + 2])
                end += 2
            following = texts[end + 1] if end + 1 < count else ""
            if before == ".":
                found.methods.add(text)
            elif before in ("let", "for") or (before == "mut" and at > 1 and texts[at - 2] == "let"):
                found.bound.add(text)
            elif following == "!" and end + 2 < count and texts[end + 2] in "([{":
                start, stop = token.start_byte, tokens[end].end_byte
                found.see(Ref(tuple(parts), start, stop, macro=True))
                formatting = formatting or parts[-1] in FORMATTING
            elif not _is_key(before, after, _structs(texts, at) or macro != "json", formatting):
                found.see(Ref(tuple(parts), token.start_byte, tokens[end].end_byte))
            at = end
        at += 1
    if macro == "matches":
        _pattern_tokens(texts, found)


def _structs(texts: list[str], at: int) -> bool:
    """Whether the innermost braces around a token are those of a struct expression: `Point { x: 1 }`."""
    depth = 0
    for index in range(at - 1, -1, -1):
        depth += (texts[index] in (")", "]", "}")) - (texts[index] in ("(", "[", "{"))
        if depth < 0:
            name = texts[index - 1] if index else ""
            return texts[index] == "{" and name.isidentifier() and name not in KEYWORDS
    return False


def _is_key(before: str, after: str, fields: bool, formatting: bool) -> bool:
    """Whether a word is a field's name in a struct expression, or the name of a format argument."""
    field = after == ":" and before in ("{", ",") and fields
    return field or (after == "=" and before in ("(", ",") and formatting)


def _pattern_tokens(texts: list[str], found: Names) -> None:
    depth = 0
    for at, text in enumerate(texts):
        depth += (text in "([{") - (text in ")]}") if text else 0
        if text == "," and depth == 1:
            pattern = texts[at + 1 :]
            found.bound.update(t for t in pattern if t.isidentifier() and t[0].islower() and t not in KEYWORDS)
            return
