"""Room: a crate's Rust with Cloacina's meaning: workflows, tasks, triggers, graphs, package!() calls."""

from __future__ import annotations

from .source.rust_cfg import built

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .crate import Crate
    from .source.rust import RustFile
    from .source.rust_attr import Attr, Meta
    from .source.rust_item import Item, MacroCall
    from .source.rust_mods import ModFile
    from .source.text import Span

CRATES = {
    "cloacina",
    "cloacina_workflow",
    "cloacina_macros",
    "cloacina_workflow_plugin",
    "cloacina_computation_graph",
}
ACCUMULATORS = {
    "passthrough_accumulator",
    "stream_accumulator",
    "batch_accumulator",
    "polling_accumulator",
    "state_accumulator",
}
GRAPH_MACROS = {"computation_graph", "reactor"} | ACCUMULATORS
HIDING = ("#[task", "#[workflow", "#[trigger", "package!", "#[computation_graph", "#[reactor")
MACROS = {"workflow", "task", "trigger"} | GRAPH_MACROS
RELATIVE = ("super", "self", "crate")


class Declared:
    """An item that carries one of Cloacina's attributes.

    macro: "task", "workflow" ...; direct: written `#[task]`, the one form the workflow macro looks for.
    """

    __slots__ = ("attr", "direct", "item", "macro", "mod_file")

    def __init__(self, macro: str, attr: Attr, item: Item, mod_file: ModFile, direct: bool) -> None:
        self.macro = macro
        self.attr = attr
        self.item = item
        self.mod_file = mod_file
        self.direct = direct

    def argument(self, key: str) -> Meta | None:
        """The macro argument `key = …` or `key(…)`."""
        for meta in self.attr.args:
            if meta.path == (key,):
                return meta
        return None

    def text(self, key: str) -> str | None:
        """A macro argument's value where it is a string literal."""
        meta = self.argument(key)
        return meta.value if meta is not None and isinstance(meta.value, str) else None

    @property
    def name_span(self) -> Span:
        return self.item.name_span or self.item.span


class Workflow(Declared):
    """A `#[workflow]` module and the tasks the macro finds in it."""

    __slots__ = ("tasks",)

    def __init__(self, attr: Attr, item: Item, mod_file: ModFile, direct: bool) -> None:
        super().__init__("workflow", attr, item, mod_file, direct)
        self.tasks: list[Declared] = []


