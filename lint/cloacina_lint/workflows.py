"""Room: workflows as the #[workflow] macro reads them: its nodes, their ids and dependencies, and the tasks it misses.

The macro sees its module's text before anything inside is expanded or left out by a cfg, and takes the functions that
carry a literal `#[task]` whose arguments parse; every other task is left out without a word.
"""

from __future__ import annotations

from .macro_arguments import problems
from .source.rust_cfg import built

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cloacina import Declared, Workflow
    from .crate import Crate
    from .source.rust_attr import Attr, Meta
    from .source.rust_item import Item
    from .source.rust_mods import ModFile
    from .source.text import Span

# why a task is in no workflow
BY_PATH, BY_ALIAS, BY_CFG, NESTED, OUTSIDE = "path", "alias", "cfg_attr", "nested", "outside"


class Node:
    """One task, or from 0.10 one `constructor!`.

    id: None where it cannot be read; id_span: the id's value, else the function's name. dependencies: (id, place).
    parses: whether its macro takes the arguments. compiled: as cfg_holds.
    lacks_id: the version asks for an id and there is none. item: the function; None for a constructor.
    """

    __slots__ = ("attr", "compiled", "dependencies", "id", "id_span", "item", "lacks_id", "mod_file", "parses")

    def __init__(self, item: Item | None, attr: Attr | None, mod_file: ModFile, id_span: Span) -> None:
        self.item = item
        self.attr = attr
        self.mod_file = mod_file
        self.id_span = id_span
        self.id: str | None = None
        self.dependencies: list[tuple[str, Span]] = []
        self.parses = True
        self.lacks_id = False
        self.compiled: bool | None = True

    @property
    def name(self) -> str:
        return self.item.name if self.item is not None else self.id or ""


class Shape:
    """One workflow on an inline module. nodes: as the macro takes them, those a cfg turns off included.

    whole: the parser read the module without a gap, so that what is not seen is not there.
    """

    __slots__ = ("compiled", "nodes", "whole", "workflow")

    def __init__(self, workflow: Workflow, nodes: list[Node], compiled: bool | None, whole: bool) -> None:
        self.workflow = workflow
        self.nodes = nodes
        self.compiled = compiled
        self.whole = whole

    @property
    def name(self) -> str:
        return self.workflow.text("name") or self.workflow.item.name


class Absent:
    """A task that no workflow takes. reason: BY_PATH ...; shape: the workflow whose module it stands in."""

    __slots__ = ("declared", "node", "reason", "shape")

    def __init__(self, declared: Declared, node: Node, reason: str, shape: Shape | None) -> None:
        self.declared = declared
        self.node = node
        self.reason = reason
        self.shape = shape


