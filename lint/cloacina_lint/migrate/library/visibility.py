"""Room migrate/library/: `pub` where a package needs it, and on the types that public signatures name."""

from __future__ import annotations

import re

from ..survey.modules import Unit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust_item import Item
    from ..outcome import Report
    from ..rust.lines import Change
    from ..survey.modules import Code
    from .fates import Fates

PRIVATE = ("", "pub(self)")
TYPES = ("struct", "enum", "union", "trait")


def widen(code: Code, fates: Fates, changes: dict[str, list[Change]], report: Report) -> None:
    """The workflow's module, its tasks and the triggers `pub`, as the guide asks; tasks that are `pub(super)` or the
    like stay so. Private types that thereby stand in a public signature become `pub` as well."""
    facts = code.target.facts
    opened: list[Item] = []
    for workflow in facts.workflows:
        if workflow.item.kind == "mod" and workflow.item.vis in PRIVATE:
            _make_public(workflow.item, workflow.mod_file.path, changes)
            opened.append(workflow.item)
    for declared in (*facts.tasks, *facts.triggers):
        if declared.item.kind == "fn" and declared.item.vis in PRIVATE:
            _make_public(declared.item, declared.mod_file.path, changes)
            opened.append(declared.item)
    if opened:
        report.done.append(f"pub: {', '.join(f'`{item.name}`' for item in opened)}")
    _types(code, fates, opened, changes, report)


def _make_public(item: Item, path: str, changes: dict[str, list[Change]]) -> None:
    start = item.keyword_span.start
    if item.vis_span is not None:
        changes.setdefault(path, []).append((item.vis_span.start, item.vis_span.end, "pub"))
    else:
        changes.setdefault(path, []).append((start, start, "pub "))


def _types(code: Code, fates: Fates, opened: list[Item], changes: dict[str, list[Change]], report: Report) -> None:
    """Follow the signatures of what has just become reachable from outside."""
    ids = {id(item) for item in opened}
    todo = [
        unit
        for unit in code.units
        if id(unit.item) in ids
        or (unit.item.vis == "pub" and unit.module.item is not None and id(unit.module.item) in ids)
    ]
    done: set[int] = set()
    widened = []
    while todo:
        unit = todo.pop()
        if id(unit) in done:
            continue
        done.add(id(unit))
        for named in _in_signature(code, unit):
            item = named.item
            if item.kind in TYPES and item.vis in PRIVATE and id(named) not in done and not fates.leaves(item):
                _make_public(item, named.module.mod_file.path, changes)
                widened.append(f"`{item.name}`")
                todo.append(named)
    if widened:
        report.done.append(f"pub, because a public signature names it: {', '.join(widened)}")


def _in_signature(code: Code, unit: Unit) -> list[Unit]:
    """Items of the crate that stand in a function's head, or in the public fields of a type."""
    item = unit.item
    text = code.blanked[unit.module.mod_file.path]
    ranges = []
    if item.kind == "fn":
        ranges.append((item.span.start, item.body_span.start if item.body_span is not None else item.span.end))
    elif item.kind == "enum" or item.kind == "trait":
        ranges.append((item.span.start, item.span.end))
    elif item.kind in ("struct", "union"):
        for match in re.finditer(r"\bpub\b(?!\s*\()[^,{}]*", text[item.span.start : item.span.end]):
            ranges.append((item.span.start + match.start(), item.span.start + match.end()))
    found = []
    for mention in unit.words:
        if any(start <= mention.start < end for start, end in ranges):
            meaning, _ = code.meaning(unit.module, unit, mention)
            if isinstance(meaning, Unit) and meaning is not unit:
                found.append(meaning)
    return found
