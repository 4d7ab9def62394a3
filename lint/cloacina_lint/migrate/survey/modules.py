"""Room migrate/survey/: the modules and items of one target, and what the names in them mean."""

from __future__ import annotations

from bisect import bisect_right

from ...source.rust_cfg import cfg_holds
from ..rust.words import Mention, bound, code, mentions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust_item import Item, Use
    from ...source.rust_mods import ModFile
    from ..library.names import Names
    from .targets import Target

DEPTH = 12
IMPORTS = ("use", "extern_crate")


class Unit:
    """One item at a module's top level, imports left out. uses: imports inside it; words: all that it mentions."""

    __slots__ = ("item", "module", "uses", "words")

    def __init__(self, item: Item, module: Module) -> None:
        self.item = item
        self.module = module
        self.uses: list[Use] = []
        self.words: list[Mention] = []

    @property
    def name(self) -> str:
        return self.item.name

    def __repr__(self) -> str:
        return f"<{'::'.join((*self.module.path, self.name))}>"


class Module:
    """One module. item: its declaration where it is inline; unit: it as an item of the module around it.

    test: only compiled for tests. methods: functions in its impls without a trait. uses: its own imports. words: what
    stands in it outside of its items.
    """

    __slots__ = ("children", "item", "methods", "mod_file", "parent", "path", "test", "unit", "units", "uses", "words")

    def __init__(self, path: tuple[str, ...], mod_file: ModFile, item: Item | None, parent: Module | None) -> None:
        self.path = path
        self.mod_file = mod_file
        self.item = item
        self.parent = parent
        self.unit: Unit | None = None
        self.children: list[Module] = []
        self.units: list[Unit] = []
        self.methods: list[Unit] = []
        self.uses: list[Use] = []
        self.words: list[Mention] = []
        self.test = False

    @property
    def root(self) -> Module:
        return self if self.parent is None else self.parent.root

    def walk(self) -> list[Module]:
        return [self, *(below for child in self.children for below in child.walk())]

    def __repr__(self) -> str:
        return f"<mod {'::'.join(('crate', *self.path))}>"


class Extern:
    """A path into another crate."""

    __slots__ = ("path",)

    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path


if TYPE_CHECKING:
    Meaning = Unit | Module | Extern | None
    Trail = list[tuple[Use, str]]


