"""Room migrate/split/: a crate's code with some of its items alone, the others imported from the shared library."""

from __future__ import annotations

import re

from ..rust import lines, sorting, uses
from ..rust.traits import methods
from ..rust.words import calls
from ..survey.modules import Module, Unit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...source.rust_item import Item, MacroCall, Use
    from ..library.fates import Word
    from ..rust.lines import Change
    from ..survey.modules import Code, Meaning
    from .dividing import Division

RELATIVE = ("crate", "self", "super")
PRIVATE = ("", "pub(self)")
NAMELESS = ("impl", "foreign_mod")


class Projection:
    """The files of the division's target with the units `keep` alone. What they use of the units `elsewhere` is
    imported from `library` (a crate's name in code), in the module where it stood, so that all paths stay right.

    files: path -> text with its byte order mark; a file of a module that is not there is left out. more: further
    changes of the original texts, path -> changes.
    """

    def __init__(
        self,
        division: Division,
        keep: set[int],
        elsewhere: set[int],
        library: str,
        edition: str,
        more: dict[str, list[Change]] | None = None,
    ) -> None:
        self.code: Code = division.code
        self.fates = division.fates
        self.keep = keep
        self.library = library
        self.edition = edition
        self._made_by = {id(module.unit): module for module in self.code.modules if module.unit is not None}
        self.alive = {id(module) for module in self.code.modules if self._lives(module)}
        self._calls = {name for unit in self.code.units if id(unit) in keep for name in self._called(unit)}
        self.needed = self._needed(elsewhere)
        self._takers: dict[int, list[Word]] = {}
        for word in self.fates.words:
            for use, _ in word.trail:
                self._takers.setdefault(id(use), []).append(word)
        # modules that the library has as a whole: the import stands for `mod`
        self.replaced = {
            id(module)
            for module in self.code.modules
            if id(module) not in self.alive
            and any(id(unit) in self.needed for below in module.walk() for unit in below.units)
        }
        self.alive |= {id(module) for module in self.code.modules if self._hands_on(module)}
        self._changes: dict[str, list[Change]] = {path: list(changes) for path, changes in (more or {}).items()}
        self._imported: dict[int, set[tuple[tuple[str, ...], str]]] = {}  # module -> (path in the library, visibility)
        for module in self.code.modules:
            if id(module) in self.alive:
                self._module(module)
        for call in division.calls:
            if id(call) not in keep:
                self._without(call)
        self._macros()
        for module in self.code.modules:
            self._import(module)
        self.files = dict(self._texts())

    # --- what is there ---

    def _lives(self, module: Module) -> bool:
        below = [unit for one in module.walk() for unit in one.units]
        kinds = [unit for unit in below if unit.item.kind != "mod"]
        if module.parent is None or any(id(unit) in self.keep for unit in kinds):
            return True
        return module.unit is not None and id(module.unit) in self.keep

    def _hands_on(self, module: Module) -> bool:
        """Whether a module of imports alone has something to hand on."""
        if module.parent is None or id(module.parent) not in self.alive:
            return False
        if not module.uses or any(unit.item.kind != "mod" for one in module.walk() for unit in one.units):
            return False
        return any(self._present(self.code.resolve(module, use.path, [], use)) for use in module.uses)

    def _needed(self, elsewhere: set[int]) -> set[int]:
        """What the kept code takes from elsewhere, directly."""
        found: set[int] = set()
        for word in self.fates.words:
            meaning = word.meaning
            if isinstance(meaning, Unit) and id(meaning) in elsewhere and self._kept(word.unit, word.module):
                found.add(id(meaning))
        for unit in self.code.units:
            called = any(child.name in self._calls for child in unit.item.children)
            if id(unit) in elsewhere and unit.item.kind == "trait" and called:
                found.add(id(unit))
        return found

    def _called(self, unit: Unit) -> set[str]:
        text = self.code.blanked[unit.module.mod_file.path]
        return calls(text[unit.item.span.start : unit.item.span.end])

    def _kept(self, unit: Unit | None, module: Module) -> bool:
        if unit is None or unit.item.kind == "mod":
            inner = module if unit is None else self._made_by.get(id(unit))
            return inner is not None and id(inner) in self.alive
        return id(unit) in self.keep

    def _present(self, meaning: Meaning) -> bool:
        """Whether an import of this finds something."""
        if isinstance(meaning, Module):
            at: Module | None = meaning
            while at is not None:
                if id(at) in self.replaced:
                    return True
                at = at.parent
            return id(meaning) in self.alive
        if isinstance(meaning, Unit):
            return id(meaning) in self.keep or id(meaning) in self.needed
        return True

    # --- changes ---

    def _change(self, path: str, change: Change) -> None:
        self._changes.setdefault(path, []).append(change)

    def _take_out(self, item: Item, path: str) -> None:
        span = lines.with_comments(item.span.file, lines.item_start(item), item.span.end)
        self._change(path, (span.start, span.end, ""))

    def _without(self, call: MacroCall) -> None:
        file = call.span.file
        end = call.span.end + (1 if file.text.startswith(";", call.span.end) else 0)
        start = min([call.span.start, *(attr.span.start for attr in call.attrs)])
        span = lines.with_comments(file, start, end)
        path = next(module.mod_file.path for module in self.code.modules if module.mod_file.rust.file is file)
        self._change(path, (span.start, span.end, ""))

    def _module(self, module: Module) -> None:
        path = module.mod_file.path
        for unit in module.units:
            if unit.item.kind == "mod":
                self._declaration(module, unit)
            elif id(unit) not in self.keep:
                if id(unit) in self.needed and unit.item.kind not in (*NAMELESS, "macro_rules"):
                    self._wanted(module, (*module.path, unit.name), unit.item.vis)
                self._take_out(unit.item, path)
        impls = {id(unit.item) for unit in module.units if id(unit) in self.keep}
        for method in module.methods:
            if id(method) not in self.keep and id(method.item.parent) in impls:
                self._take_out(method.item, path)
        self._uses(module, module.uses)
        for unit in (*module.units, *module.methods):
            if id(unit) in self.keep and unit.uses and unit.item.kind != "mod":
                self._uses(module, unit.uses)

    def _declaration(self, module: Module, unit: Unit) -> None:
        below = next((child for child in module.children if child.unit is unit), None)
        if below is None or id(below) in self.alive:
            return
        if id(below) in self.replaced and any(
            id(one) in self.needed and one.item.kind != "macro_rules" for inner in below.walk() for one in inner.units
        ):
            self._wanted(module, below.path, unit.item.vis)
        self._take_out(unit.item, module.mod_file.path)

    def _wanted(self, module: Module, path: tuple[str, ...], vis: str) -> None:
        self._imported.setdefault(id(module), set()).add((path, "" if vis in PRIVATE else vis))

    # --- imports ---

    def _uses(self, module: Module, found: list[Use]) -> None:
        declarations: dict[int, list[Use]] = {}
        for use in found:
            declarations.setdefault(id(use.item), []).append(use)
        for leaves in declarations.values():
            new = [self._leaf(module, use) for use in leaves]
            if all(leaf is not None and leaf == uses.leaf_of(use) for leaf, use in zip(new, leaves, strict=True)):
                continue
            item = leaves[0].item
            kept = [leaf for leaf in new if leaf is not None]
            if not kept:
                self._take_out(item, module.mod_file.path)
                continue
            text = item.span.file.text
            indent = text[text.rfind("\n", 0, item.span.start) + 1 : item.span.start]
            head = f"{item.vis} use " if item.vis else "use "
            written = uses.write(
                kept, head=head, indent=indent if not indent.strip() else "", edition=self.edition, sort=False
            )
            joined = f"\n{indent}".join(declaration for _, declaration in written)
            self._change(module.mod_file.path, (item.span.start, item.span.end, joined))

    def _leaf(self, module: Module, use: Use) -> uses.Leaf | None:
        """An import as it has to be now; None where what it names is not there."""
        if not use.item.vis and self._unused(module, use):
            return None
        macro = self.code.macros.get(use.path[-1]) if use.path and not use.glob else None
        if macro is not None and (len(use.path) == 1 or use.path[0] in RELATIVE):
            if id(macro) in self.keep:
                return uses.leaf_of(use)
            return ((self.library, macro.name), use.alias) if id(macro) in self.needed else None
        meaning = self.code.resolve(module, use.path, [], use)
        return uses.leaf_of(use) if self._present(meaning) else None

    def _brings_methods(self, module: Module, use: Use) -> bool:
        """Whether a trait comes through a glob whose methods are called here."""
        target = self.code.resolve(module, use.path, [], use)
        if not isinstance(target, Module):
            return True
        traits = [unit for unit in self.code.units if unit.item.kind == "trait"]
        through = [unit for unit in traits if self.code.lookup(target, unit.name, [], None, 0) is unit]
        return any(child.name in self._calls for unit in through for child in unit.item.children)

    def _unused(self, module: Module, use: Use) -> bool:
        """Whether only code that is not here took names through an import."""
        takers = self._takers.get(id(use), [])
        if takers:
            if any(self._kept(word.unit, word.module) or self._expanded(word.unit) for word in takers):
                return False
            return not (use.glob and self._brings_methods(module, use))
        known = methods(use.path) if not use.glob else set()
        return bool(known) and not known & self._calls

    def _expanded(self, unit: Unit | None) -> bool:
        """Whether code of the library is written out here: a macro's."""
        return unit is not None and unit.item.kind == "macro_rules" and id(unit) in self.needed

    def _macros(self) -> None:
        """Macros of the library are imported where they are called."""
        calling: dict[int, tuple[Module, set[str]]] = {}
        for word in self.fates.words:
            unit = word.meaning
            if not isinstance(unit, Unit) or unit.item.kind != "macro_rules" or id(unit) not in self.needed:
                continue
            if not self._kept(word.unit, word.module):
                continue
            if len(word.mention.segments) > 1:  # crate::name!
                end = word.mention.ends[-1]
                self._change(
                    word.module.mod_file.path, (word.mention.start, end, f"{self.library}::{word.mention.segments[-1]}")
                )
                continue
            module = self._handing_on(word.module)
            calling.setdefault(id(module), (module, set()))[1].add(unit.name)
        for module, names in calling.values():
            there = {use.name for use in module.uses}
            for name in names - {name for name in there if name}:
                self._wanted(module, (name,), "")

    def _handing_on(self, module: Module) -> Module:
        """The module that a module takes all names from with `use super::*`, if any, else itself."""
        for _ in range(len(self.code.modules)):
            above = next((use for use in module.uses if use.glob and use.path == ("super",)), None)
            if above is None or module.parent is None:
                break
            module = module.parent
        return module

    def _import(self, module: Module) -> None:
        wanted = self._imported.get(id(module))
        if not wanted:
            return
        path = module.mod_file.path
        items = module.item.children if module.item is not None else module.mod_file.rust.items
        group, at, indent, above, below = _place(module, items)
        text = []
        for vis in sorted({vis for _, vis in wanted}):
            leaves: list[uses.Leaf] = [((self.library, *path), None) for path, one in sorted(wanted) if one == vis]
            head = f"{vis} use " if vis else "use "
            for stem, line in uses.write(leaves, head=head, indent=indent, edition=self.edition, sort=True):
                behind = self._behind(module, group, stem)
                if vis or behind is None:
                    text.append(line)
                else:
                    start = lines.item_start(behind)
                    self._insert(path, start, f"{line}\n{indent}")
        if text:
            joined = f"\n{indent}".join(text)
            self._insert(path, at, f"{above}{indent}{joined}\n{below}")

    def _insert(self, path: str, at: int, text: str) -> None:
        """New text at an offset; behind what goes there, before what is written anew there."""
        changes = self._changes.setdefault(path, [])
        while found := next((change for change in changes if change[0] <= at < change[1]), None):
            if found[2]:
                changes.remove(found)
                changes.append((found[0], found[1], text + found[2]))
                return
            at = found[1]
        changes.append((at, at, text))

    def _gone(self, module: Module, item: Item) -> bool:
        at = lines.item_start(item)
        changes = self._changes.get(module.mod_file.path, [])
        return any(start <= at < end and not new for start, end, new in changes)

    def _behind(self, module: Module, group: list[Item], stem: tuple[str, ...]) -> Item | None:
        """The import of a sorted group that a new one goes before; None: behind the last."""
        keys = [uses.order(sorting.stem(item), self.edition) for item in group]
        if keys != sorted(keys):
            return None
        key = uses.order(stem, self.edition)
        later = [item for item, there in zip(group, keys, strict=True) if there > key]
        return next((item for item in later if not self._gone(module, item)), None)

    # --- texts ---

    def _texts(self) -> Iterator[tuple[str, str]]:
        for module in self.code.modules:
            if module.item is not None or id(module) not in self.alive:
                continue
            source = module.mod_file.rust.file
            text = lines.apply(source.text, self._changes.get(module.mod_file.path, []))
            yield module.mod_file.path, ("\ufeff" if source.bom else "") + text


