"""Room migrate/programs/: which arm of a `match` on a run is the one that a completed run takes."""

from __future__ import annotations

import re

from ..rust.syntax import named
from .values import bound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile

STOPS = re.compile(r"\b(?:panic|bail|unreachable|todo)\s*!|\bexit\s*\(\s*[1-9]|\bErr\s*\(|\bFAILURE\b")
STOPS_AT_ONCE = re.compile(r"\{?\s*(?:\w+::)*(?:(?:panic|bail|unreachable|todo)\s*!|exit\s*\(|return\b|Err\s*\()")
FAILS = re.compile(r"\b(?:Failed|Cancelled)\b")


def arm_of_result(rust: RustFile, arms: list[Node]) -> tuple[tuple[str, Node] | None, Node | None]:
    """((name, what follows) of `Ok(name) => ..`, the arm from which it seems that the run need not complete)."""
    chosen: tuple[str, Node] | None = None
    unsure: Node | None = None
    for arm in arms:
        pattern, then = arm.child_by_field_name("pattern"), arm.child_by_field_name("value")
        if pattern is None or then is None or not named(pattern):
            continue
        text, stops = rust.text(pattern), STOPS.search(rust.text(then)) is not None
        name, ok = bound(rust, named(pattern)[0])
        guarded = pattern.child_by_field_name("condition") is not None
        good = "Completed" in text and "!" not in text.replace("matches!", "")
        if chosen is None and ok and name is not None and (good or not guarded):
            chosen = (name, then)
            stops = STOPS_AT_ONCE.match(rust.text(then)) is not None
            good = True
        fails = FAILS.search(text) is not None and not stops
        if fails or (stops and (good or text.startswith("Ok(_"))):
            unsure = arm
    return chosen, unsure
