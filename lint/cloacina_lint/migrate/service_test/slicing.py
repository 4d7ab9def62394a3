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
    from ...source.rust_item import Item
    from ..programs.runs import Entry

KEY = re.compile(r"\.\s*(?:insert|insert_as|update)\s*\(\s*\"([^\"]*)\"")


class Slice:
    """kept: the entries for the test, in order; lost: (place, why) of what the context needed and a test must not do;
    keys: context keys that are not set in the test for that reason; opaque: the whole context is unknown.
    changed: variables that a step left out changes."""

    def __init__(self) -> None:
        self.kept: list[Entry] = []
        self.lost: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.opaque = False
        self.changed: set[str] = set()


class Slicer:
    def __init__(self, unfolded: Unfolded, carrier: Carrier, place: Place, functions: list[Item]) -> None:
        self.unfolded = unfolded
        self.carrier = carrier
        self.place = place
        self.functions = functions
        self.dropped: dict[int, str] = {}
        self.causes: dict[str, str] = {}
        self.out = Slice()

    def run(self) -> Slice:
        steps = self.unfolded.steps
        self._own_methods()
        while True:
            kept = self._backward()
            before = len(self.dropped)
            self._forward(kept)
            if len(self.dropped) == before:
                break
        self.out.kept = [steps[index] for index in sorted(kept)]
        for index, entry in enumerate(steps):
            if index not in kept and isinstance(entry, Step):
                self.out.changed |= entry.changes
        return self.out

    def _own_methods(self) -> None:
        """`context.put("a", 1)?;`: a statement that calls upon a context changes it, whatever the method's name."""
        contexts = {name for run in self.unfolded.runs for name in run.names.free}
        for step in self.unfolded.steps:
            if isinstance(step, Step) and step.node is not None and step.node.type == "expression_statement":
                root = root_of(named(step.node)[0], place=True) if named(step.node) else None
                if root is not None and root.type == "identifier" and root.parent is not None:
                    name = step.rust.text(root)
                    if name in contexts and root.parent.type == "field_expression":
                        step.changes.add(name)

    def _backward(self) -> set[int]:
        steps = self.unfolded.steps
        kept: set[int] = set()
        needed: set[str] = set()
        for index in range(len(steps) - 1, -1, -1):
            entry = steps[index]
            if isinstance(entry, Run):
                kept.add(index)
                if entry.result is not None:
                    needed.discard(entry.result)
                needed |= entry.names.free
            elif isinstance(entry, Loop):
                if index in self.dropped:
                    continue
                kept.add(index)
                if entry.opens is None:
                    needed -= entry.binds
                    needed |= entry.names.free
            elif index not in self.dropped and (entry.asserts or entry.binds & needed or entry.changes & needed):
                kept.add(index)
                needed -= entry.binds
                needed |= entry.names.free
        return kept

    def _forward(self, kept: set[int]) -> None:
        """Mark what must not be in a test, and what depends on it."""
        steps = self.unfolded.steps
        bad = set(self.unfolded.unknown)
        local: set[str] = set()
        contexts = {name for run in self.unfolded.runs for name in run.names.free}
        for index in sorted(kept):
            entry = steps[index]
            if isinstance(entry, Run):
                why = self._why(entry, bad, local)
                if why is not None and entry.context is not None:
                    self._lose(entry, why)
                    entry.context = None
                    entry.names = type(entry.names)()
                    self.out.opaque = True
                    self.dropped[-1 - index] = why
                if entry.context is None:
                    self.out.opaque = True
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
                    self.dropped[index] = why
                    self._lose(entry, why)
                    bad |= entry.binds
                else:
                    local |= entry.binds
                    bad -= entry.binds
                continue
            why = self._why(entry, bad, local)
            if why is None:
                local |= entry.binds
                bad -= entry.binds
                continue
            self.dropped[index] = why
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
                self._lose(entry, why, keys)
            else:
                bad |= entry.changes
                self.causes.update(dict.fromkeys(entry.changes, why))

    def _why(self, entry: Entry, bad: set[str], local: set[str]) -> str | None:
        found = entry.names
        unknown = sorted(found.free & bad)
        if unknown:
            return f"`{unknown[0]}`"
        if isinstance(entry, Step):
            if found.leaves and not entry.asserts:
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
