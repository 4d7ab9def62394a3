"""Room migrate/programs/: where a program runs the workflow, and the statements around it, in the order they run in.

A function that executes a workflow is read as one list of steps: blocks, conditions, `block_on(async { .. })` and
the program's own functions that lead to the execution are unfolded; loops over a collection stay loops.
"""

from __future__ import annotations

from ..rust.chains import method_of
from ..rust.syntax import Names, bound_by, named, names
from .calls import PASSES, THROUGH, UNWRAPS, WAITS, Programs, executed
from .sequence import Entry, Loop, Run, Step, Unfolded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile
    from ...source.rust_item import Item

__all__ = ["Entry", "Loop", "Programs", "Run", "Step", "Unfolded", "unfold"]

MAX_DEPTH, MAX_STEPS = 6, 400


class Unfolding:
    """One walk through an entry function."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.out = Unfolded()
        self.handles: dict[str, Run] = {}
        self.calls: list[str] = []
        self.condition = False

    def function(self, item: Item) -> Unfolded:
        self.out.unknown |= {param.name for param in item.params if param.name}
        if item.body is not None:
            self._block(item.rust, item.body, None, False)
        return self.out

    def _emit(self, entry: Entry) -> None:
        if len(self.out.steps) < MAX_STEPS:
            self.out.steps.append(entry)

    # --- statements ---

    def _block(self, rust: RustFile, block: Node, bind: str | None, unwrapped: bool) -> None:
        """The statements of a block; `bind`: the name that the block's value gets."""
        children = named(block)
        attributed = False
        for index, child in enumerate(children):
            kind = child.type
            if kind == "attribute_item":
                attributed = True
                continue
            last = index == len(children) - 1
            tail = last and kind not in ("let_declaration", "expression_statement") and not kind.endswith("_item")
            self._statement(rust, child, bind if tail else None, tail, unwrapped)
            attributed = False
        del attributed

    def _statement(self, rust: RustFile, node: Node, bind: str | None, tail: bool, unwrapped: bool) -> None:
        kind = node.type
        if kind in ("function_item", "use_declaration", "const_item", "static_item", "struct_item", "enum_item"):
            return
        if not self.programs.sites(rust, node, self.handles):
            if tail:
                self._tail(rust, node, bind)
            else:
                self._emit(Step(rust, node))
            return
        if kind == "let_declaration":
            pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
            name, ok = _bound(rust, pattern)
            if value is not None:
                self._expression(rust, value, name, ok)
        elif kind == "expression_statement":
            self._expression(rust, named(node)[0], None, False)
        else:
            self._expression(rust, node, bind, unwrapped)

    def _tail(self, rust: RustFile, node: Node, bind: str | None) -> None:
        """The value of a block that ran the workflow before: `result` or `Ok(result)`."""
        inner = node
        if node.type == "call_expression":
            arguments = node.child_by_field_name("arguments")
            given = named(arguments) if arguments is not None else []
            if len(given) == 1:
                inner = given[0]
        if bind is None:
            if inner.type != "unit_expression" and node.type != "unit_expression":
                self._emit(Step(rust, node, text=f"{rust.text(node)};", binds=set()))
        elif not (inner.type == "identifier" and rust.text(inner) == bind):
            self._emit(Step(rust, inner, text=f"let {bind} = {rust.text(inner)};", binds={bind}))

    # --- expressions that hold an execution ---

    def _expression(self, rust: RustFile, node: Node, bind: str | None, unwrapped: bool) -> None:
        programs, kind = self.programs, node.type
        if not programs.sites(rust, node, self.handles):
            return
        if kind == "identifier":
            self._handled(rust.text(node), bind, unwrapped)
        elif kind == "call_expression":
            self._call(rust, node, bind, unwrapped)
        elif kind == "try_expression":
            self._expression(rust, named(node)[0], bind, True)
        elif kind == "block":
            self._block(rust, node, bind, unwrapped)
        elif kind in THROUGH or kind in ("return_expression", "expression_statement"):
            for child in named(node):
                self._expression(rust, child, bind, unwrapped)
        elif kind == "closure_expression":
            parameters, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
            if parameters is not None:
                found = Names()
                for child in named(parameters):
                    found.bound |= bound_by(rust, child)
                self.out.unknown |= found.bound
            if body is not None:
                self._expression(rust, body, bind, unwrapped)
        elif kind == "for_expression":
            self._for(rust, node)
        elif kind in ("while_expression", "loop_expression"):
            self._conditional(rust, node.child_by_field_name("body"), None, unwrapped)
        elif kind == "if_expression":
            self._if(rust, node, bind, unwrapped)
        elif kind == "match_expression":
            self._match(rust, node, bind, unwrapped)
        elif kind == "field_expression":
            self._projected(rust, node, bind)
        elif kind == "macro_invocation":
            self._macro(rust, node)
        else:
            for child in named(node):
                self._expression(rust, child, None, unwrapped)

    def _macro(self, rust: RustFile, node: Node) -> None:
        """`println!("{:?}", runner.execute(..).await?.status)`: the arguments, read as a tuple in the same place."""
        from ...source import rust as reading
        from ...source.text import SourceFile

        tree = next((child for child in node.children if child.type == "token_tree"), None)
        if tree is None:
            return
        file, start, end = rust.file, rust.span(node).start, rust.span(tree).start
        plain = reading.parse(
            SourceFile(file.path, file.text[:start] + " " * (end - start) + file.text[end:], file.display)
        )
        found = plain._root.descendant_for_byte_range(tree.start_byte, tree.end_byte)
        before = len(self.out.runs)
        replaced: list[tuple[int, int, str]] = []
        for site in self.programs.sites(plain, found, self.handles) if found is not None else []:
            if executed(plain, site) is not None:
                self._expression(plain, site, "result", True)
            elif site.type == "call_expression":
                whole = _outermost(plain, site)
                name = "value" if not replaced else f"value{len(replaced) + 1}"
                self._expression(plain, whole, name, True)
                span = plain.span(whole)
                replaced.append((span.start, span.end, name))
        if len(self.out.runs) == before:
            self._emit(self._new(Run(rust, node, None, None), None, True))
        elif replaced:
            self._emit(self._with_values(rust, node, replaced))

    @staticmethod
    def _with_values(rust: RustFile, node: Node, replaced: list[tuple[int, int, str]]) -> Step:
        """`assert_eq!(run(..).await, 1)` with a variable in place of each call."""
        from ...source import rust as reading
        from ...source.text import SourceFile

        text, start = rust.text(node), rust.span(node).start
        for first, end, name in reversed(replaced):
            text = text[: first - start] + name + text[end - start :]
        step = Step(rust, node, text=f"{text};", binds=set())
        parsed = reading.parse(SourceFile("", f"fn f() {{ {text}; }}", ""))
        body = parsed.items[0].body if parsed.items else None
        if body is not None:
            step.names = names(parsed, body)
        return step

    def _new(self, run: Run, bind: str | None, unwrapped: bool) -> Run:
        run.result = bind
        run.condition = self.condition
        if bind is not None and not unwrapped:
            run.raw = True
            self.handles[bind] = run
        return run

    def _handled(self, name: str, bind: str | None, unwrapped: bool) -> None:
        run = self.handles.get(name)
        if run is not None and run.result == name and run.raw:
            run.result = bind
            run.raw = False
            if bind is not None:
                self.handles.pop(name, None)

    def _call(self, rust: RustFile, node: Node, bind: str | None, unwrapped: bool) -> None:
        given = executed(rust, node)
        if given is not None:
            call = method_of(node, rust)
            run = self._new(Run(rust, node, given[0], given[1]), bind, unwrapped)
            if call is not None and call[1] == "execute_async" and bind is not None:
                run.raw = True
                self.handles[bind] = run
            self._emit(run)
            return
        call = method_of(node, rust)
        if call is not None:
            receiver, method = call
            if method in WAITS and receiver.type == "identifier" and rust.text(receiver) in self.handles:
                name = rust.text(receiver)
                run = self.handles[name]
                run.result, run.raw = bind, not unwrapped and bind is not None
                if run.raw and bind is not None:
                    self.handles[bind] = run
                return
            if self.programs.sites(rust, receiver, self.handles):
                if method in PASSES or method in WAITS:
                    self._expression(rust, receiver, bind, unwrapped or method in UNWRAPS)
                else:
                    self._projected(rust, node, bind)
                return
        item = self.programs.callee(rust, node)
        if item is not None and item.name not in self.calls and len(self.calls) < MAX_DEPTH:
            self._enter(rust, node, item, bind, unwrapped)
            return
        arguments = node.child_by_field_name("arguments")
        for child in named(arguments) if arguments is not None else []:
            self._expression(rust, child, bind, unwrapped)

    def _enter(self, rust: RustFile, node: Node, item: Item, bind: str | None, unwrapped: bool) -> None:
        """A function of the program's own: its parameters become variables, its statements follow."""
        arguments = node.child_by_field_name("arguments")
        given = [] if arguments is None else named(arguments)
        params = item.params
        if params and params[0].name == "self":
            self.out.unknown.add("self")
            params = params[1:]
        for param, value in zip(params, given, strict=False):
            if param.name is None or param.name == rust.text(value):
                continue
            mutable = "mut " if param.pattern.startswith("mut ") else ""
            text = f"let {mutable}{param.name} = {rust.text(value)};"
            self._emit(Step(rust, value, text=text, binds={param.name}))
        self.calls.append(item.name)
        if item.body is not None:
            self._block(item.rust, item.body, bind, unwrapped)
        self.calls.pop()

    def _for(self, rust: RustFile, node: Node) -> None:
        body = node.child_by_field_name("body")
        if body is None:
            return
        opening = Loop(rust, node)
        self._emit(opening)
        self._block(rust, body, None, False)
        self._emit(Loop(rust, node, opening))

    def _conditional(self, rust: RustFile, node: Node | None, bind: str | None, unwrapped: bool) -> None:
        if node is not None:
            before, self.condition = self.condition, True
            self._expression(rust, node, bind, unwrapped)
            self.condition = before

    def _if(self, rust: RustFile, node: Node, bind: str | None, unwrapped: bool) -> None:
        condition = node.child_by_field_name("condition")
        body, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        if condition is not None and self.programs.sites(rust, condition, self.handles):
            name: str | None = None
            if condition.type == "let_condition":
                pattern, value = condition.child_by_field_name("pattern"), condition.child_by_field_name("value")
                name, ok = _bound(rust, pattern)
                if value is not None:
                    self._expression(rust, value, name if ok else None, True)
                if not ok:
                    return
            else:
                self._expression(rust, condition, "result", True)
            if name is not None and body is not None:
                self._block(rust, body, bind, unwrapped)
            return
        for part in (body, other):
            self._conditional(rust, part, bind, unwrapped)

    def _match(self, rust: RustFile, node: Node, bind: str | None, unwrapped: bool) -> None:
        value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
        arms = [child for child in named(body) if child.type == "match_arm"] if body is not None else []
        if value is not None and self.programs.sites(rust, value, self.handles):
            for arm in arms:
                pattern, then = arm.child_by_field_name("pattern"), arm.child_by_field_name("value")
                name, ok = _bound(rust, named(pattern)[0]) if pattern is not None and named(pattern) else (None, False)
                if ok and name is not None and then is not None:
                    if then.type == "identifier" and rust.text(then) == name:
                        self._expression(rust, value, bind, True)
                        return
                    self._expression(rust, value, name, True)
                    if then.type == "block":
                        self._block(rust, then, bind, unwrapped)
                    else:
                        self._tail(rust, then, bind)
                    return
            self._expression(rust, value, None, True)
            return
        for arm in arms:
            pattern, then = arm.child_by_field_name("pattern"), arm.child_by_field_name("value")
            if then is not None and self.programs.sites(rust, then, self.handles):
                if pattern is not None:
                    self.out.unknown |= bound_by(rust, pattern)
                self._conditional(rust, then, bind, unwrapped)

    def _projected(self, rust: RustFile, node: Node, bind: str | None) -> None:
        """`runner.execute(..).await?.final_context`: the result gets a name of its own."""
        at: Node = node
        while True:
            call = method_of(at, rust)
            if call is not None and call[1] not in PASSES and executed(rust, at) is None:
                at = call[0]
            elif at.type == "field_expression":
                value = at.child_by_field_name("value")
                assert value is not None
                at = value
            else:
                break
        self._expression(rust, at, "result", True)
        rest = rust.span(node).text[rust.span(at).end - rust.span(node).start :]
        if bind is not None:
            step = Step(rust, node, text=f"let {bind} = result{rest};", binds={bind})
            step.names = Names()
            step.names.captured.add("result")
            self._emit(step)


