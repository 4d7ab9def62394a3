"""Room migrate/library/: imports and paths of the library's code: from the engine to packaged crates, none unused."""

from __future__ import annotations

from ..rust import lines
from ..rust.traits import STARTUP, methods
from ..rust.uses import leaf_of, order, write
from ..survey.modules import Extern, Module, Unit
from . import replaced
from .fates import GONE, LIVE, TESTS, Fates, Word
from .names import MACROS, Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust_item import Item, Use
    from ..rust.lines import Change
    from ..rust.uses import Leaf

TASK = "task"


class Imports:
    """Works out the changes of every file of one target. changes: path of a file -> what changes in it; notes: what a
    person should look at, one line each."""

    def __init__(self, fates: Fates, edition: str) -> None:
        self.fates = fates
        self.code = fates.code
        self.names: Names = fates.code.names
        self.edition = edition
        self.changes: dict[str, list[Change]] = {}
        self.notes: list[str] = []
        self._rewritten: set[int] = set()  # words whose own text changes: they need no import
        self._written: set[tuple[int, int, Leaf]] = set()
        self._wanted: dict[int, tuple[Module, set[str]]] = {}  # modules that need a macro imported
        self._tests_need = any(
            isinstance(word.meaning, Extern)
            and fates.engine_only(word.meaning.path)
            and fates.state(word.unit, word.module) == TESTS
            for word in fates.words
        )
        self._replaced = replaced.words(fates)
        self._paths()
        for module in self.code.modules:
            if not fates.gone(module) and not module.test:
                self._module(module)

    def _change(self, module: Module, start: int, end: int, text: str) -> None:
        self.changes.setdefault(module.mod_file.path, []).append((start, end, text))

    # --- paths in code ---

    def _paths(self) -> None:
        for word in self.fates.words:
            state = self.fates.state(word.unit, word.module)
            if state == LIVE and isinstance(word.meaning, Extern) and self._is_engine(word.meaning):
                self._path(word, word.meaning)

    def _is_engine(self, extern: Extern) -> bool:
        return bool(extern.path) and extern.path[0] in self.code.engine

    def _path(self, word: Word, extern: Extern) -> None:
        new = self.names.find(extern.path[1:]) if len(extern.path) > 1 else None
        if new is None:
            return
        mention = word.mention
        several = len([part for part in mention.segments if part]) > 1
        is_task = mention.in_attr and new[-1] == TASK
        if is_task and mention.segments != (TASK,):
            text = TASK
            self._wanted.setdefault(id(word.module), (word.module, set()))[1].add(TASK)
        elif id(word) in self._replaced or (several and (not word.trail or not self._keeps_name(word))):
            text = "::".join(new)
        else:
            return
        self._rewritten.add(id(word))
        self._change(word.module, mention.start, mention.end, text)

    def _keeps_name(self, word: Word) -> bool:
        """Whether the first part of a path is an imported name that the packaged crates have too."""
        direct = [(use, name) for use, name in word.trail if not self._handed_down(use)]
        if not direct:
            return True
        use, name = direct[0]
        found = self.code.resolve(word.module, use.path, [], use)
        extern = found if isinstance(found, Extern) else Extern(use.path)
        path = (*extern.path, name) if use.glob else extern.path
        if not path or path[0] not in self.code.engine:
            return True
        new = self.names.find(path[1:])
        return new is not None and (path[-1][:1].isupper() or len(new) == 1)

    # --- imports ---

    def _module(self, module: Module) -> None:
        declarations: list[tuple[Item, Unit | None, list[Use]]] = []
        seen: dict[int, int] = {}
        places: list[tuple[Unit | None, list[Use]]] = [(None, module.uses)]
        places += [
            (unit, unit.uses)
            for unit in (*module.units, *module.methods)
            if unit.uses and self.fates.state(unit, module) == LIVE and unit.item.kind != "mod"
        ]
        for unit, uses in places:
            for use in uses:
                if id(use.item) not in seen:
                    seen[id(use.item)] = len(declarations)
                    declarations.append((use.item, unit, []))
                declarations[seen[id(use.item)]][2].append(use)
        for item, unit, uses in declarations:
            if not self.code.only_tests(item):
                self._declaration(module, item, unit, uses)
        for item in module.item.children if module.item is not None else module.mod_file.rust.items:
            if item.kind == "extern_crate" and item.name in self.code.engine:
                self._extern_crate(module, item)
        if id(module) in self._wanted:
            self._want(module, self._wanted[id(module)][1])

    def _extern_crate(self, module: Module, item: Item) -> None:
        start = lines.item_start(item)
        if self._tests_need:
            self._change(module, start, start, f"#[cfg(test)]\n{self._indent(item)}")
            return
        span = lines.with_comments(item.span.file, start, item.span.end)
        self._change(module, span.start, span.end, "")

    def _declaration(self, module: Module, item: Item, unit: Unit | None, uses: list[Use]) -> None:
        live: list[Leaf] = []
        tests: list[Leaf] = []
        expanded = False
        for use in uses:
            kept, for_tests = self._leaf(module, unit, use)
            expanded = expanded or (use.glob and kept != [leaf_of(use)])
            live += [
                leaf for leaf in kept if kept == [leaf_of(use)] or (id(module), id(unit), leaf) not in self._written
            ]
            self._written.update((id(module), id(unit), leaf) for leaf in kept)
            tests += for_tests
        if live == [leaf_of(use) for use in uses] and not tests:
            return
        if not live and not tests:
            self._remove(module, item)
        elif not tests and self._renamed(uses, live):
            self._rename(module, item)
        elif tests or expanded or not self._thin(module, item, uses, live):
            self._rewrite(module, item, live, tests, sort=expanded)

    def _renamed(self, uses: list[Use], live: list[Leaf]) -> bool:
        """Whether only the crate's name changes."""
        before = [leaf_of(use) for use in uses]
        return [(("cloacina_workflow", *path[1:]), alias) for path, alias in before] == live and all(
            path[0] in self.code.engine for path, _ in before
        )

    def _thin(self, module: Module, item: Item, uses: list[Use], live: list[Leaf]) -> bool:
        """Take names out of a list in place, where comments stand in it; False where it has to be written anew."""
        text = item.span.file.text
        if "//" not in item.span.text and "/*" not in item.span.text:
            return False
        moved = [use for use in uses if (("cloacina_workflow", *leaf_of(use)[0][1:]), use.alias) in live]
        kept = moved or [use for use in uses if leaf_of(use) in live]
        if len(kept) != len(live) or len(kept) < 2 or item.span.text.count("{") != 1:
            return False
        if moved:
            self._rename(module, item)
        for use in uses:
            if use in kept:
                continue
            start, end = use.span.start, use.span.end
            before = text[:start].rstrip()
            behind = len(text) - len(text[end:].lstrip())
            if before.endswith(","):
                self._change(module, len(before), behind + 1 if text[behind] == "," else end, "")
            else:
                behind += text[behind] == ","
                self._change(module, start, len(text) - len(text[behind:].lstrip()), "")
        return True

    def _rename(self, module: Module, item: Item) -> None:
        argument = item.node.child_by_field_name("argument")
        assert argument is not None
        start = item.rust.span(argument).start
        first = next(name for name in self.code.engine if item.span.file.text.startswith(f"{name}::", start))
        self._change(module, start, start + len(first), "cloacina_workflow")

    @staticmethod
    def _indent(item: Item) -> str:
        start = lines.item_start(item)
        text = item.span.file.text
        line = text.rfind("\n", 0, start) + 1
        return text[line:start] if not text[line:start].strip() else ""

    def _rewrite(self, module: Module, item: Item, live: list[Leaf], tests: list[Leaf], *, sort: bool) -> None:
        indent = self._indent(item)
        text = item.span.text
        attrs = "".join(f"{attr.span.text}\n{indent}" for attr in item.attrs)
        head = f"{item.vis} use " if item.vis else "use "
        comments = [span.text for span in item.rust.comments() if item.span.start < span.start < item.span.end]
        parts = write(dict.fromkeys(live), head=head, indent=indent, edition=self.edition, sort=sort)
        gated = [leaf for leaf in dict.fromkeys(tests) if leaf not in live]
        gate = f"#[cfg(test)]\n{indent}"
        parts += [
            (path, gate + text)
            for path, text in write(gated, head=head, indent=indent, edition=self.edition, sort=sort)
        ]
        parts.sort(key=lambda part: order(part[0], self.edition))
        first, *others = [text for _, text in parts]
        new = f"\n{indent}".join([*comments, first, *(attrs + text for text in others)])
        if new != text:
            self._change(module, item.span.start, item.span.end, new)

    def _remove(self, module: Module, item: Item) -> None:
        file = item.span.file
        start = lines.item_start(item)
        span = lines.with_comments(file, start, item.span.end, top=True)
        rest = file.text[span.end :]
        if rest.split("\n", 1)[0].lstrip().startswith(("use ", "pub use ")):  # the comment is the whole group's
            line = file.text.rfind("\n", 0, start) + 1
            if not file.text[line:start].strip():
                span = file.span(line, span.end)
        self._change(module, span.start, span.end, "")

    # --- one name ---

    def _leaf(self, module: Module, unit: Unit | None, use: Use) -> tuple[list[Leaf], list[Leaf]]:
        """What an import becomes: (for the library's code, for its unit tests alone)."""
        same = [leaf_of(use)]
        taken = self.fates.taken(use, self._rewritten)
        found = self.code.resolve(module, use.path, [], use)
        meaning = found if found is not None else Extern(use.path)
        if isinstance(meaning, Extern) and self._is_engine(meaning):
            if self._handed_down(use):
                if not taken and any(through is use for word in self.fates.words for through, _ in word.trail):
                    return [], []  # what took it is written otherwise now
            elif use.glob:
                return self._engine_glob(use, meaning, taken)
            else:
                return self._engine_name(use, meaning, taken)
        if isinstance(meaning, Unit) and self.fates.leaves(meaning.item):
            return [], []
        if isinstance(meaning, Module) and self.fates.gone(meaning):
            return [], []
        if LIVE in taken or use.item.vis == "pub":
            return same, []
        if TESTS in taken:
            return [], same
        if GONE in taken:
            return [], []
        if isinstance(meaning, Unit) and meaning.item.kind == "trait":
            return self._own_trait(module, meaning, same)
        return self._unnamed(use, meaning, same)

    def _own_trait(self, module: Module, trait: Unit, same: list[Leaf]) -> tuple[list[Leaf], list[Leaf]]:
        """A trait of the crate, imported for its methods."""
        names = {child.name for child in trait.item.children if child.kind == "fn"}
        for macro in self.code.macros.values():
            if any(name in macro.item.span.text for name in names):
                return same, []
        called = self.fates.calls_below(module)
        if names & called[LIVE] or not names & (called[TESTS] | called[GONE]):
            return same, []
        return [], same if names & called[TESTS] else []

    @staticmethod
    def _handed_down(use: Use) -> bool:
        """`use super::Context`: what it means is another import's matter."""
        return use.path[:1] in (("super",), ("self",), ("crate",))

    def _unnamed(self, use: Use, meaning: object, same: list[Leaf]) -> tuple[list[Leaf], list[Leaf]]:
        """An import that no name shows at work: a trait, mostly, or a glob of another crate."""
        if not isinstance(meaning, Extern):
            return same, []
        first = next((part for part in use.path if part), "")
        if first in STARTUP and not any(self._names(word, first) for word in self.fates.words):
            return [], []
        known = methods(use.path) if not use.glob else set()
        if known & self.fates.calls(LIVE) or not known:
            return same, []
        if known & self.fates.calls(TESTS):
            return [], same
        return ([], []) if known & self.fates.calls(GONE) else (same, [])

    def _names(self, word: Word, crate: str) -> bool:
        return (
            isinstance(word.meaning, Extern)
            and word.meaning.path[:1] == (crate,)
            and self.fates.state(word.unit, word.module) == LIVE
        )

    def _engine_name(
        self, use: Use, meaning: Extern, taken: dict[str, set[str]]
    ) -> tuple[list[Leaf], list[Leaf]]:  # fmt: skip
        same = [leaf_of(use)]
        path = meaning.path[1:]
        new = self.names.find(path) if path else None
        public = use.item.vis == "pub"
        if not path or new is None:
            if public and path:
                self.notes.append(f"`pub use {'::'.join(use.path)}` is gone: only the engine has it")
            needed = TESTS in taken or (not taken and self._tests_need and bool(path))
            return [], same if needed else []
        name = use.alias or use.path[-1]
        leaf: Leaf = (new, name if name != new[-1] else None)
        if len(new) == 1 and leaf[1] is None:
            return [], []  # the crate itself is in scope without an import
        if LIVE in taken or public:
            return [leaf], []
        if TESTS in taken:
            return [], [leaf]
        if GONE in taken:
            return [], []
        if any(through is use for word in self.fates.words for through, _ in word.trail):
            return [], []  # what took it is written otherwise now
        known = methods(("cloacina", path[-1]))
        if known and not known & self.fates.calls(LIVE):
            return [], [leaf] if known & self.fates.calls(TESTS) else []
        return [leaf], []

    def _engine_glob(
        self, use: Use, meaning: Extern, taken: dict[str, set[str]]
    ) -> tuple[list[Leaf], list[Leaf]]:  # fmt: skip
        path = meaning.path[1:]

        def found(names: set[str]) -> list[Leaf]:
            leaves: list[Leaf] = []
            for name in sorted(names):
                new = self.names.find((*path, name))
                if new is not None and not (len(new) == 1 and new[-1] == name and self._in_scope(use)):
                    leaves.append((new, name if new[-1] != name else None))
            return leaves

        live = found(taken.get(LIVE, set()))
        tests = taken.get(TESTS, set())
        if any(self.names.find((*path, name)) is None for name in tests):
            return live, [leaf_of(use)]
        return live, found(tests - taken.get(LIVE, set()))

    def _in_scope(self, use: Use) -> bool:
        """Whether a crate's own name needs no import where this one stands."""
        return self.edition != "2015" and not use.item.vis

    # --- macros that must be in scope ---

    def _want(self, module: Module, macros: set[str]) -> None:
        for name in sorted(macros):
            if self._has(module, name):
                continue
            crate = "::".join(self.names.find((name,)) or ("cloacina_workflow", name))
            declared = [use.item for use in module.uses]
            file = module.mod_file.rust.file
            if declared:
                self._before(module, declared[0], f"use {crate};")
                continue
            items = module.item.children if module.item is not None else module.mod_file.rust.items
            if items:
                start = lines.with_comments(file, lines.item_start(items[0]), items[0].span.end).start
                indent = self._indent(items[0])
                self._change(module, start, start, f"{indent}use {crate};\n\n")

    def _before(self, module: Module, item: Item, new: str) -> None:
        """An import before the first one of a module, or in its place where that goes."""
        changes = self.changes.setdefault(module.mod_file.path, [])
        for change in changes:
            if change[0] <= item.span.start < change[1] and not change[2]:
                changes.remove(change)
                start = lines.item_start(item)
                self._change(module, start, item.span.end, new)
                return
        start = lines.item_start(item)
        self._change(module, start, start, f"{new}\n{self._indent(item)}")

    def _has(self, module: Module, name: str) -> bool:
        """Whether an attribute macro is imported already, and stays so."""
        found = self.code.lookup(module, name, [], None, 0)
        return isinstance(found, Extern) and self._is_engine(found) and found.path[-1] in MACROS
