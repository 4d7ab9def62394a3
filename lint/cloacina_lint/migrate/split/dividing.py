"""Room migrate/split/: which of a crate's items belong to which of its workflows, and which to several of them."""

from __future__ import annotations

import re

from ..outcome import RefusedError, place
from ..rust.words import calls
from ..survey.modules import Module, Unit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...cloacina import Workflow
    from ...source.rust_item import Item, MacroCall
    from ..library.fates import Fates, Word

# what a macro call defines: `static ref NAME`, `static NAME`
MADE = re.compile(r"\b(?:static|const|fn|struct|enum|type)\s+(?:ref\s+|mut\s+)?([^\W\d]\w*)")
TOGETHER = "one package cannot reach into another: move what both use out of the workflow's module first"


class Division:
    """Raises RefusedError where the workflows cannot be told apart.

    workflows: in the order of the files. own: for each, the ids of the units that only it has: its module, its
    triggers, what only it reaches, and the unit tests of these. shared: ids of the units that several reach, with
    their unit tests. main: ids of what only `main` reaches, and `main`. left: units that no crate gets: tests of
    several workflows. calls: macro calls between the items; their ids are in `own` and `main` as those of units.
    """

    def __init__(self, fates: Fates) -> None:
        self.fates = fates
        self.code = fates.code
        self.workflows: list[Workflow] = self.code.target.facts.workflows
        self.main: set[int] = set()
        self.shared: set[int] = set()
        self.left: list[Unit] = []
        self.calls: list[MacroCall] = []
        self._refuse_graphs()
        self.by_id = {id(unit): unit for unit in self.code.units}
        self._inside = [self._module_of(workflow) for workflow in self.workflows]
        self.own = [set(inside) for inside in self._inside]
        self._called: list[list[Unit]] = [[] for _ in self.workflows]
        self._triggers()
        self._fenced = set().union(*self.own)
        self._refuse_entangled()
        self._written_out()
        self._reached()
        self._rest()
        self._tests()

    def _refuse_graphs(self) -> None:
        graphs = self.code.target.facts.graphs
        if graphs:
            instead = "which crate it belongs to cannot be seen; split the crate by hand"
            raise RefusedError([f"{place(one.attr.span)}: `{one.item.name}` is a graph; {instead}" for one in graphs])

    # --- the workflows' own modules and triggers ---

    def _module_of(self, workflow: Workflow) -> set[int]:
        """A workflow's module with all that is in it."""
        for module in self.code.modules:
            if module.unit is not None and module.unit.item is workflow.item:
                units = [unit for below in module.walk() for unit in (*below.units, *below.methods)]
                return {id(module.unit), *(id(unit) for unit in units)}
        where = place(workflow.attr.span)
        raise RefusedError([f"{where}: `{workflow.item.name}` is no module; a workflow's tasks stand in its module"])

    def _triggers(self) -> None:
        reasons = []
        names = [workflow.text("name") or workflow.item.name for workflow in self.workflows]
        for trigger in self.code.target.facts.triggers:
            unit = next((unit for unit in self.code.units if unit.item is trigger.item), None)
            if unit is None or any(id(unit) in own for own in self.own):
                continue
            named = trigger.text("on")
            if named in names:
                self.own[names.index(named)].add(id(unit))
            else:
                what = f"starts `{named}`, which is none" if named else "does not say which it starts"
                reasons.append(f"{place(trigger.attr.span)}: this trigger {what} of the crate's workflows; name one")
        if reasons:
            raise RefusedError(reasons)

    def _refuse_entangled(self) -> None:
        reasons = []
        for word in self.fates.words:
            target = self._target(word)
            if target is None or _in_quotes(word):
                continue
            for index, inside in enumerate(self._inside):
                users = [at for at, own in enumerate(self.own) if at != index and self._stands_in(word, own)]
                if id(target) in inside and users:
                    names = self.workflows[users[0]].item.name, target.name, self.workflows[index].item.name
                    reasons.append(f"{place(word.span)}: workflow `{names[0]}` uses `{names[1]}` of `{names[2]}`")
        if reasons:
            raise RefusedError([f"{reason}; {TOGETHER}" for reason in dict.fromkeys(reasons)])

    def _stands_in(self, word: Word, units: set[int]) -> bool:
        if word.unit is not None:
            return id(word.unit) in units
        return word.module.unit is not None and id(word.module.unit) in units

    @staticmethod
    def _target(word: Word) -> Unit | None:
        meaning = word.meaning.unit if isinstance(word.meaning, Module) else word.meaning
        return meaning if isinstance(meaning, Unit) else None

    # --- items that a macro writes ---

    def _written_out(self) -> None:
        """`thread_local! { .. }` and the like between the items: each goes with the one workflow that names what it
        makes; with nobody's, it stays in all."""
        reasons = []
        reached = [self.closure(own) for own in self.own]
        for module in self.code.modules:
            if module.item is not None or module.test:
                continue
            for call in module.mod_file.rust.macros():
                inside = call.item is not None and not self._outside(call.item)
                if not call.at_item or call.in_tokens or inside or call.name == "package":
                    continue
                made = set(MADE.findall(call.span.text))
                using = [index for index, one in enumerate(reached) if any(self._mentions(at, made) for at in one)]
                if len(using) > 1:
                    instead = "write it without the macro, or move it into a workflow's module"
                    names = ", ".join(f"`{name}`" for name in sorted(made))
                    reasons.append(
                        f"{place(call.span)}: several workflows use {names}, which a macro writes; {instead}"
                    )
                    continue
                self.calls.append(call)
                (self.own[using[0]] if using else self.main).add(id(call))
                for word in self.fates.words if using else ():
                    target = self._target(word)
                    inside = call.span.start <= word.mention.start < call.span.end and word.module is module
                    if inside and target is not None and not _in_quotes(word):
                        self._called[using[0]].append(target)
        if reasons:
            raise RefusedError(reasons)

    def _outside(self, item: Item) -> bool:
        """Whether an item around a place is an inline module of no workflow."""
        up: Item | None = item
        while up is not None:
            if up.kind != "mod" or any(workflow.item is up for workflow in self.workflows):
                return False
            up = up.parent
        return True

    def _mentions(self, at: int, names: set[str]) -> bool:
        return any(set(mention.segments) & names for mention in self.by_id[at].words)

    # --- what they reach ---

    def closure(self, ids: Iterable[int], fenced: set[int] | None = None) -> set[int]:
        """What these units reach, themselves among it, without the other workflows' own units and their tests."""
        ids = set(ids)
        units = [self.by_id[at] for at in ids]
        for word in self.fates.words:
            target = self._target(word)
            if word.unit is None and target is not None and self._stands_in(word, ids):
                units.append(target)
        fence = (self._fenced if fenced is None else fenced) - ids
        while True:
            found = self.fates.closure(units, fence)
            more = [trait for trait in self._traits(found) if id(trait) not in found | fence]
            if not more:
                return {at for at in found if not self.fates.is_test(self.by_id[at])}
            units += more

    def _traits(self, found: set[int]) -> list[Unit]:
        """The crate's traits whose methods these units call: no name shows that they need them."""
        traits = [unit for unit in self.code.units if unit.item.kind == "trait"]
        if not traits:
            return []
        called: set[str] = set()
        for at in found:
            unit = self.by_id[at]
            if unit.item.kind != "mod":
                span = unit.item.span
                called |= calls(self.code.blanked[unit.module.mod_file.path][span.start : span.end])
        return [trait for trait in traits if any(child.name in called for child in trait.item.children)]

    def _reached(self) -> None:
        own_calls = {id(call) for call in self.calls}
        reached = [
            self.closure({*(own - own_calls), *(id(unit) for unit in called)})
            for own, called in zip(self.own, self._called, strict=True)
        ]
        several = {at for at in self.by_id if sum(at in one for one in reached) > 1}
        while True:
            several = self.closure(several)
            methods = {id(method) for at in several for method in self._methods(self.by_id[at])} - several
            if not methods:
                break
            several |= methods
        # a module is no item of its own here: it is there where something in it is
        self.shared = {at for at in several if self.by_id[at].item.kind != "mod"}
        for own, one in zip(self.own, reached, strict=True):
            own |= {at for at in one - several if self.by_id[at].item.kind != "mod"}

    def _methods(self, unit: Unit) -> list[Unit]:
        """The functions of an impl that stay in the library."""
        if unit.item.kind != "impl" or unit.item.trait is not None:
            return []
        return [one for one in unit.module.methods if one.item.parent is unit.item and not self.fates.leaves(one.item)]

    def _rest(self) -> None:
        """What no workflow reaches: `main` and its own, or code that nothing uses."""
        given = self.shared.union(*self.own)
        for unit in self.code.units:
            at = id(unit)
            if at in given or unit.item.kind == "mod" or self.fates.is_test(unit):
                continue
            if self.fates.leaves(unit.item):
                self.main.add(at)
                continue
            if self._is_method(unit):
                continue  # with its impl
            # code that nothing uses goes with what it uses
            goes = self._goes(unit, self.closure({at}, set()))
            if goes is None:
                continue
            goes.add(at)
            goes |= {id(method) for method in self._methods(unit)}

    def _goes(self, unit: Unit, reached: set[int]) -> set[int] | None:
        """Where a unit goes by what it reaches; None, and it is left, where that belongs to several workflows."""
        homes = [index for index, own in enumerate(self.own) if own & reached]
        if len(homes) > 1:
            self.left.append(unit)
            return None
        return self.own[homes[0]] if homes else self.shared if self.shared else self.own[self._nearest(unit)]

    @staticmethod
    def _is_method(unit: Unit) -> bool:
        return unit.item.parent is not None and unit.item.parent.kind == "impl"

    def _nearest(self, unit: Unit) -> int:
        """The first workflow of the same file, else the first."""
        for index, workflow in enumerate(self.workflows):
            if workflow.mod_file.path == unit.module.mod_file.path:
                return index
        return 0

    # --- unit tests ---

    def _tests(self) -> None:
        """Each test goes with what it tests, and takes what it needs of the other test code."""
        tests = [unit for unit in self.code.units if self.fates.is_test(unit) and unit.item.kind != "mod"]
        found = {id(unit): self.fates.closure([unit]) for unit in tests}
        helped = {at for own, reach in found.items() for at in reach if at != own}
        for unit in tests:
            if id(unit) in helped and not any(attr.path[-1:] == ("test",) for attr in unit.item.attrs):
                continue  # a helper: it comes along
            goes = self._goes(unit, found[id(unit)])
            if goes is None:
                continue
            goes.add(id(unit))
            goes |= {at for at in found[id(unit)] if at in found}


def _in_quotes(word: Word) -> bool:
    """Whether a name stands in a string of an attribute, where it may be an id as well."""
    text, start = word.module.mod_file.rust.file.text, word.mention.start
    return text[start - 1 : start] == '"'
