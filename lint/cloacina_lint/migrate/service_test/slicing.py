"""Room migrate/service_test/: which steps of a program build the context, and which look at the result."""

from __future__ import annotations

import re

from ...task_body import root_of
from ..outcome import place as place_of
from ..programs.runs import Loop, Run, Step, Unfolded
from ..rust.syntax import named
from .arguments import ARGUMENTS, without_arguments
from .carrying import Carrier, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ...source.rust_item import Item
    from ...source.text import Span
    from ..programs.runs import Entry

UNGUARDED = "leave out first what the program leaves out: a condition of it could not be carried over"
KEY = re.compile(r"\.\s*(?:insert|insert_as|update)\s*\(\s*\"([^\"]*)\"")


class Slice:
    """kept: the entries for the test, in order; lost: (place, why) of what the context needed and a test must not do;
    keys: context keys that are not set in the test for that reason; opaque: the whole context of a run is unknown.
    unset: why it would not run, where something is not set up; mixed: (place, why) where a name would mean another
    variable than in the program."""

    def __init__(self) -> None:
        self.kept: list[Entry] = []
        self.lost: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.opaque = False
        self.unset = ""
        self.mixed: tuple[Span, str] | None = None


class Slicer:
    """can_lack: whether the tasks do without a key of the context."""

    def __init__(
        self,
        unfolded: Unfolded,
        carrier: Carrier,
        place: Place,
        functions: list[Item],
        can_lack: Callable[[str], bool],
    ) -> None:
        self.can_lack = can_lack
        self.unfolded = unfolded
        self.carrier = carrier
        self.place = place
        self.functions = functions
        self.dropped: dict[int, str] = {}
        self.causes: dict[str, str] = {}
        self.lacking: dict[int, str] = {}  # runs that lack something of their context, and why
        self.left: dict[int, str] = {}  # those that are not in the test for that reason
        self.out = Slice()

    def run(self) -> Slice:
        self._own_methods()
        kept = self._settled()
        runs = {index for index, entry in enumerate(self.unfolded.steps) if isinstance(entry, Run)}
        if self.lacking and runs - set(self.lacking):
            # some runs have all that the program gave them: the test is of those
            self.left, self.dropped, self.causes, self.out = self.lacking, {}, {}, Slice()
            for index, why in self.left.items():
                where = place_of(self.unfolded.steps[index].span)
                self.out.lost.append((where, f"this execution is not in the test, because of {why}"))
            kept = self._settled()
        self.out.kept = [self.unfolded.steps[index] for index in sorted(kept)]
        self.out.mixed = mixed_up(self.out.kept)
        return self.out

    def _settled(self) -> set[int]:
        """What is kept, when all that depends on what is left out has been left out too."""
        while True:
            kept = self._backward()
            before = len(self.dropped)
            self._forward(kept)
            if len(self.dropped) == before:
                return self._without_empty_loops(kept)

    def _without_empty_loops(self, kept: set[int]) -> set[int]:
        steps = self.unfolded.steps
        for index in sorted(kept, reverse=True):
            entry = steps[index]
            if isinstance(entry, Loop) and entry.opens is None:
                end = next(at for at in range(index, len(steps)) if getattr(steps[at], "opens", None) is entry)
                if not any(index < at < end for at in kept):
                    kept -= {index, end}
        return kept

    def _own_methods(self) -> None:
        """`context.put("a", 1)?;`: a statement that calls upon a variable changes it, whatever the method's name."""
        contexts = {name for run in self.unfolded.runs for name in run.names.free}
        for step in self.unfolded.steps:
            if isinstance(step, Step) and re.match(r"let\s+mut\b", step.text):
                contexts |= step.binds
        for step in self.unfolded.steps:
            if isinstance(step, Step) and step.node is not None and step.node.type == "expression_statement":
                root = root_of(named(step.node)[0], place=True) if named(step.node) else None
                if root is not None and root.type == "identifier" and root.parent is not None:
                    name = step.rust.text(root)
                    if name in contexts and root.parent.type == "field_expression":
                        step.changes.add(name)

    def _backward(self) -> set[int]:
        """What the runs and the checks need; in a loop also what the next round does."""
        around: dict[int, set[str]] = {}
        while True:
            before = {key: set(value) for key, value in around.items()}
            kept = self._needed(around)
            if around == before:
                return kept

    def _needed(self, around: dict[int, set[str]]) -> set[int]:
        steps = self.unfolded.steps
        kept: set[int] = set()
        needed: set[str] = set()
        for index in range(len(steps) - 1, -1, -1):
            entry = steps[index]
            if isinstance(entry, Run):
                if entry.result is not None:
                    needed.discard(entry.result)
                if index not in self.left:
                    kept.add(index)
                    needed |= entry.names.free
            elif isinstance(entry, Loop):
                if index in self.dropped:
                    continue
                kept.add(index)
                if entry.opens is None:
                    needed -= entry.binds
                    around[id(entry)] = set(needed)
                    needed |= entry.names.free
                else:
                    needed |= around.get(id(entry.opens), set())
            elif index not in self.dropped and (
                entry.asserts or entry.guards or entry.binds & needed or entry.changes & needed
            ):
                kept.add(index)
                needed -= entry.binds
                needed |= entry.names.free
        return kept

    def _forward(self, kept: set[int]) -> None:
        """Mark what must not be in a test, and what depends on it."""
        steps = self.unfolded.steps
        bad = set(self.unfolded.unknown)
        local: set[str] = set()
        thin: set[str] = set()  # contexts that lack a key
        contexts = {name for run in self.unfolded.runs for name in run.names.free}
        loops: list[str] = []  # those around, and why they are not in the test
        unguarded = ""  # why a condition that ends a round before the run is not in the test
        self.lacking = {}
        for index in sorted(kept | set(self.left) | {at for at in self.dropped if at >= 0}):
            entry = steps[index]
            if isinstance(entry, Loop):
                loops = [*loops, self.dropped.get(index, "")] if entry.opens is None else loops[:-1]
                unguarded = unguarded if entry.opens is None else ""
            if index in self.dropped:
                if isinstance(entry, Step):
                    bad |= entry.binds
                    unguarded = self.dropped[index] if entry.guards else unguarded
                    if not self._can_all_lack(KEY.findall(entry.text)):
                        thin |= entry.changes & contexts
                continue
            if isinstance(entry, Run) and index in self.left:
                bad.add(entry.result or "")
                self.causes[entry.result or ""] = self.left[index]
                continue
            if isinstance(entry, Run):
                why = self.dropped.get(-1 - index) or self._why(entry, bad, local)
                if why is not None:
                    self.lacking[index] = self._cause(why)
                elif unguarded:
                    self.lacking[index] = self._cause(unguarded)
                    self.out.unset = UNGUARDED
                elif entry.names.free & thin:
                    self.lacking[index] = self._cause(f"`{min(entry.names.free & thin)}`")
                if why is not None and entry.context is not None:
                    self._lose(entry, why)
                    entry.context = None
                    entry.names = type(entry.names)()
                    self.out.opaque = True
                    self.dropped[-1 - index] = why
                if entry.result is not None:
                    local.add(entry.result)
                    bad.discard(entry.result)
                continue
            if isinstance(entry, Loop):
                if entry.opens is not None:
                    if any(steps[i] is entry.opens for i in self.dropped if i >= 0):
                        self.dropped.setdefault(index, "")
                    continue
                why = self._why(entry, bad, local)
                if why is not None:
                    self.dropped[index] = loops[-1] = why
                    self._lose(entry, why)
                    bad |= entry.binds | entry.changes
                    self.causes.update(dict.fromkeys(entry.binds | entry.changes, why))
                else:
                    local |= entry.binds
                    bad -= entry.binds
                continue
            why = self._why(entry, bad, local)
            if entry.guards and why is None and loops and loops[-1]:
                why = loops[-1]
            if why is None:
                local |= entry.binds
                bad -= entry.binds
                if entry.names.free & thin:
                    thin |= entry.binds
                else:
                    thin -= entry.binds
                continue
            self.dropped[index] = why
            if entry.guards:
                unguarded = why
                self.out.lost.append((place_of(entry.span), f"this is not in the test, because of {self._cause(why)}"))
                bad |= entry.binds | entry.changes
                continue
            if entry.asserts:
                self.out.lost.append(
                    (place_of(entry.span), f"this check is not in the test, because of {self._cause(why)}")
                )
                continue
            for name in entry.binds:
                self.causes[name] = why
            bad |= entry.binds
            keys = KEY.findall(entry.text)
            if entry.changes & contexts and keys:
                self.out.keys += keys
                if not self._can_all_lack(keys):
                    thin |= entry.changes & contexts
                    self.causes.update(dict.fromkeys(entry.changes & contexts, why))
                self._lose(entry, why, keys)
            else:
                bad |= entry.changes
                self.causes.update(dict.fromkeys(entry.changes, why))

    def _can_all_lack(self, keys: list[str]) -> bool:
        return bool(keys) and all(self.can_lack(key) for key in keys)

    def _why(self, entry: Entry, bad: set[str], local: set[str]) -> str | None:
        found = entry.names
        unknown = sorted(found.free & bad)
        if unknown:
            return f"`{unknown[0]}`"
        if isinstance(entry, Step):
            if entry.lost:
                return entry.lost
            gone = re.search(r"\b(?:continue|break)\b", entry.text) is not None
            if found.leaves and not entry.guards and (gone or not entry.asserts):
                return "`return`"
            if ARGUMENTS.search(entry.text):
                text = without_arguments(entry, self.functions)
                if text is None:
                    return "the command line"
                entry.text = text
                found.refs = [ref for ref in found.refs if ref.parts[-2:] != ("env", "args")]
        text = entry.text if isinstance(entry, Step) else ""
        return self.carrier.fault(found, self.carrier.at(entry.rust, self.place), local, text)

    def _lose(self, entry: Entry, why: str, keys: list[str] | None = None) -> None:
        why = self._cause(why)
        what = " and ".join(f"`{key}`" for key in keys) if keys else "what is made here"
        self.out.lost.append((place_of(entry.span), f"{what} is not in the test's context, because of {why}"))

    def _cause(self, why: str) -> str:
        seen: set[str] = set()
        while why.strip("`") in self.causes and why not in seen:
            seen.add(why)
            why = self.causes[why.strip("`")]
        return why


def mixed_up(kept: list[Entry]) -> tuple[Span, str] | None:
    """Where one list of steps gives a name another meaning than the functions that they come from: a variable of one
    function hides that of another."""
    known: list[tuple[str, Entry, int]] = []
    depth = 0
    for entry in kept:
        closes = isinstance(entry, Loop) and entry.opens is not None
        for name in sorted(set() if closes else entry.names.free):
            meant = next((other for one, other, _ in reversed(known) if one == name), None)
            frames = entry.reads.seen_from(name) if entry.reads is not None else []
            if meant is not None and not meant.writes.intersection(frames):
                return entry.span, f"`{name}` is another variable in a function or block in between"
        if closes:
            depth -= 1
            known = [one for one in known if one[2] <= depth]
            continue
        depth += isinstance(entry, Loop)
        given = {entry.result or "result"} if isinstance(entry, Run) else entry.binds
        known += [(name, entry, depth) for name in given]
    return None