def _outermost(rust: RustFile, node: Node) -> Node:
    """A call with the `.await`, `?` and `.unwrap()` behind it."""
    while node.parent is not None:
        above = node.parent
        if above.type in ("await_expression", "try_expression"):
            node = above
        elif above.type == "field_expression" and above.parent is not None:
            call = method_of(above.parent, rust)
            if call is None or call[1] not in UNWRAPS or call[0].id != node.id:
                break
            node = above.parent
        else:
            break
    return node


def _bound(rust: RustFile, pattern: Node | None) -> tuple[str | None, bool]:
    """(the name that a pattern gives to the whole value, whether it is `Ok(name)`)."""
    if pattern is None:
        return None, False
    text = rust.text(pattern)
    if pattern.type in ("identifier", "mut_pattern"):
        return text.removeprefix("mut ").strip(), False
    if pattern.type == "tuple_struct_pattern":
        kind = pattern.child_by_field_name("type")
        inner = [child for child in named(pattern) if kind is None or child.id != kind.id]
        if kind is not None and rust.text(kind).rpartition("::")[2] == "Ok" and len(inner) == 1:
            name = rust.text(inner[0]).removeprefix("mut ").strip()
            return (name if name.isidentifier() and name != "_" else None), True
    return None, False


def unfold(programs: Programs, entry: Item) -> Unfolded:
    """The steps of an entry function that runs a workflow."""
    return Unfolding(programs).function(entry)
