"""Room migrate/programs/: where a program runs the workflow, and the statements around it, in the order they run in.

A function that executes a workflow is read as one list of steps: blocks, conditions, `block_on(async { .. })` and
the program's own functions that lead to the execution are unfolded; loops over a collection stay loops. A form that
is not known here is a doubt, and what has one is not carried: a test of it would be guessed.
"""

from __future__ import annotations

import re

from ..rust.chains import method_of
from ..rust.syntax import Names, bound_by, named
from . import branches, in_macros, tails, values
from .calls import THROUGH, UNWRAPS, WAITS, Programs, executed, last_name
from .sequence import Entry, Frame, Loop, Run, Step, Unfolded
from .values import Wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile
    from ...source.rust_item import Item

__all__ = ["Entry", "Loop", "Programs", "Run", "Step", "Unfolded", "unfold"]

MAX_DEPTH, MAX_STEPS = 6, 400
# calls that only pass on what they are given, and those that put it into a Result of their own
PASS_ON = frozenset(("block_on", "run_until", "pin", "scope"))
WRAP = frozenset(("spawn", "spawn_local", "timeout"))
# macros that look at a value and hand nothing on
LOOKING = re.compile(r"(?:debug_)?assert(?:_eq|_ne)?|e?print(?:ln)?|info|debug|warn|error|trace")
ASSERTING = re.compile(r"(?:debug_)?assert(?:_eq|_ne)?")
AS_ERROR = "this execution may end with an error, and is looked at as such"
ENDED = frozenset(("cancel", "cancel_execution", "abort", "pause", "pause_execution", "resume_execution"))