class Facts:
    """What the library target declares. Items under a cfg that a plain release build turns off are left out."""

    def __init__(self, crate: Crate) -> None:
        self.crate = crate
        self.features, _ = crate.manifest.default_features()
        self.aliases = self._crate_aliases()
        self.files: list[ModFile] = []
        self.workflows: list[Workflow] = []
        self.tasks: list[Declared] = []
        self.triggers: list[Declared] = []
        self.graphs: list[Declared] = []
        self.package_calls: list[MacroCall] = []
        self.package_calls_off: list[MacroCall] = []  # under a cfg that a plain release build turns off
        self._imports: dict[str, dict[str, tuple[str, ...]]] = {}
        modules = crate.modules
        if modules is None:
            return
        for item in modules.root.items:
            if item.kind == "extern_crate" and item.alias and item.name in self.aliases:
                self.aliases[item.alias] = self.aliases[item.name]
        for mod_file in modules.files:
            if not self.is_test_file(mod_file):
                self.files.append(mod_file)
                self._read(mod_file)

    @property
    def declares_anything(self) -> bool:
        return bool(self.workflows or self.tasks or self.triggers or self.graphs)

    # --- what is compiled ---

    def _holds(self, cfgs: list[str]) -> bool | None:
        return built(cfgs, self.features) if cfgs else True

    def surely(self, cfgs: list[str]) -> bool:
        """Whether a plain release build compiles what is under these conditions, and that is known."""
        return self._holds(cfgs) is True

    def is_test_file(self, mod_file: ModFile) -> bool:
        return self._holds(mod_file.cfgs()) is False

    def compiled(self, item: Item) -> bool:
        """Whether a plain release build compiles the item, as far as its cfg attributes tell (unknown: yes)."""
        current: Item | None = item
        while current is not None:
            if any(attr.path[-1:] == ("test",) for attr in current.attrs):
                return False
            current = current.parent
        return self._holds(item.cfgs()) is not False

    def compiled_at(self, file: RustFile, span: Span) -> bool:
        """`compiled` for the innermost item around a place."""
        innermost = None
        for item in file.walk():
            if item.span.start <= span.start and span.end <= item.span.end:
                innermost = item
        return innermost is None or self.compiled(innermost)

    # --- names ---

    def _crate_aliases(self) -> dict[str, str]:
        """Name in code -> Cloacina crate, renamed dependencies included."""
        aliases = {name: name for name in CRATES}
        for dependency in self.crate.manifest.dependencies:
            real = dependency.package.replace("-", "_")
            if real in CRATES:
                aliases[dependency.import_name] = real
        return aliases

    def imports(self, file: RustFile) -> dict[str, tuple[str, ...]]:
        """Name -> full path for every plain import of a file (`use a::b as c` gives c -> (a, b))."""
        path = file.file.path
        if path not in self._imports:
            names: dict[str, tuple[str, ...]] = {}
            for use in file.uses():
                if not use.glob and use.path:
                    name = use.alias or use.path[-1]
                    # `use super::x` in a module inside hands on what the file imports
                    if use.path[0] not in RELATIVE or use.path[-1] != name:
                        names[name] = tuple(part for part in use.path if part)
            self._imports[path] = names
        return self._imports[path]

    def resolve(self, file: RustFile, path: tuple[str, ...]) -> tuple[str, str] | None:
        """(Cloacina crate, name) that a path means in a file; crate "" where a glob, or nothing in sight, brings it."""
        parts = tuple(part for part in path if part)
        while len(parts) > 1 and parts[0] in RELATIVE:
            parts = path = parts[1:]
        imports = self.imports(file)
        for _ in range(4):
            if not parts or parts[0] not in imports or imports[parts[0]] == parts:
                break
            parts = imports[parts[0]] + parts[1:]
        if len(parts) >= 2 and parts[0] in self.aliases:
            return self.aliases[parts[0]], parts[-1]
        if len(parts) == 1 and path == parts:
            return "", parts[0]
        return None

    # --- reading ---

    def _macro(self, file: RustFile, attr: Attr) -> str | None:
        resolved = self.resolve(file, attr.path)
        return resolved[1] if resolved is not None and resolved[1] in MACROS else None

    def _read(self, mod_file: ModFile) -> None:
        file = mod_file.rust
        workflows: dict[int, Workflow] = {}
        for item in file.walk():
            if not item.attrs or not self.compiled(item):
                continue
            for attr in item.attrs:
                macro = self._macro(file, attr)
                if macro is None:
                    continue
                direct = attr.path == (macro,) and not attr.conditions
                if macro == "workflow":
                    workflow = Workflow(attr, item, mod_file, direct)
                    workflows[id(item)] = workflow
                    self.workflows.append(workflow)
                    continue
                declared = Declared(macro, attr, item, mod_file, direct)
                if macro == "task":
                    self.tasks.append(declared)
                    parent = workflows.get(id(item.parent)) if item.parent is not None else None
                    if parent is not None and direct:
                        parent.tasks.append(declared)
                elif macro == "trigger":
                    self.triggers.append(declared)
                else:
                    self.graphs.append(declared)
        for call in file.macros():
            if call.in_tokens or call.path[-1:] != ("package",):
                continue
            resolved = self.resolve(file, call.path)
            if resolved == ("", "package") and any(i.kind == "macro_rules" and i.name == "package" for i in file.items):
                continue  # a macro of their own; CL201 takes its body for unknown
            compiled = self._holds(call.cfgs()) is not False and (call.item is None or self.compiled(call.item))
            if resolved is not None:
                (self.package_calls if compiled else self.package_calls_off).append(call)

    def needed_for(self) -> dict[str, Span]:
        """What the crate uses that needs companion crates (a contract's `for`) -> the place that shows it."""
        uses: dict[str, Span] = {}
        if self.package_calls and self.crate.contract.package_macro:
            uses["package"] = self.package_calls[0].span
        for declared in self.tasks or self.workflows:
            uses.setdefault("workflow", declared.attr.span)
            graph = declared.argument("invokes") if declared.macro == "task" else None
            if graph is not None:
                uses.setdefault("invokes", graph.span)
        for trigger in self.triggers:
            uses.setdefault("trigger", trigger.attr.span)
            if trigger.argument("cron") is not None:
                uses.setdefault("cron", trigger.attr.span)
        for declared in self.graphs:
            uses.setdefault("graph", declared.attr.span)
        script = self.crate.build_script
        if script is not None:
            for path in script.paths():
                if path.segments[:1] == ("cloacina_build",):
                    uses.setdefault("build-script", path.span)
        return uses

    def mentions(self, word: str) -> Iterator[tuple[RustFile, Span]]:
        """Every place in the library's compiled code where an identifier stands."""
        for mod_file in self.files:
            for span in mod_file.rust.mentions(word):
                if self.compiled_at(mod_file.rust, span):
                    yield mod_file.rust, span

    @property
    def hidden(self) -> list[Span]:
        """What may declare workflows, tasks or triggers unseen: include!(), and macro_rules! that name them."""
        return [
            hidden.span
            for mod_file in self.files
            for hidden in mod_file.rust.opaque
            if hidden.kind == "include"
            or (hidden.kind == "macro_rules" and any(word in hidden.span.text for word in HIDING))
        ]

    def opaque(self, word: str) -> list[Span]:
        """macro_rules bodies and include!() calls that a name may hide in, so that its absence is not known."""
        return [
            hidden.span
            for mod_file in self.files
            for hidden in mod_file.rust.opaque
            if hidden.kind == "include" or word in hidden.span.text
        ]
