"""Room source/: one Rust file: items, attributes, macro calls, imports, paths, with positions.

Reading never raises on bad Rust: what could not be parsed is in `errors`, and what stands around it is still read.
"""

from __future__ import annotations

from bisect import bisect_right

from .rust_attr import COMMENTS, IDENTIFIERS, Attr, Meta, Opaque, attrs_of, read_path
from .rust_cfg import cfg_conditions, cfg_holds
from .rust_grammar import parser
from .rust_item import KINDS, Item, MacroCall, Param, PathRef, Use, use_leaves
from .rust_tokens import LITERALS, SCOPED, Found
from .text import SourceFile, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

__all__ = [
    "Attr", "Item", "MacroCall", "Meta", "Opaque", "Param", "PathRef", "RustFile", "Use",
    "cfg_conditions", "cfg_holds", "parse",
]  # fmt: skip

BODIES = frozenset(("source_file", "declaration_list", "block"))
CONTAINERS = frozenset(("source_file", "declaration_list", "ERROR"))


def parse(file: SourceFile) -> RustFile:
    """Read a Rust file. Never raises on its content."""
    return RustFile(file)


class RustFile:
    """One Rust file.

    items: those at top level, in order; inner_attrs: `#![..]` of the file. The rest is worked out on demand and kept.
    """

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.items: list[Item] = []
        self.inner_attrs: list[Attr] = []
        text = file.text
        self._ascii = text.isascii()
        # a lone surrogate has no UTF-8 form: "?" keeps the count of characters
        self._bytes = text.encode("utf-8", "replace")
        self._continued: list[int] | None = None
        self._root: Node = parser().parse(self._bytes).root_node
        self._errors: list[Span] | None = None
        self._uses: list[Use] | None = None
        self._attrs: list[tuple[Attr, Item | None]] = []
        self._found = Found(self)
        self._complete = False
        self._scan()

    # -- positions

    def offset(self, byte: int) -> int:
        """Character offset of a byte offset."""
        if self._ascii:
            return byte
        if self._continued is None:
            self._continued = _continuation_bytes(self.file.text)
        return byte - bisect_right(self._continued, byte - 1)

    def span(self, node: Node) -> Span:
        return Span(self.file, self.offset(node.start_byte), self.offset(node.end_byte))

    def span_of(self, first: Node, last: Node) -> Span:
        """From the first node's start to the last one's end."""
        return Span(self.file, self.offset(first.start_byte), self.offset(last.end_byte))

    def text(self, node: Node) -> str:
        return self._bytes[node.start_byte : node.end_byte].decode("utf-8", "replace")

    # -- content

    def walk(self) -> Iterator[Item]:
        """All items, each before those inside it, in order."""
        stack = self.items[::-1]
        while stack:
            item = stack.pop()
            yield item
            stack.extend(reversed(item.children))

    def _all(self) -> Found:
        if not self._complete:
            self._complete = True
            self._found.read()
        return self._found

    def macros(self) -> list[MacroCall]:
        """Every macro call outside macro_rules! bodies, in order, those in another macro's arguments too."""
        return self._all().macros

    def paths(self) -> list[PathRef]:
        """Every path of two or more parts outside use declarations and macro_rules! bodies, in order."""
        return self._all().paths

    def attrs(self) -> list[tuple[Attr, Item | None]]:
        """Every attribute, on fields and statements too, with the item it stands on or in."""
        return self._attrs

    @property
    def opaque(self) -> list[Opaque]:
        """What cannot be known: see Opaque."""
        return self._all().opaque

    def uses(self) -> list[Use]:
        """The leaves of all use declarations, in order."""
        if self._uses is None:
            self._uses = [leaf for item in self.walk() if item.kind == "use" for leaf in use_leaves(self, item)]
        return self._uses

    def comments(self) -> list[Span]:
        """Comments in order, documentation left out, without the line ending."""
        return self._all().comments

    def not_code(self) -> list[tuple[int, int]]:
        """(start, end) of every comment, documentation and literal, in order."""
        return self._all().dead

    def mentions(self, word: str) -> list[Span]:
        """Where an identifier stands as code: not in comments, documentation or literals; macro arguments count."""
        text, found = self.file.text, []
        at = text.find(word) if word.isidentifier() else -1
        if at < 0:
            return []
        dead = self.not_code()
        starts = [start for start, _ in dead]
        while at >= 0:
            end = at + len(word)
            before = text[at - 1] if at else ""
            if not _in_word(before) and before != "'" and not _in_word(text[end : end + 1]):
                index = bisect_right(starts, at) - 1
                if index < 0 or at >= dead[index][1]:
                    found.append(Span(self.file, at, end))
            at = text.find(word, end)
        return found

    @property
    def errors(self) -> list[Span]:
        """Where the parser lost the thread: spans, empty where something is missing.

        Not proof of bad Rust: the grammar does not know `safe fn`, `str![..]`, `where (): T` and the like.
        """
        if self._errors is None:
            self._errors = []
            stack = [self._root] if self._root.has_error else []
            while stack:
                node = stack.pop()
                if node.is_error or node.is_missing:
                    self._errors.append(self.span(node))
                else:
                    stack.extend(child for child in reversed(node.children) if child.has_error or child.is_missing)
        return self._errors

    # -- reading

    def _scan(self) -> None:
        """One pass over the tree without its token trees: items with their attributes, and what later passes need."""
        found = self._found
        # node, item around it, attributes around it, attributes right before it, kind of what it stands in
        stack: list[tuple[Node, Item | None, tuple[Attr, ...], list[Node], str]] = [(self._root, None, (), [], "")]
        while stack:
            node, item, around, before, where = stack.pop()
            kind = node.type
            if kind in KINDS:
                made = Item(self, node, KINDS[kind], item, around)
                made.attrs = self._take(before, made)
                (self.items if item is None else item.children).append(made)
                item, around = made, ()
                if kind == "use_declaration" or kind == "macro_definition":
                    found.trees.append((node, item, around, "skip"))
                    if kind == "macro_definition":
                        found.opaque.append(Opaque("macro_rules", made.span))
                    continue
            else:
                if before:
                    around += tuple(self._take(before, item))
                if kind in SCOPED:
                    below = self._path(node, item, around)
                    stack.extend((child, item, around, [], kind) for child in reversed(below))
                    continue
                if kind == "macro_invocation":
                    self._macro(node, item, around, where)
            if kind in BODIES:
                is_body = item is None or (item.body is not None and item.body.id == node.id)
            else:
                is_body = kind == "ERROR" and item is None
            # `foo!();` at item position is an expression statement
            inside = where if kind == "expression_statement" else kind
            pending: list[Node] = []
            below_nodes: list[tuple[Node, Item | None, tuple[Attr, ...], list[Node], str]] = []
            for child in node.children:
                if not child.is_named:
                    continue
                what = child.type
                if what in COMMENTS:
                    found.comment(child)
                elif what in LITERALS:
                    found.literal(child)
                elif what == "attribute_item":
                    pending.append(child)
                elif what == "inner_attribute_item":
                    inner = self._take([child], item, inner=True)
                    if is_body:
                        (self.inner_attrs if item is None else item.inner_attrs).extend(inner)
                elif pending or (child.child_count and what not in ("token_tree", "visibility_modifier")):
                    below_nodes.append((child, item, around, pending, inside))
                    pending = []
            if pending:
                self._take(pending, item)
            below_nodes.reverse()
            stack += below_nodes

    def _take(self, nodes: list[Node], item: Item | None, *, inner: bool = False) -> list[Attr]:
        """The attributes of these nodes, which stand on or in `item`."""
        taken: list[Attr] = []
        for node in nodes:
            taken += attrs_of(self, node, inner=inner)
            self._found.trees.append((node, item, (), "attr"))
        self._attrs.extend((attr, item) for attr in taken)
        return taken

    def _macro(self, node: Node, item: Item | None, around: tuple[Attr, ...], where: str) -> None:
        name = node.child_by_field_name("macro")
        tree = next((child for child in node.children if child.type == "token_tree"), None)
        if name is None:
            return
        path = read_path(self, [name], 0)[0] or ()
        at_item = where in CONTAINERS
        self._found.macro(self.span(node), item, around, path, self.span(name), tree, in_tokens=False, at_item=at_item)
        if tree is not None:
            self._found.trees.append((tree, item, around, "macro"))

    def _path(self, node: Node, item: Item | None, around: tuple[Attr, ...]) -> list[Node]:
        """Note the path of a scoped identifier; gives what is inside it: type arguments, a type in `<..>`."""
        segments: list[str] = []
        inside: list[Node] = []
        at: Node | None = node
        while at is not None:
            kind = at.type
            if kind in SCOPED:
                name, path = at.child_by_field_name("name"), at.child_by_field_name("path")
                segments.append(self.text(name).removeprefix("r#") if name is not None else "")
                if path is None:
                    segments.append("")
                if at.named_child_count > 2:
                    inside += [child for child in at.children if child.type in COMMENTS]
                at = path
            elif kind == "generic_type":
                inside += [child for child in at.children if child.type == "type_arguments"]
                at = at.child_by_field_name("type")
            elif kind in IDENTIFIERS:
                segments.append(self.text(at).removeprefix("r#"))
                break
            else:
                segments.append("<>")
                inside.append(at)
                break
        segments.reverse()
        path_ref = PathRef(self, self.span(node), item, around, tuple(segments), in_tokens=False, in_attr=False)
        self._found.paths.append(path_ref)
        return inside


def _in_word(character: str) -> bool:
    return character == "_" or character.isalnum()


def _continuation_bytes(text: str) -> list[int]:
    """Byte offsets of UTF-8 bytes that do not begin a character."""
    found: list[int] = []
    at = 0
    for line in text.split("\n"):
        if line.isascii():
            at += len(line) + 1
            continue
        for character in line:
            size = 1 if character < "\x80" or "\ud800" <= character <= "\udfff" else len(character.encode())
            found.extend(range(at + 1, at + size))
            at += size
        at += 1
    return found
