"""Room migrate/: where a program runs the workflow, and the statements around it, in the order in which they run.

A function that executes a workflow is read as one list of steps: blocks, conditions, `block_on(async { .. })` and
the program's own functions that lead to the execution are unfolded; loops over a collection stay loops.
"""

from __future__ import annotations

from .syntax import COMMENTS, Names, bound_by, changed, method_of, named, names, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ..source.rust import RustFile
    from ..source.rust_item import Item
    from ..source.text import Span

EXECUTES = {"execute": 2, "execute_async": 2, "execute_with_callback": 3}
WAITS = frozenset(("wait_for_completion", "wait_for_completion_with_timeout"))
UNWRAPS = frozenset(("unwrap", "expect", "unwrap_or_else"))
PASSES = UNWRAPS | {"map_err", "context", "with_context", "wrap_err", "wrap_err_with", "instrument", "boxed", "await"}
THROUGH = frozenset(("await_expression", "parenthesized_expression", "reference_expression", "unsafe_block", "async_block"))
MAX_DEPTH, MAX_STEPS = 6, 400


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
                from .syntax import bind

                bind(rust, pattern, mentioned)
                self.names.refs += mentioned.refs


class Loop:
    """`for pattern in value {`; `closes` is None. Its end is a Loop with `opens` set."""

    __slots__ = ("binds", "names", "opens", "pattern", "rust", "span", "value")

    def __init__(self, rust: RustFile, node: Node, opens: Loop | None = None) -> None:
        self.rust = rust
        self.opens = opens
        pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
        assert pattern is not None and value is not None
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


class Programs:
    """The functions of a set of files, and which of them lead to an execution."""

    def __init__(self, functions: list[Item]) -> None:
        self.functions: dict[str, Item] = {}
        for item in functions:
            self.functions.setdefault(item.name, item)
        self.running: dict[str, Item] = {}
        bodies = {name: item for name, item in self.functions.items() if item.body is not None}
        grown = True
        while grown:
            grown = False
            for name, item in bodies.items():
                if name not in self.running and item.body is not None and self.sites(item.rust, item.body):
                    self.running[name] = item
                    grown = True

    def sites(self, rust: RustFile, node: Node, handles: dict[str, Run] | None = None) -> list[Node]:
        """Where a piece of code runs a workflow, or calls what does."""
        found = []
        stack = [node]
        while stack:
            top = stack.pop()
            if self._is_site(rust, top, handles or {}):
                found.append(top)
                continue
            if top.type != "function_item" or top.id == node.id:
                stack.extend(reversed(top.children))
        return found

    def _is_site(self, rust: RustFile, node: Node, handles: dict[str, Run]) -> bool:
        if node.type == "macro_invocation":
            text = rust.text(node)
            return any(f".{word}(" in text for word in EXECUTES) and "execute(&" not in text and '"' in text
        if node.type == "identifier" and rust.text(node) in handles:
            return _unwrapped_here(node, rust)
        if node.type != "call_expression":
            return False
        if executed(rust, node) is not None:
            return True
        call = method_of(node, rust)
        if call is not None and call[1] in WAITS:
            return call[0].type == "identifier" and rust.text(call[0]) in handles
        return self.callee(rust, node) is not None

    def callee(self, rust: RustFile, node: Node) -> Item | None:
        function = node.child_by_field_name("function")
        if function is None:
            return None
        name = ""
        if function.type == "identifier":
            name = rust.text(function)
        elif function.type == "scoped_identifier":
            last = function.child_by_field_name("name")
            name = rust.text(last) if last is not None else ""
        elif function.type == "field_expression":
            field = function.child_by_field_name("field")
            name = rust.text(field) if field is not None else ""
            found = self.running.get(name)
            return found if found is not None and found.params and found.params[0].name == "self" else None
        return self.running.get(name)


def _unwrapped_here(node: Node, rust: RustFile) -> bool:
    """Whether a variable that holds a Result is looked into at this place."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "try_expression":
        return True
    if parent.type in ("match_expression", "let_condition"):
        value = parent.child_by_field_name("value")
        return value is not None and value.id == node.id
    if parent.type == "field_expression" and parent.parent is not None:
        call = method_of(parent.parent, rust)
        return call is not None and call[1] in UNWRAPS
    return False


def executed(rust: RustFile, node: Node) -> tuple[Node, Node] | None:
    """(workflow, context) of `runner.execute("name", context)`."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return None
    given = named(arguments)
    call = method_of(node, rust)
    if call is not None:
        wanted = EXECUTES.get(call[1])
        return (given[0], given[1]) if wanted == len(given) else None
    if function.type == "scoped_identifier":
        name = function.child_by_field_name("name")
        wanted = EXECUTES.get(rust.text(name)) if name is not None else None
        return (given[1], given[2]) if wanted is not None and wanted + 1 == len(given) else None
    return None


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
        elif kind in THROUGH:
            for child in named(node):
                self._expression(rust, child, bind, unwrapped)
        elif kind == "return_expression" or kind == "expression_statement":
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
        from ..source import rust as reading
        from ..source.text import SourceFile

        tree = next((child for child in node.children if child.type == "token_tree"), None)
        if tree is None:
            return
        file, start, end = rust.file, rust.span(node).start, rust.span(tree).start
        plain = reading.parse(SourceFile(file.path, file.text[:start] + " " * (end - start) + file.text[end:], file.display))
        found = plain._root.descendant_for_byte_range(tree.start_byte, tree.end_byte)
        before = len(self.out.runs)
        for site in self.programs.sites(plain, found, self.handles) if found is not None else []:
            if site.type == "call_expression":
                self._expression(plain, site, "result", True)
        if len(self.out.runs) == before:
            self._emit(self._new(Run(rust, node, None, None), None, True))

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


def unfold(programs: Programs, entry: Item) -> Unfolded:
    """The steps of an entry function that runs a workflow."""
    return Unfolding(programs).function(entry)


def mentions_engine(item: Item, words: frozenset[str]) -> bool:
    """Whether a function names one of these."""
    if item.body is None:
        return False
    return any(child.type in ("identifier", "type_identifier") and item.rust.text(child) in words for child in walk(item.body))