class Structure:
    """All workflows and tasks of a crate.

    shapes: those on inline modules; tasks: every function with a task attribute that a plain build may compile,
    wherever it stands; absent: those that no workflow takes.
    """

    def __init__(self, crate: Crate) -> None:
        self.crate = crate
        self.data = crate.contract.data["structure"]
        facts = crate.facts
        self._features = facts.features
        self.shapes: list[Shape] = []
        by_item: dict[int, Shape] = {}
        for workflow in facts.workflows:
            if workflow.item.kind != "mod" or not workflow.item.inline or not self._applies(workflow.attr):
                continue
            shape = self._shape(workflow)
            self.shapes.append(shape)
            by_item[id(workflow.item)] = shape
        taken = {id(node.item): node for shape in self.shapes for node in shape.nodes if node.item is not None}
        self.tasks: list[Node] = []
        self.absent: list[Absent] = []
        for declared in facts.tasks:
            conditions = declared.attr.conditions
            if conditions and built(conditions, self._features) is False:
                continue
            node = taken.get(id(declared.item))
            if node is None:
                if declared.item.kind != "fn" or not self._is_free(declared.item):
                    continue
                node = self.read(declared.item, declared.attr, declared.mod_file)
                absent = self._absent(declared, node, by_item)
                if absent is not None:
                    self.absent.append(absent)
            if not any(node is known for known in self.tasks):
                self.tasks.append(node)

    # --- conditions ---

    def holds(self, item: Item, mod_file: ModFile) -> bool | None:
        """Whether a plain build compiles an item: True, False, or None where that cannot be known."""
        cfgs = mod_file.cfgs() + item.cfgs()
        return built(cfgs, self._features) if cfgs else True

    def _applies(self, attr: Attr) -> bool:
        return not attr.conditions or built(attr.conditions, self._features) is True

    @staticmethod
    def _is_free(item: Item) -> bool:
        return item.parent is None or item.parent.kind == "mod"

    # --- reading ---

    def _shape(self, workflow: Workflow) -> Shape:
        module, mod_file = workflow.item, workflow.mod_file
        nodes: list[Node] = []
        for item in module.children:
            if item.kind != "fn":
                continue
            for attr in item.attrs:
                if attr.path == ("task",) and not attr.conditions:
                    nodes.append(self.read(item, attr, mod_file))
                    break
        if self.data["constructors"]:
            for call in mod_file.rust.macros():
                if call.item is module and call.at_item and call.path == ("constructor",):
                    node = Node(None, None, mod_file, call.path_span)
                    self._arguments(node, call.args)
                    nodes.append(node)
        span = module.span
        whole = not any(span.start <= error.start < span.end for error in mod_file.rust.errors)
        return Shape(workflow, nodes, self.holds(module, mod_file), whole)

    def read(self, item: Item, attr: Attr, mod_file: ModFile) -> Node:
        """A task function and its attribute."""
        node = Node(item, attr, mod_file, item.name_span)
        node.compiled = self.holds(item, mod_file)
        node.parses = not problems(attr, "task", self.crate.contract)
        self._arguments(node, attr.args)
        if not self.data["task-id"]:
            if node.id == "" or attr.get("id") is None:
                node.id = item.name
        elif attr.get("id") is None and node.parses:
            node.lacks_id = True
            node.parses = False
        return node

    @staticmethod
    def _arguments(node: Node, args: list[Meta]) -> None:
        for meta in args:
            if meta.path == ("id",) and isinstance(meta.value, str):
                node.id = meta.value
                node.id_span = meta.value_span or meta.span
            elif meta.path == ("dependencies",) and isinstance(meta.value, list):
                for part in meta.value:
                    if is_string(part):
                        node.dependencies.append((str(part.value), part.span))

    # --- what is left out ---

    def _absent(self, declared: Declared, node: Node, by_item: dict[int, Shape]) -> Absent | None:
        item = declared.item
        direct = by_item.get(id(item.parent)) if item.parent is not None else None
        if direct is not None:
            if declared.attr.conditions:
                return Absent(declared, node, BY_CFG, direct)
            return Absent(declared, node, BY_PATH if len(declared.attr.path) > 1 else BY_ALIAS, direct)
        up = item.parent
        while up is not None:
            if any(id(up) == id(workflow.item) for workflow in self.crate.facts.workflows):
                return Absent(declared, node, NESTED, by_item[id(up)]) if id(up) in by_item else None
            up = up.parent
        file: ModFile | None = declared.mod_file
        while file is not None:
            # in the file of a `#[workflow] mod x;`, or of a `mod x;` inside a workflow's module
            above = file.decl
            if above is not None and any(above is workflow.item for workflow in self.crate.facts.workflows):
                return None
            while above is not None:
                if id(above) in by_item:
                    return Absent(declared, node, NESTED, by_item[id(above)])
                above = above.parent
            file = file.parent
        return Absent(declared, node, OUTSIDE, None)


def is_string(meta: Meta) -> bool:
    """Whether a piece is a string literal and nothing else."""
    return meta.path is None and meta.args is None and meta.op is None and isinstance(meta.value, str)


def closest(word: str, words: list[str]) -> str | None:
    """The one of `words` that `word` most likely stands for."""
    import difflib

    folded = {other.lower().replace("-", "_"): other for other in words}
    same = folded.get(word.lower().replace("-", "_"))
    if same is not None:
        return same
    near = difflib.get_close_matches(word, words, 1, 0.7)
    return near[0] if near else None
