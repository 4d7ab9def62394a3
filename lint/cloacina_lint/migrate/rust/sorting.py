"""Room migrate/rust/: imports in the order that rustfmt gives them, where they stood in that order before."""

from __future__ import annotations

from . import lines
from .uses import order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust import RustFile
    from ...source.rust_item import Item
    from .lines import Change


def resorted(before: RustFile, after: RustFile, edition: str) -> str:
    """The text of a file with its groups of imports sorted, if all groups were sorted before."""
    text = after.file.text
    if not all(_is_sorted(group, edition) for group in _groups(before)):
        return text
    changes: list[Change] = []
    for group in _groups(after):
        if not _is_sorted(group, edition):
            ranges = [(lines.item_start(item), item.span.end) for item in group]
            pieces = [text[start:end] for start, end in ranges]
            ranks = sorted(range(len(group)), key=lambda index: order(stem(group[index]), edition))
            changes += [(start, end, pieces[rank]) for (start, end), rank in zip(ranges, ranks, strict=True)]
    return lines.apply(text, changes)


def stem(item: Item) -> tuple[str, ...]:
    """The path of a declaration up to its first list, which is "{}"."""
    uses = [use for use in item.rust.uses() if use.item is item]
    if len(uses) == 1:
        return (*uses[0].path, "*") if uses[0].glob else uses[0].path
    common = list(uses[0].path) if uses else []
    for use in uses[1:]:
        while common and tuple(common) != use.path[: len(common)]:
            common.pop()
    return (*common, "{}")


def _groups(rust: RustFile) -> list[list[Item]]:
    """Imports that follow each other line by line."""
    groups: list[list[Item]] = []
    text = rust.file.text
    for item in rust.walk():
        if item.kind != "use":
            continue
        if groups and groups[-1][-1].parent is item.parent:
            between = text[groups[-1][-1].span.end : lines.item_start(item)]
            if not between.strip() and between.count("\n") == 1:
                groups[-1].append(item)
                continue
        groups.append([item])
    return groups


def _is_sorted(group: list[Item], edition: str) -> bool:
    keys = [order(stem(item), edition) for item in group]
    return keys == sorted(keys)
