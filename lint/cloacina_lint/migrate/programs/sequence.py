"""Room migrate/programs/: a program as a list of steps: statements, loops, executions of a workflow."""

from __future__ import annotations

from ...source.rust_attr import COMMENTS
from ..rust.chains import changed
from ..rust.syntax import Names, bind, bound_by, names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile
    from ...source.text import Span


class Step:
    """One statement. text: as it stands, or our own; names: what it uses; binds, changes: variables. result: its whole
    value, where it is `let x = ..`. comments: those right above. node: None for our own text."""

    __slots__ = ("asserts", "binds", "changes", "comments", "names", "node", "rust", "span", "text")

    def __init__(self, rust: RustFile, node: Node, *, text: str | None = None, binds: set[str] | None = None) -> None:
        self.rust = rust
        self.node: Node | None = node if text is None else None
        self.span: Span = rust.span(node)
        self.text = rust.text(node) if text is None else text
        self.names: Names = names(rust, node)
        self.comments = "" if text is not None else _comments_above(rust, node)
        self.asserts = False
        self.changes = changed(rust, node) if text is None else set()
        if binds is not None:
            self.binds = binds
        else:
            pattern = node.child_by_field_name("pattern") if node.type == "let_declaration" else None
            self.binds = bound_by(rust, pattern) if pattern is not None else set()
        if text is None and node.type == "let_declaration":
            value = node.child_by_field_name("value")
            self.names = names(rust, value) if value is not None else Names()
            for field in ("type", "alternative"):
                part = node.child_by_field_name(field)
                if part is not None:
                    self.names.add(names(rust, part))
            pattern = node.child_by_field_name("pattern")
            if pattern is not None:
                mentioned = Names()
                bind(rust, pattern, mentioned)
                self.names.refs += mentioned.refs


class Loop:
    """`for pattern in value {`; `closes` is None. Its end is a Loop with `opens` set."""

    __slots__ = ("binds", "names", "opens", "pattern", "rust", "span", "value")

    def __init__(self, rust: RustFile, node: Node, opens: Loop | None = None) -> None:
        self.rust = rust
        self.opens = opens
        pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        assert pattern is not None
        assert value is not None
        self.pattern: Node = pattern
        self.value: Node = value
        self.names: Names = names(rust, value)
        self.binds = bound_by(rust, pattern)
        self.span: Span = rust.span(node)


class Run:
    """One execution. workflow: the argument that names it; context: the argument's node, None where it cannot be read;
    result: the name under which the steps behind it know its result (None: nothing looks at it); condition: it stood
    under a condition, or in a loop without an end. raw: `result` is a Result, not unwrapped."""

    __slots__ = ("condition", "context", "names", "raw", "result", "rust", "span", "workflow")

    def __init__(self, rust: RustFile, node: Node, workflow: Node | None, context: Node | None) -> None:
        self.rust = rust
        self.span: Span = rust.span(node)
        self.workflow = workflow
        self.context = context
        self.names: Names = names(rust, context) if context is not None else Names()
        self.result: str | None = None
        self.raw = False
        self.condition = False


Entry = Step | Loop | Run


class Unfolded:
    """steps; unknown: names bound in ways that cannot be followed (arms, closures, parameters)."""

    def __init__(self) -> None:
        self.steps: list[Entry] = []
        self.unknown: set[str] = set()

    @property
    def runs(self) -> list[Run]:
        return [step for step in self.steps if isinstance(step, Run)]


def _comments_above(rust: RustFile, node: Node) -> str:
    """The comments on the lines right above a statement."""
    above: list[Node] = []
    at = node.prev_sibling
    while at is not None and at.type in COMMENTS and not at.is_error:
        before = at.prev_sibling
        if before is not None and before.end_point.row == at.start_point.row:
            break  # it belongs to the line before
        if rust.text(at).startswith(("///", "//!")):
            break
        above.append(at)
        at = before
    return "\n".join(rust.text(comment).rstrip() for comment in reversed(above))