def _place(module: Module, items: list[Item]) -> tuple[list[Item], int, str, str, str]:
    """Where an import goes: (the last group of imports at the top, offset, indent, what goes before it, what behind):
    behind that group, else before the first item."""
    text = module.mod_file.rust.file.text
    first = last = None
    group: list[Item] = []
    for item in items:
        if item.kind in ("use", "extern_crate"):
            if last is None or text[last.span.end : lines.item_start(item)].count("\n") > 1:
                group = []
            last = item
            group.append(item)
        elif last is not None or item.kind != "mod" or item.inline:
            first = first or item
            break
        else:
            first = first or item
    anchor = last or first
    if anchor is None:
        end = module.item.body_span.end - 1 if module.item is not None and module.item.body_span is not None else None
        return [], (len(text) if end is None else end), "", "\n", ""
    line = text.rfind("\n", 0, anchor.span.start) + 1
    indent = re.match(r"[ \t]*", text[line:])
    assert indent is not None
    if last is not None:
        end = text.find("\n", last.span.end)
        return (group, len(text), indent[0], "\n", "") if end < 0 else (group, end + 1, indent[0], "", "")
    start = lines.with_comments(anchor.span.file, lines.item_start(anchor), anchor.span.end, top=True).start
    return [], start, indent[0], "", "\n"