class Code:
    """All modules of a target. trails: the imports a name came through (with the name, which a glob does not say)."""

    def __init__(self, target: Target, engine: set[str], names: Names) -> None:
        self.target = target
        self.engine = engine
        self.names = names
        self.modules: list[Module] = []
        self.blanked: dict[str, str] = {}
        self.macros: dict[str, Unit] = {}
        files: dict[int, Module] = {}
        for mod_file in target.tree.files:
            parent = files.get(id(mod_file.parent)) if mod_file.parent is not None else None
            around = self._declaring(parent, mod_file) if parent is not None else None
            module = Module(mod_file.mod_path, mod_file, None, around)
            module.test = self._tests(mod_file.cfgs()) or (around is not None and around.test)
            files[id(mod_file)] = module
            if around is not None:
                around.children.append(module)
                module.unit = next((unit for unit in around.units if unit.item is mod_file.decl), None)
            self._read(module, mod_file.rust.items)
            self._place(module, mod_file)
        self.root = self.modules[0]
        self.units = [unit for module in self.modules for unit in (*module.units, *module.methods)]
        self.macros = {unit.name: unit for unit in self.units if unit.item.kind == "macro_rules"}

    # --- what is for tests alone ---

    def _tests(self, cfgs: list[str]) -> bool:
        on = set(self.target.crate.manifest.features)
        return (
            bool(cfgs)
            and cfg_holds(cfgs, features=on, test=False) is False
            and cfg_holds(cfgs, features=on, test=True) is not False
        )

    def only_tests(self, item: Item) -> bool:
        """Whether an item is compiled for tests only."""
        up: Item | None = item
        while up is not None:
            if any(attr.path[-1:] == ("test",) for attr in up.attrs):
                return True
            up = up.parent
        return self._tests(item.cfgs())

    @staticmethod
    def _declaring(file: Module, below: ModFile) -> Module:
        """The module of a file, or inside it, where `mod x;` stands."""
        assert below.decl is not None
        at = file
        for module in file.walk():
            if module.mod_file is file.mod_file and module.item is below.decl.parent:
                at = module
        return at

    def _read(self, module: Module, items: list[Item]) -> None:
        self.modules.append(module)
        for item in items:
            if item.kind == "use":
                module.uses += [use for use in module.mod_file.rust.uses() if use.item is item]
                continue
            if item.kind == "extern_crate":
                continue
            unit = Unit(item, module)
            module.units.append(unit)
            if item.kind == "mod" and item.inline:
                inner = Module((*module.path, item.name), module.mod_file, item, module)
                inner.unit = unit
                inner.test = module.test or self.only_tests(item)
                module.children.append(inner)
                self._read(inner, item.children)
            elif item.kind == "impl" and item.trait is None:
                methods = [child for child in item.children if child.kind == "fn"]
                module.methods += [Unit(child, module) for child in methods]
                for method in module.methods[-len(methods) :] if methods else ():
                    method.uses = [use for use in module.mod_file.rust.uses() if _inside(use.item, method.item)]
            elif item.kind != "mod":
                unit.uses = [use for use in module.mod_file.rust.uses() if _inside(use.item, item)]

    def _place(self, module: Module, mod_file: ModFile) -> None:
        """Hand the file's mentions to the items or modules they stand in."""
        rust = mod_file.rust
        text = self.blanked[mod_file.path] = code(rust)
        spans: list[tuple[int, int, Unit]] = []
        places: list[tuple[int, int, Module]] = []
        for inner in module.walk():
            if inner.mod_file is not mod_file:
                continue
            if inner.item is not None and inner.item.body_span is not None:
                places.append((inner.item.body_span.start, inner.item.body_span.end, inner))
            for unit in (*inner.units, *inner.methods):
                start = min([unit.item.span.start, *(attr.span.start for attr in unit.item.attrs)])
                spans.append((start, unit.item.span.end, unit))
        spans.sort(key=lambda entry: entry[:2])
        starts = [start for start, _, _ in spans]
        uses = sorted((item.span.start, item.span.end) for item in rust.walk() if item.kind in IMPORTS)
        use_starts = [start for start, _ in uses]
        for mention in mentions(rust, text):
            at = mention.start
            index = bisect_right(use_starts, at) - 1
            if index >= 0 and at < uses[index][1]:
                continue
            index = bisect_right(starts, at) - 1
            while index >= 0 and at >= spans[index][1]:
                index -= 1
            if index >= 0:
                spans[index][2].words.append(mention)
                continue
            inside = [place for start, end, place in places if start <= at < end]
            (inside[-1] if inside else module).words.append(mention)

    # --- what names mean ---

    def meaning(self, module: Module, unit: Unit | None, mention: Mention) -> tuple[Meaning, Trail]:
        """What a mention means, and the imports it takes; None where it is no item, or a local name."""
        trail: Trail = []
        segments = mention.segments
        first = segments[0]
        if len(segments) == 1:
            if mention.after[:1] == "!" and mention.after != "!=" and first in self.macros:
                return self.macros[first], trail
            if first in ("crate", "self", "super", "Self"):
                return None, trail
            called = mention.in_attr or mention.after[:1] in ("(", "!") or mention.after == "::"
            if not called and not first[:1].isupper() and unit is not None and bound(first, self._text(unit)):
                return None, trail
        if unit is not None:
            for use in unit.uses:
                if use.name == first:
                    trail.append((use, first))
                    found = self.resolve(module, use.path, trail)
                    return self._walk(found, segments[1:], trail, 0), trail
            for use in unit.uses:
                if use.glob:
                    below: Trail = [(use, first)]
                    found = self.resolve(module, use.path, below)
                    inner = self._below(found, first, below, 0)
                    if inner is not None:
                        trail += below
                        return self._walk(inner, segments[1:], trail, 0), trail
        return self.resolve(module, segments, trail), trail

    def _text(self, unit: Unit) -> str:
        return self.blanked[unit.module.mod_file.path][unit.item.span.start : unit.item.span.end]

    def resolve(
        self, module: Module, path: tuple[str, ...], trail: Trail, skip: Use | None = None, depth: int = 0
    ) -> Meaning:
        """A path as it means something in a module: an item, a module, a path into another crate, or None."""
        if depth > DEPTH or not path:
            return None
        first, rest = path[0], path[1:]
        if first == "":
            return Extern(rest) if rest else None
        at: Meaning
        if first in ("crate", "$crate"):
            at = module.root
        elif first == "self":
            at = module
        elif first == "super":
            at = module.parent
            while rest[:1] == ("super",) and isinstance(at, Module):
                at, rest = at.parent, rest[1:]
        else:
            at = self.lookup(module, first, trail, skip, depth)
            if at is None:
                return Extern(path) if first in self.engine or (rest and skip is not None) else None
        return self._walk(at, rest, trail, depth)

    def _walk(self, at: Meaning, rest: tuple[str, ...], trail: Trail, depth: int) -> Meaning:
        while rest:
            at = self._below(at, rest[0], trail, depth)
            rest = rest[1:]
        return at

    def _below(self, at: Meaning, name: str, trail: Trail, depth: int) -> Meaning:
        """A name inside a meaning; behind an item that is no module (a type's function) it is still that item."""
        if isinstance(at, Module):
            return self.lookup(at, name, trail, None, depth + 1)
        if isinstance(at, Extern):
            if at.path[:1] and at.path[0] in self.engine:
                known = self.names.glob(at.path[1:])
                if known is not None and name not in known and self.names.find((*at.path[1:], name)) is None:
                    # the engine does not export it, as far as is known: behind a module it may
                    return Extern((*at.path, name)) if at.path[1:] else None
            return Extern((*at.path, name))
        return at

    def lookup(self, module: Module, name: str, trail: Trail, skip: Use | None, depth: int) -> Meaning:
        """What a name means in a module, through its imports."""
        if depth > DEPTH:
            return None
        for unit in module.units:
            if unit.name == name and unit.item.kind not in ("impl", "macro_rules"):
                if unit.item.kind == "mod":
                    return next((child for child in module.children if child.unit is unit), unit)
                return unit
        for use in module.uses:
            if use.name == name and use is not skip:
                trail.append((use, name))
                return self.resolve(module, use.path, trail, use, depth + 1) or Extern(use.path)
        for use in module.uses:
            if not use.glob or use is skip:
                continue
            below: Trail = [(use, name)]
            target = self.resolve(module, use.path, below, use, depth + 1)
            if isinstance(target, Extern) and not (target.path and target.path[0] in self.engine):
                continue
            if isinstance(target, Extern):
                known = self.names.glob(target.path[1:])
                if known is None or name not in known:
                    continue
            found = None if target is module else self._below(target, name, below, depth + 1)
            if found is not None and not (isinstance(target, Unit)):
                trail += below
                return found
        return None


def _inside(item: Item, outer: Item) -> bool:
    up: Item | None = item
    while up is not None:
        if up is outer:
            return True
        up = up.parent
    return False
