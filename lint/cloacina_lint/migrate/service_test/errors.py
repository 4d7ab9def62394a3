"""Room migrate/service_test/: whether the `?` of a program means the same in a test, whose error is a
`Box<dyn Error>`."""

from __future__ import annotations

import re

from ..programs import tails
from ..programs.runs import Run, Step
from ..programs.values import arguments, returned
from .composing import returns_early
from .reach import Own, Reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust import RustFile
    from ...source.rust_item import Item
    from ...source.text import Span
    from ..programs.runs import Entry


def foreign(kept: list[Entry], entry: Item, reach: Reach) -> list[tuple[Span, str]]:
    """The first step whose `?` has an Option, or an error that is no `std::error::Error`, and one that comes to a
    value which is none of a test."""
    checked: dict[int, str] = {}
    for step in kept:
        if isinstance(step, Step) and tails.makes_error(step.text):
            return [(step.span, "an error is made here that is none of a test")]
        if isinstance(step, Step) and step.node is not None and tails.is_value(step.rust, step.node):
            text = tails.without_value(step.node, step.rust, step.text)
            if text is None:
                return [(step.span, "a program comes to one of several values here")]
            step.text = text
        item = step.reads.item if step.reads is not None and step.reads.item is not None else entry
        if not returns_early(_code(step)):
            continue
        if id(item) not in checked:
            checked[id(item)] = _why(item, reach)
        if checked[id(item)]:
            return [(step.span, checked[id(item)])]
    return []


def _code(step: Entry) -> str:
    if isinstance(step, Step):
        return step.text
    part = step.context if isinstance(step, Run) else None
    return "" if part is None else f"{step.rust.text(part)};"


def _why(item: Item, reach: Reach) -> str:
    """Why a function's errors cannot be those of a test, or ""."""
    kind = returned(item)
    if re.match(r"(?:\w+\s*::\s*)*Option\b", kind):
        return f"`{item.name}` returns an Option from its middle"
    for _ in range(3):
        # An alias with one argument is given the value's type, and has the error in itself.
        given = arguments(kind)
        words = re.findall(r"[A-Za-z_]\w*(?:\s*::\s*[A-Za-z_]\w*)*", given[-1] if len(given) > 1 else kind)
        if not words:
            return ""
        word = words[-1] if len(given) > 1 else words[0]
        parts = tuple(part.strip() for part in word.split("::"))
        found = reach.meaning(parts, reach.module_of(item.rust, item), item)
        if not isinstance(found, Own):
            return ""
        if found.item.kind != "type":
            own = found.item
            return "" if _is_error(own, reach) else f"`{own.name}`, the error of `{item.name}`, is no std::error::Error"
        kind = found.item.span.text.partition("=")[2].strip().rstrip(";")
    return ""


def _is_error(item: Item, reach: Reach) -> bool:
    if any("Error" in attr.span.text for attr in item.attrs if attr.name == "derive"):
        return True
    implemented = re.compile(rf"\bimpl\b[^{{]*\bError\s+for\s+{re.escape(item.name)}\b")
    files: list[RustFile] = [file.rust for file in reach.tree.files]
    files += [file.rust for file in reach.library.files] if reach.library is not None else []
    return any(implemented.search(rust.file.text) for rust in files)