class Unfolding:
    """One walk through an entry function."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.out = Unfolded()
        self.handles: dict[str, Run] = {}
        self.frame = Frame(None, None, Wanted())
        self.calls: list[str] = []
        self.condition = False
        self.rounds = False  # the loop around, in this function, is one over a collection

    def function(self, item: Item) -> Unfolded:
        self.out.unknown |= {param.name for param in item.params if param.name}
        if item.body is not None:
            self.block(item.rust, item.body, Wanted())
        return self.out

    def emit(self, entry: Entry, writes: Frame | None = None) -> None:
        if len(self.out.steps) >= MAX_STEPS:
            self.out.doubts.append((entry.span, "the program is too long from here on"))
            return
        entry.reads, entry.writes = self.frame, {writes or self.frame}
        if isinstance(entry, Step):
            for name in entry.binds:
                self.handles.pop(name, None)
        self.out.steps.append(entry)

    def doubt(self, rust: RustFile, node: Node, why: str) -> None:
        self.out.doubts.append((rust.span(node), why))

    # --- statements ---

    def block(self, rust: RustFile, block: Node, wanted: Wanted) -> None:
        """The statements of a block, whose value is wanted."""
        around = self.frame
        if block.parent is not None and block.parent.type != "function_item":
            self.frame = Frame(around, around.item, around.wanted, block=True)
        children = named(block)
        conditional = False
        for index, child in enumerate(children):
            kind = child.type
            if kind == "attribute_item":
                conditional = conditional or rust.text(child).startswith("#[cfg")
                continue
            last = index == len(children) - 1
            tail = last and kind not in ("let_declaration", "expression_statement") and not kind.endswith("_item")
            branching = tails.branching(rust, child) if last and wanted.name is not None else None
            if branching is not None:
                child, tail = branching, True
            if conditional:
                self._of_some_builds(rust, child)
            else:
                self.statement(rust, child, wanted if tail else Wanted(), tail)
            conditional = False
        self.frame = around

    def _of_some_builds(self, rust: RustFile, node: Node) -> None:
        """A statement under `#[cfg(..)]`."""
        if self.programs.sites(rust, node, self.handles):
            self.doubt(rust, node, "whether this is compiled depends on the build")
            return
        step = Step(rust, node)
        step.lost = "`cfg`"
        self.emit(step)

    def unknown(self, rust: RustFile, pattern: Node | None, why: str) -> None:
        """Names that a pattern gives to what cannot be followed."""
        if pattern is not None:
            step = Step(rust, pattern, text="", binds=bound_by(rust, pattern))
            step.names, step.lost = Names(), why
            self.emit(step)

    def statement(self, rust: RustFile, node: Node, wanted: Wanted, tail: bool) -> None:
        kind = node.type
        if kind in ("function_item", "use_declaration", "const_item", "static_item", "struct_item", "enum_item"):
            return
        if not self.programs.sites(rust, node, self.handles):
            if tail:
                self._tail(rust, node, wanted)
                return
            step = Step(rust, node)
            if step.names.methods & ENDED:
                self.doubt(rust, node, "an execution may be ended here")
            early = self.frame.wanted.name is not None and step.names.leaves
            if early and re.search(r"\breturn\b(?!\s+Err\b)", step.text):
                self.doubt(rust, node, "a function may return here, before its end")
            if self.rounds and step.names.leaves and re.search(r"\b(?:continue|break)\b", step.text):
                step.guards = True
                step.lost = "`return`" if re.search(r"\breturn\b|\b(?:continue|break)\s+'", step.text) else ""
            self.emit(step)
        elif kind == "let_declaration":
            self._let(rust, node)
        elif kind == "expression_statement":
            self.expression(rust, named(node)[0], Wanted())
        else:
            self.expression(rust, node, wanted)

    def _let(self, rust: RustFile, node: Node) -> None:
        pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        name, ok = values.bound(rust, pattern)
        if pattern is None or value is None:
            return
        if name is None and rust.text(pattern) not in ("_", "Ok(_)"):
            self.doubt(rust, pattern, f"what is run here goes to `{rust.text(pattern)}`")
        wanted = Wanted(name, self.frame, int(ok))
        wanted.mutable = any(child.type == "mutable_specifier" for child in (*node.children, *pattern.children))
        if not ok:
            values.written_type(rust, node, wanted)
        self.expression(rust, value, wanted)

    def _bind(self, rust: RustFile, node: Node, wanted: Wanted, text: str, found: Names | None = None) -> None:
        """`let name = text;`, in the words of the function that is read, for the one that called it."""
        assert wanted.name is not None
        step = Step(rust, node, text=wanted.let(text), binds={wanted.name})
        if found is not None:
            step.names = found
            step.origin = node if node.type in tails.BRANCHING else None
        if wanted.kind_names is not None:
            step.names.add(wanted.kind_names)
        self.emit(step, wanted.frame)

    def _tail(self, rust: RustFile, node: Node, wanted: Wanted) -> None:
        """The value of a block that ran the workflow before: `result` or `Ok(result)`."""
        if wanted.name is not None and node.type in tails.BRANCHING:
            self._branching_tail(rust, node, wanted)
            return
        made, value = values.constructed(rust, node)
        if made == "Some" and not wanted.unwraps and wanted.name is not None:
            made, value = "", node
        text = rust.text(value)
        if wanted.name is None:
            if value.type != "unit_expression":
                self.emit(Step(rust, node, text=f"{rust.text(node)};", binds=set()))
            return
        if wanted.unwraps != (made in ("Ok", "Some")) or made == "Err":
            self.doubt(rust, node, "what called this function may look at it as an error")
            return
        if value.type == "identifier" and text == wanted.name and self._goes_on(text, wanted):
            return
        typed = self._typed(wanted)
        if not typed.kind and values.UNTYPED.search(text):
            self.doubt(rust, node, "what type this has is said in another place")
        self._bind(rust, value, typed, text)

    def _typed(self, wanted: Wanted) -> Wanted:
        """With the type that the function returns, where its caller writes none and it needs no import."""
        item, kind = self.frame.item, ""
        if item is not None and wanted is self.frame.wanted:
            kind = values.inside(values.returned(item), wanted.unwraps)
        if wanted.kind or not values.is_simple(kind):
            return wanted
        typed = wanted.unwrapped(0)
        typed.kind = kind
        return typed

    def _branching_tail(self, rust: RustFile, node: Node, wanted: Wanted) -> None:
        """A condition or a match that a function comes to: what it hands on in each way, or a panic."""
        made, typed = tails.unwrapped(rust, node, wanted.unwraps), self._typed(wanted)
        if made is None:
            self.doubt(rust, node, "a function comes to one of several values, in a way that is not followed")
        elif not typed.kind and not tails.has_own_type(made[1]):
            self.doubt(rust, node, "what type this has is said in another place")
        else:
            self._bind(rust, node, typed, made[0], in_macros.names_of(made[0]))

    def _goes_on(self, name: str, wanted: Wanted) -> bool:
        """Whether a function's variable becomes its caller's, of the same name."""
        for entry in reversed(self.out.steps):
            given = {entry.result} if isinstance(entry, Run) else entry.binds
            if name in given and self.frame in entry.writes:
                entry.writes.add(wanted.frame)
                return True
        return False

    # --- expressions that hold an execution ---

    def expression(self, rust: RustFile, node: Node, wanted: Wanted) -> None:
        programs, kind = self.programs, node.type
        if not programs.sites(rust, node, self.handles):
            return
        if kind in ("call_expression", "try_expression", "await_expression", "field_expression"):
            inner = values.core(programs, rust, node, self.handles)
            if inner.id != node.id:
                self._projected(rust, node, inner, wanted)
                return
        if kind == "identifier":
            self._handled(rust.text(node), wanted)
        elif kind == "call_expression":
            self._call(rust, node, wanted)
        elif kind == "try_expression":
            self.expression(rust, named(node)[0], wanted.unwrapped())
        elif kind == "block":
            self.block(rust, node, wanted)
        elif kind in THROUGH:
            for child in named(node):
                self.expression(rust, child, wanted)
        elif kind == "return_expression" and self.frame.wanted.name is None:
            self.expression(rust, named(node)[0], Wanted())
        elif kind in ("for_expression", "while_expression", "loop_expression") and wanted.name is None:
            branches.of_loop(self, rust, node)
        elif kind == "if_expression":
            branches.of_if(self, rust, node, wanted)
        elif kind == "match_expression":
            branches.of_match(self, rust, node, wanted)
        elif kind == "macro_invocation" and wanted.name is None:
            self._macro(rust, node)
        else:
            self.doubt(rust, node, "the workflow is run in an expression that is not followed")

    def _macro(self, rust: RustFile, node: Node) -> None:
        """`println!("{:?}", runner.execute(..).await?.status)`: a variable in place of each run."""
        head = node.child_by_field_name("macro")
        name = rust.text(head).rpartition("::")[2] if head is not None else ""
        read = in_macros.arguments(rust, node) if LOOKING.fullmatch(name) else None
        before, doubts = len(self.out.runs), len(self.out.doubts)
        asserts = ASSERTING.fullmatch(name) is not None
        replaced: list[tuple[int, int, str]] = []
        for site in self.programs.sites(read[0], read[1], self.handles) if read is not None else []:
            plain = read[0] if read is not None else rust
            whole = values.outermost(plain, site)
            direct = values.core(self.programs, plain, whole, self.handles)
            ran = executed(plain, site) is not None
            value = values.fresh("result" if ran else "value", rust, node)
            value += "" if not replaced else str(len(replaced) + 1)
            known = len(self.out.runs)
            self.expression(plain, direct, Wanted(value, self.frame) if ran or asserts else Wanted())
            if any(run.raw and run.result == value for run in self.out.runs[known:]):
                self.doubt(plain, site, AS_ERROR)
            span = plain.span(direct)
            replaced.append((span.start, span.end, value))
        if len(self.out.runs) == before and len(self.out.doubts) == doubts:
            self.doubt(rust, node, f"the workflow is run in `{name}!`, in a form that is not followed")
        elif asserts:
            self.emit(in_macros.with_values(rust, node, replaced))

    def _new(self, run: Run, wanted: Wanted) -> None:
        run.result = wanted.name
        run.mutable = wanted.mutable
        run.condition = self.condition
        run.raw = max(0, 1 - wanted.unwraps)
        self.emit(run, wanted.frame)
        if wanted.name is not None and (run.raw or run.started):
            self.handles[wanted.name] = run

    def _handled(self, name: str, wanted: Wanted) -> None:
        """A variable that holds a run's Result, or its future, is looked into."""
        run = self.handles.pop(name)
        run.raw = max(0, run.raw - wanted.unwraps)
        run.result, run.mutable = wanted.name, wanted.mutable
        run.writes = {wanted.frame or self.frame}
        if run.raw and wanted.name is not None:
            self.handles[wanted.name] = run

    def _call(self, rust: RustFile, node: Node, wanted: Wanted) -> None:
        call, given = method_of(node, rust), executed(rust, node)
        if given is not None:
            run = Run(rust, node, *given)
            run.started = call is not None and call[1] == "execute_async"
            self._new(run, wanted)
            return
        if call is not None:
            receiver, method = call
            if method in WAITS and receiver.type == "identifier" and rust.text(receiver) in self.handles:
                self.handles[rust.text(receiver)].started = False
                self.handles[rust.text(receiver)].raw = 1
                self._handled(rust.text(receiver), wanted)
                return
            if self.programs.sites(rust, receiver, self.handles):
                before = len(self.out.runs)
                self.expression(rust, receiver, wanted.unwrapped(int(method in UNWRAPS)))
                for run in self.out.runs[before:] if method in WAITS else []:
                    run.started, run.raw = False, max(0, 1 - wanted.unwraps)
                return
        item = self.programs.callee(rust, node)
        if item is not None:
            if item.name in self.calls or len(self.calls) >= MAX_DEPTH:
                self.doubt(rust, node, f"`{item.name}` calls itself")
            elif self.programs.several(rust, node):
                self.doubt(rust, node, f"there is more than one `{item.name}`")
            else:
                self._enter(rust, node, item, wanted)
            return
        self._wrapped(rust, node, wanted)

    def _wrapped(self, rust: RustFile, node: Node, wanted: Wanted) -> None:
        """A run in the arguments of another function."""
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        name = last_name(rust, function) if function is not None else ""
        holding = [
            child
            for child in (named(arguments) if arguments is not None else [])
            if self.programs.sites(rust, child, self.handles)
        ]
        if len(holding) == 1 and name in PASS_ON | WRAP:
            body = holding[0]
            if body.type == "closure_expression" and not bound_by(rust, body.child_by_field_name("parameters") or body):
                body = body.child_by_field_name("body") or body
            self.expression(rust, body, wanted if name in PASS_ON else wanted.unwrapped(-1))
        elif len(holding) == 1 and name == "Ok" and wanted.unwraps:
            self.expression(rust, holding[0], wanted.unwrapped(-1))
        elif len(holding) == 1 and name == "Ok" and wanted.name is None:
            self.expression(rust, holding[0], wanted)
        else:
            self.doubt(rust, node, f"the workflow is run for `{name}`, which is not followed")

    def _enter(self, rust: RustFile, node: Node, item: Item, wanted: Wanted) -> None:
        """A function of the program's own: its parameters become variables, its statements follow."""
        arguments = node.child_by_field_name("arguments")
        given = [] if arguments is None else named(arguments)
        params = item.params
        if params and params[0].name == "self":
            self.out.unknown.add("self")
            params = params[1:]
        inner = Frame(self.frame, item, wanted)
        for param, value in zip(params, given, strict=False):
            if param.name is None:
                continue
            if param.name == rust.text(value):
                inner.passed.add(param.name)
                continue
            name = Wanted(param.name, inner)
            name.mutable = param.pattern.startswith("mut ")
            kind = param.type.strip() if param.type else ""
            name.kind = tails.written_in(rust, item, kind, rust.text(value))
            if name.kind:
                name.kind_names = in_macros.names_of(f"None::<{kind}>")
            elif tails.unsettled(item, kind, rust.text(value), rust.text(node)):
                self.doubt(rust, value, f"what type `{param.name}` has is said in another place")
            self._bind(rust, value, name, rust.text(value))
        before, self.frame = (self.frame, self.rounds), inner
        self.rounds = False
        self.calls.append(item.name)
        if item.body is not None:
            self.block(item.rust, item.body, wanted)
        self.calls.pop()
        self.frame, self.rounds = before

    def _projected(self, rust: RustFile, node: Node, inner: Node, wanted: Wanted) -> None:
        """`runner.execute(..).await?.final_context`: the result gets a name of its own."""
        name = values.fresh("result", rust, node)
        before = len(self.out.runs)
        self.expression(rust, inner, Wanted(name, self.frame))
        if any(run.raw and run.result == name for run in self.out.runs[before:]):
            self.doubt(rust, node, AS_ERROR)
            return
        rest = rust.span(node).text[rust.span(inner).end - rust.span(node).start :]
        if wanted.name is not None:
            text = name + rest + "?" * wanted.unwraps
            self._bind(rust, node, wanted, text, in_macros.names_of(text))


def unfold(programs: Programs, entry: Item) -> Unfolded:
    """The steps of an entry function that runs a workflow."""
    return Unfolding(programs).function(entry)
