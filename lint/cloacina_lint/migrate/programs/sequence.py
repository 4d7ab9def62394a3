"""Room migrate/programs/: a program as a list of steps: statements, loops, executions of a workflow."""

from __future__ import annotations

from ...source.rust_attr import COMMENTS
from ..rust.chains import changed
from ..rust.syntax import Names, bind, bound_by, names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile
    from ...source.rust_item import Item
    from ...source.text import Span
    from .values import Wanted


class Frame:
    """One call of a function, or one block in it, which sees what is above. passed: names of parameters that are the
    caller's variables of the same name; wanted: what becomes of the function's value; item: the function, None for the
    program's entry."""

    __slots__ = ("above", "block", "item", "passed", "wanted")

    def __init__(self, above: Frame | None, item: Item | None, wanted: Wanted, *, block: bool = False) -> None:
        self.above = above
        self.block = block
        self.item = item
        self.wanted = wanted
        self.passed: set[str] = set()

    def seen_from(self, name: str) -> list[Frame]:
        """The frames whose variable of a name code in this one may mean."""
        found, at = [self], self
        while at.above is not None and (at.block or name in at.passed):
            at = at.above
            found.append(at)
        return found


class InFrame:
    """What stands in a list of steps. reads: whose variables it uses; writes: whose it sets."""

    __slots__ = ("reads", "writes")

    def __init__(self) -> None:
        self.reads: Frame | None = None
        self.writes: set[Frame | None] = {None}


class Step(InFrame):
    """One statement. text: as it stands, or our own; names: what it uses; binds, changes: variables. comments: those
    right above. node: None for our own text. lost: why its changes cannot be followed, where they cannot. guards: it
    ends a round of the loop around it, or the loop. origin: the condition or match that our own text is made of."""

    __slots__ = (
        "asserts", "binds", "changes", "comments", "guards", "lost", "names", "node", "origin", "rust", "span", "text",
    )  # fmt: skip

    def __init__(self, rust: RustFile, node: Node, *, text: str | None = None, binds: set[str] | None = None) -> None:
        super().__init__()
        self.rust = rust
        self.lost = ""
        self.guards = False
        self.node: Node | None = node if text is None else None
        self.origin: Node | None = None
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


class Loop(InFrame):
    """`for pattern in value {`. Its end is a Loop with `opens` set. changes: variables that its body may change."""

    __slots__ = ("binds", "changes", "names", "opens", "pattern", "rust", "span", "value")

    def __init__(self, rust: RustFile, node: Node, opens: Loop | None = None) -> None:
        super().__init__()
        body = node.child_by_field_name("body")
        self.changes = changed(rust, body) if body is not None else set()
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


class Run(InFrame):
    """One execution. workflow: the argument that names it; context: the argument's node, None where it is not in the
    test; result: the name under which the steps behind it know its result (None: nothing looks at it); condition: it
    stood under a condition, or in a loop without an end. raw: how many Results `result` is in; started: it is a handle
    that was not waited for; mutable: `let mut`."""

    __slots__ = ("condition", "context", "mutable", "names", "raw", "result", "rust", "span", "started", "workflow")

    def __init__(self, rust: RustFile, node: Node, workflow: Node, context: Node) -> None:
        super().__init__()
        self.rust = rust
        self.span: Span = rust.span(node)
        self.workflow = workflow
        self.context: Node | None = context
        self.names: Names = names(rust, context)
        self.result: str | None = None
        self.raw = 0
        self.started = False
        self.mutable = False
        self.condition = False


Entry = Step | Loop | Run


class Unfolded:
    """steps; unknown: names bound in ways that cannot be followed (arms, closures, parameters); doubts: (where, why)
    of what was not understood in a way that would bear a test."""

    def __init__(self) -> None:
        self.steps: list[Entry] = []
        self.unknown: set[str] = set()
        self.doubts: list[tuple[Span, str]] = []

    @property
    def runs(self) -> list[Run]:
        return [step for step in self.steps if isinstance(step, Run)]

    def judge(self) -> None:
        """Doubt a run whose end nobody waits for, and one whose Result is looked at without being unwrapped."""
        for at, run in enumerate(self.steps):
            if not isinstance(run, Run):
                continue
            if run.started:
                self.doubts.append((run.span, "nothing waits for the end of this execution"))
            elif run.raw and run.result is not None and any(run.result in one.names.free for one in self.steps[at:]):
                self.doubts.append((run.span, f"`{run.result}` may be an error, and is looked at as such"))


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
