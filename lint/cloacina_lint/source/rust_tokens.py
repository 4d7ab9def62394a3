"""Room source/: what can be read in Rust token trees (macro and attribute arguments), where nothing is parsed."""

from __future__ import annotations

from .rust_attr import COMMENTS, IDENTIFIERS, Opaque, read_path
from .rust_item import MacroCall, PathRef
from .text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from .rust import RustFile
    from .rust_attr import Attr
    from .rust_item import Item

LITERALS = frozenset(("string_literal", "raw_string_literal", "char_literal", "shebang"))
SCOPED = frozenset(("scoped_identifier", "scoped_type_identifier"))
STARTS = IDENTIFIERS | SCOPED | {"::"}


class Found:
    """What one file holds beside its items; filled by the pass over the tree, then by `read` over the token trees.

    trees: (tree, item, attributes around it, mode), mode "macro", "attr", or "skip": comments and literals only.
    dead: (start, end) of comments and literals.
    """

    __slots__ = ("comments", "dead", "macros", "opaque", "paths", "rust", "trees")

    def __init__(self, rust: RustFile) -> None:
        self.rust = rust
        self.macros: list[MacroCall] = []
        self.paths: list[PathRef] = []
        self.opaque: list[Opaque] = []
        self.comments: list[Span] = []
        self.dead: list[tuple[int, int]] = []
        self.trees: list[tuple[Node, Item | None, tuple[Attr, ...], str]] = []

    def literal(self, node: Node) -> None:
        span = self.rust.span(node)
        self.dead.append((span.start, span.end))

    def comment(self, node: Node) -> None:
        span = self.rust.span(node)
        self.dead.append((span.start, span.end))
        if not node.named_child_count:
            end = span.start + len(span.text.rstrip("\r\n"))
            self.comments.append(Span(span.file, span.start, end))

    def macro(
        self, span: Span, item: Item | None, around: tuple[Attr, ...], path: tuple[str, ...], path_span: Span,
        tree: Node | None, *, in_tokens: bool, at_item: bool = False,
    ) -> None:  # fmt: skip
        call = MacroCall(self.rust, span, item, around, path, path_span, tree, in_tokens=in_tokens, at_item=at_item)
        self.macros.append(call)
        if path[-1:] == ("include",):
            self.opaque.append(Opaque("include", span))

    def read(self) -> None:
        """Read the token trees, once, and put everything in order."""
        trees, self.trees = self.trees, []
        for tree, item, around, mode in trees:
            self._tree(tree, item, around, mode)
        own = {item.name for item in self.rust.walk() if item.kind == "macro_rules"}
        for call in self.macros:
            if call.at_item and len(call.path) == 1 and call.name in own:
                self.opaque.append(Opaque("macro", call.span))
        for spans in (self.macros, self.paths, self.opaque):
            spans.sort(key=_start)
        self.comments.sort(key=lambda span: span.start)
        self.dead.sort()

    def _tree(self, tree: Node, item: Item | None, around: tuple[Attr, ...], mode: str) -> None:
        rust = self.rust
        stack = [(tree, mode != "skip")]
        while stack:
            node, reading = stack.pop()
            nodes, in_tokens = node.children, node.type != "attribute"
            kinds = [child.type for child in nodes]
            count = len(nodes)
            index = 0
            while index < count:
                kind = kinds[index]
                if kind in COMMENTS:
                    self.comment(nodes[index])
                elif kind in LITERALS:
                    self.literal(nodes[index])
                elif reading and kind in STARTS:
                    path, end = read_path(rust, nodes, index)
                    if path is None:
                        index += 1
                        continue
                    before = kinds[index - 1] if index else ""
                    behind = kind == "::" and (before == ">" or before in IDENTIFIERS)
                    span = rust.span_of(nodes[index], nodes[end - 1])
                    if len(path) > 1 and not behind:
                        self.paths.append(
                            PathRef(rust, span, item, around, path, in_tokens=in_tokens, in_attr=mode == "attr")
                        )
                    if path == ("macro_rules",) and kinds[end : end + 3] == ["!", "identifier", "token_tree"]:
                        self.opaque.append(Opaque("macro_rules", rust.span_of(nodes[index], nodes[end + 2])))
                        stack.append((nodes[end + 2], False))
                        end += 3
                    elif (
                        kinds[end : end + 2] == ["!", "token_tree"]
                        and nodes[end].start_byte == nodes[end - 1].end_byte  # `x !(y)` may be a macro's own syntax
                    ):
                        whole = rust.span_of(nodes[index], nodes[end + 1])
                        self.macro(whole, item, around, path, span, nodes[end + 1], in_tokens=True)
                    index = end
                    continue
                elif nodes[index].child_count:
                    stack.append((nodes[index], reading))
                index += 1


def _start(place: MacroCall | PathRef | Opaque) -> int:
    return place.span.start
