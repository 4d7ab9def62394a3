"""Room migrate/library/: which items of a target the workflow reaches, which only its tests, and which only `main`."""

from __future__ import annotations

from ..outcome import RefusedError, place
from ..rust.words import calls
from ..survey.modules import Code, Extern, Module, Unit
from ..survey.targets import BIN
from .cutting import Cuts
from .leaving import BOTH, LEAVES, STAYS
from .names import MACROS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust_item import Use
    from ...source.text import Span
    from ..rust.words import Mention
    from ..survey.modules import Meaning, Trail

# how something is still used: by code that stays, by tests alone, by code that leaves
LIVE, TESTS, GONE = "live", "tests", "gone"
TYPES = ("struct", "enum", "union", "trait", "type")


class Word:
    """A mention with its meaning. unit: the item it stands in, None at a module's top level."""

    __slots__ = ("meaning", "mention", "module", "trail", "unit")

    def __init__(self, module: Module, unit: Unit | None, mention: Mention, meaning: Meaning, trail: Trail) -> None:
        self.module = module
        self.unit = unit
        self.mention = mention
        self.meaning = meaning
        self.trail = trail

    @property
    def span(self) -> Span:
        file = self.module.mod_file.rust.file
        return file.span(self.mention.start, self.mention.end)


class Fates:
    """The fate of every item of a target. Raises RefusedError where the workflow needs the engine.

    words: all mentions with their meaning; by_item: id of an Item -> STAYS, LEAVES or BOTH; tests_only: items that stay
    for the unit tests alone, and did not stand there for them alone before; cuts: parts of items that leave.
    """

    def __init__(self, code: Code, *, cutting: bool = False) -> None:
        self.code = code
        self.cuts = Cuts(code, self.engine_only) if cutting else None
        self.words: list[Word] = []
        self.by_item: dict[int, str] = {}
        self.tests_only: list[Unit] = []
        self._edges: dict[int, set[int]] = {id(unit): set() for unit in code.units}
        self._by_id = {id(unit): unit for unit in code.units}
        self._engine: dict[int, list[Word]] = {}
        self._calls: dict[str, set[str]] = {}
        self._methods: dict[int, set[int]] = {}  # by id of a unit: methods of a name that it calls
        self._impls: dict[int, int] = {}  # method -> its impl
        self._read()
        self._settle()

    # --- reading ---

    def _read(self) -> None:
        for module in self.code.modules:
            for mention in module.words:
                self._word(module, None, mention)
            for unit in (*module.units, *module.methods):
                for mention in unit.words:
                    if self.cuts is None or not self.cuts.inside(unit, mention):
                        self._word(module, unit, mention)
        for unit, mention, variant in self.cuts.makes if self.cuts is not None else ():
            word = Word(unit.module, unit, mention, Extern(variant.path), [])
            self._engine.setdefault(id(unit), []).append(word)
        for unit in self.code.units:
            if unit.item.kind == "impl" and (self.cuts is None or id(unit) not in self.cuts.impls):
                self._implemented(unit)
        self._called()

    def _word(self, module: Module, unit: Unit | None, mention: Mention) -> None:
        meaning, trail = self.code.meaning(module, unit, mention)
        if meaning is None or (mention.in_attr and self._is_module(meaning)):
            return
        word = Word(module, unit, mention, meaning, trail)
        self.words.append(word)
        if isinstance(meaning, Extern):
            if self.engine_only(meaning.path) and unit is not None:
                self._engine.setdefault(id(unit), []).append(word)
            return
        target = meaning.unit if isinstance(meaning, Module) else meaning
        if unit is not None and target is not None:
            self._edges[id(unit)].add(id(target))

    def _is_module(self, meaning: Meaning) -> bool:
        """Whether a name in an attribute's place (`#[error(..)]`, which is a derive's) is only called like a module of
        the engine's."""
        return (
            isinstance(meaning, Extern)
            and meaning.path[:1] != ()
            and meaning.path[0] in self.code.engine
            and (meaning.path[-1] not in MACROS)
        )

    def engine_only(self, path: tuple[str, ...]) -> bool:
        """Whether a path into another crate is one that only the engine has."""
        names = self.code.names
        if not path or path[0] not in self.code.engine or len(path) == 1:
            return False
        if path[1:] == ("package",):
            return False  # cloacina::package!() does not exist: CL109
        if names.find(path[1:]) is None:
            return True
        return len(path) > 2 and names.lacks(path[-2], path[-1])

    def _implemented(self, unit: Unit) -> None:
        """An impl is reached with its type, and with its trait where the type is another crate's."""
        item = unit.item
        head = item.body_span.start if item.body_span is not None else item.span.end
        for word in self.words:
            if word.unit is unit and word.mention.start < head and isinstance(word.meaning, Unit):
                at = word.meaning
                if at.item.kind in TYPES:
                    self._edges[id(at)].add(id(unit))

    def _called(self) -> None:
        """Methods are reached by their names: `.name(`, `Type::name`."""
        methods: dict[str, list[int]] = {}
        for module in self.code.modules:
            for unit in module.methods:
                methods.setdefault(unit.name, []).append(id(unit))
        if not methods:
            return
        impls = {id(unit.item): id(unit) for unit in self.code.units if unit.item.kind == "impl"}
        for module in self.code.modules:
            for unit in module.methods:
                self._impls[id(unit)] = impls[id(unit.item.parent)]
                self._edges[id(unit)].add(impls[id(unit.item.parent)])
        for unit in self.code.units:
            if unit.item.kind == "mod":
                continue
            text = self.code.blanked[unit.module.mod_file.path]
            for name in self._own_calls(unit, text) | {word.segments[-1] for word in unit.words if word.segments[1:]}:
                self._methods.setdefault(id(unit), set()).update(methods.get(name, ()))

    @staticmethod
    def _own_calls(unit: Unit, text: str) -> set[str]:
        """What an item calls itself: for an impl whose functions count for themselves, nothing."""
        if unit.item.kind == "impl" and unit.item.trait is None:
            return set()
        return calls(text[unit.item.span.start : unit.item.span.end])

    def closure(self, roots: list[Unit], without: set[int] | None = None) -> set[int]:
        """What these items reach. A method is reached where its name is called and its type is reached."""
        seen: set[int] = set()
        called: set[int] = set()
        todo = [id(unit) for unit in roots]
        while todo:
            at = todo.pop()
            if at not in seen and not (without and at in without):
                seen.add(at)
                called |= self._methods.get(at, set())
                todo += self._edges[at] - seen
            if not todo:
                todo += [method for method in called - seen - (without or set()) if self._impls[method] in seen]
        return seen

    # --- roots ---

    def is_test(self, unit: Unit) -> bool:
        return unit.module.test or self.code.only_tests(unit.item)

    def packaged(self) -> set[int]:
        """Ids of the items that carry Cloacina's attributes."""
        facts = self.code.target.facts
        return {id(one.item) for one in (*facts.workflows, *facts.tasks, *facts.triggers, *facts.graphs)}

    def _roots(self) -> tuple[list[Unit], list[Unit], list[Unit]]:
        """(of the workflow, of the tests, main)."""
        packaged = self.packaged()
        live, tests, main = [], [], []
        for unit in self.code.units:
            if unit.module is self.code.root and unit.item is self.code.target.entry:
                main.append(unit)
            elif self.is_test(unit):
                tests.append(unit)
            elif id(unit.item) in packaged or self._within(unit.module, packaged) or unit.name == "_":
                live.append(unit)
        for word in self.words:
            if word.unit is None:
                target = word.meaning.unit if isinstance(word.meaning, Module) else word.meaning
                if isinstance(target, Unit):
                    (tests if word.module.test else live).append(target)
        return live, tests, main

    @staticmethod
    def _within(module: Module | None, packaged: set[int]) -> bool:
        while module is not None:
            if module.unit is not None and id(module.unit.item) in packaged:
                return True
            module = module.parent
        return False

    # --- fates ---

    def _settle(self) -> None:
        live_roots, test_roots, main_roots = self._roots()
        tainted = self._tainted()
        live = self.closure(live_roots)
        self._refuse(live)
        main = self.closure(main_roots)
        tests = self.closure(test_roots)
        mains = {id(unit) for unit in main_roots}
        program = self.code.target.kind == BIN
        others = [
            unit
            for unit in self.code.units
            if id(unit) not in tainted | mains
            and not self.is_test(unit)
            and unit.item.kind != "mod"
            # what nothing reaches stays as it was; a library's items may be used from outside
            and (not program or id(unit) not in main | tests)
        ]
        live |= self.closure(others, tainted)
        for unit in self.code.units:
            at = id(unit)
            if unit.item.kind == "mod":
                continue
            if at in mains:
                fate = LEAVES
            elif at in live or at in tests:
                fate = BOTH if at in main else STAYS
                if at not in live and not self.is_test(unit) and at in main | tainted:
                    self.tests_only.append(unit)
            else:
                fate = LEAVES
            self.by_item[id(unit.item)] = fate
        self._settle_impls()
        self._settle_modules(main)

    def _settle_impls(self) -> None:
        """An impl leaves with its last function, and its functions with it."""
        for unit in self.code.units:
            item = unit.item
            if item.kind != "impl" or item.trait is not None or not item.children:
                continue
            inside = [self.by_item.get(id(child), STAYS) for child in item.children]
            if all(fate == LEAVES for fate in inside):
                self.by_item[id(item)] = LEAVES
            elif self.leaves(item):
                for child in item.children:
                    self.by_item[id(child)] = LEAVES

    def _settle_modules(self, main: set[int]) -> None:
        """A module leaves with its last item."""
        for module in reversed(self.code.modules):
            if module.unit is None:
                continue
            inside = [self.by_item.get(id(unit.item), STAYS) for unit in module.units]
            gone = bool(inside) and all(fate == LEAVES for fate in inside) and not module.test
            reached = id(module.unit) in main or any(fate == BOTH for fate in inside)
            self.by_item[id(module.unit.item)] = LEAVES if gone else BOTH if reached else STAYS

    def _tainted(self) -> set[int]:
        """Items that need the engine, themselves or through others."""
        backwards: dict[int, set[int]] = {}
        for at, targets in self._edges.items():
            called = self._methods.get(at, set())
            reached = self.closure([self._by_id[at]]) if called else set()
            for target in targets | (called & reached):
                backwards.setdefault(target, set()).add(at)
        seen: set[int] = set()
        todo = list(self._engine)
        for unit in self.code.units:
            for use in unit.uses:
                meaning = self.code.resolve(unit.module, use.path, [])
                if isinstance(meaning, Extern) and self.engine_only(meaning.path) and not use.glob:
                    todo.append(id(unit))
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                if self._by_id[at].item.kind != "impl":  # a type does not need the engine because one of its impls does
                    todo += backwards.get(at, ())
        return seen

    def _refuse(self, live: set[int]) -> None:
        reasons = []
        for at, words in self._engine.items():
            if at not in live:
                continue
            unit = self._by_id[at]
            inside = f" in `{unit.name}`, which the workflow uses" if unit.name else ", in code that the workflow uses"
            for word in words:
                assert isinstance(word.meaning, Extern)
                name = "::".join(word.meaning.path[1:])
                reasons.append(
                    f"{place(word.span)}: `{name}` is the engine's{inside}; "
                    "a package has no engine: take this out of the workflow's code"
                )
        if reasons:
            raise RefusedError(
                list(dict.fromkeys(reasons)),
                "a packaged workflow cannot start or query an engine: the server that loads it is the engine",
            )

    # --- how code is used ---

    def leaves(self, item: object) -> bool:
        return self.by_item.get(id(item)) == LEAVES

    def state(self, unit: Unit | None, module: Module) -> str:
        """LIVE, TESTS or GONE: what becomes of the code in an item (None: between the items) of a module."""
        if unit is None:
            return TESTS if module.test else GONE if self.gone(module) else LIVE
        if self.leaves(unit.item):
            return GONE
        return TESTS if self.is_test(unit) or unit in self.tests_only else LIVE

    def gone(self, module: Module | None) -> bool:
        """Whether a module, or one around it, leaves."""
        while module is not None:
            if module.unit is not None and self.leaves(module.unit.item):
                return True
            module = module.parent
        return False

    def calls(self, state: str) -> set[str]:
        """Names of the methods that code in this state calls."""
        if not self._calls:
            self._calls = {LIVE: set(), TESTS: set(), GONE: set()}
            for unit in self.code.units:
                if unit.item.kind not in ("mod", "impl") or unit.item.trait is not None:
                    text = self.code.blanked[unit.module.mod_file.path][unit.item.span.start : unit.item.span.end]
                    self._calls[self.state(unit, unit.module)] |= calls(text)
        return self._calls[state]

    def calls_below(self, module: Module) -> dict[str, set[str]]:
        """State -> names of the methods that a module calls, or one below it that takes its imports with a glob."""
        found: dict[str, set[str]] = {LIVE: set(), TESTS: set(), GONE: set()}
        seeing = [module]
        for inner in module.walk()[1:]:
            globs = [self.code.resolve(inner, use.path, [], use) for use in self._globs(inner)]
            if any(target is one for target in globs for one in seeing):
                seeing.append(inner)
        for inner in seeing:
            text = self.code.blanked[inner.mod_file.path]
            for unit in (*inner.units, *inner.methods):
                if unit.item.kind not in ("mod", "impl") or unit.item.trait is not None:
                    found[self.state(unit, inner)] |= calls(text[unit.item.span.start : unit.item.span.end])
        return found

    @staticmethod
    def _globs(module: Module) -> list[Use]:
        uses = [*module.uses, *(use for unit in (*module.units, *module.methods) for use in unit.uses)]
        return [use for use in uses if use.glob]

    def taken(self, use: Use, without: set[int]) -> dict[str, set[str]]:
        """State -> the names that code in this state takes through an import. without: ids of words not to count."""
        found: dict[str, set[str]] = {}
        for word in self.words:
            for through, name in word.trail:
                if through is use and id(word) not in without:
                    found.setdefault(self.state(word.unit, word.module), set()).add(name)
        return found
