"""Room migrate/programs/: loops, conditions and matches around a run, and on one: which way a completed run takes."""

from __future__ import annotations

import re

from ..rust.chains import changed
from ..rust.syntax import Names, named
from ..rust.syntax import walk as within
from .sequence import Loop, Step
from .values import Wanted, bound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust import RustFile
    from .runs import Unfolding

STOPS = re.compile(r"\b(?:panic|bail|unreachable|todo)\s*!|\bexit\s*\(\s*[1-9]|\bErr\s*\(|\bFAILURE\b")
STOPS_AT_ONCE = re.compile(r"\{?\s*(?:\w+::)*(?:(?:panic|bail|unreachable|todo)\s*!|exit\s*\(|return\b|Err\s*\()")
FAILS = re.compile(r"\b(?:Failed|Cancelled)\b")


def of_loop(walk: Unfolding, rust: RustFile, node: Node) -> None:
    body = node.child_by_field_name("body")
    if body is None:
        return
    if node.type == "for_expression":
        opening = Loop(rust, node)
        walk.emit(opening)
        before, walk.rounds = walk.rounds, True
        walk.block(rust, body, Wanted())
        walk.rounds = before
        walk.emit(Loop(rust, node, opening))
        return
    condition = node.child_by_field_name("condition")
    if condition is not None and walk.programs.sites(rust, condition, walk.handles):
        walk.doubt(rust, condition, "the workflow is run in a loop's condition")
        return
    around = Step(rust, node, text="", binds=set())
    around.names, around.lost = Names(), "a loop without an end"
    around.changes = changed(rust, body)
    if condition is not None and condition.type == "let_condition":
        walk.unknown(rust, condition.child_by_field_name("pattern"), "a loop without an end")
    before, walk.rounds = walk.rounds, False
    _conditional(walk, rust, body, Wanted())
    walk.rounds = before
    walk.emit(around)  # what it comes to after its first round is not known


def _conditional(walk: Unfolding, rust: RustFile, node: Node | None, wanted: Wanted) -> None:
    if node is not None:
        before, walk.condition = walk.condition, True
        if node.type == "else_clause":
            node = named(node)[0]
        walk.expression(rust, node, wanted)
        walk.condition = before


def of_if(walk: Unfolding, rust: RustFile, node: Node, wanted: Wanted) -> None:
    condition = node.child_by_field_name("condition")
    body, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
    if condition is None or not walk.programs.sites(rust, condition, walk.handles):
        if wanted.name is not None:
            walk.doubt(rust, node, "a value is that of one of several executions")
        for inner in within(condition) if condition is not None else ():
            if inner.type == "let_condition":
                walk.unknown(rust, inner.child_by_field_name("pattern"), "a condition")
        for part in (body, other):
            _conditional(walk, rust, part, Wanted())
        return
    pattern, value = condition.child_by_field_name("pattern"), condition.child_by_field_name("value")
    name, ok = bound(rust, pattern)
    if pattern is not None and value is not None and ok and name is not None and body is not None:
        if STOPS_AT_ONCE.match(rust.text(body)):
            walk.doubt(rust, node, "an error is expected here")
        walk.expression(rust, value, Wanted(name, walk.frame, 1))
        walk.block(rust, body, wanted)
    elif pattern is not None and value is not None and rust.text(pattern).startswith("Err("):
        if other is not None and STOPS.search(rust.text(other)):
            walk.doubt(rust, node, "an error is expected here")
        walk.expression(rust, value, Wanted())
    else:
        walk.doubt(rust, condition, "the workflow is run in a condition that is not followed")


def of_match(walk: Unfolding, rust: RustFile, node: Node, wanted: Wanted) -> None:
    value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
    arms = [child for child in named(body) if child.type == "match_arm"] if body is not None else []
    if value is not None and walk.programs.sites(rust, value, walk.handles):
        _match_of_run(walk, rust, value, arms, wanted)
        return
    if wanted.name is not None:
        walk.doubt(rust, node, "a value is that of one of several executions")
    for arm in arms:
        pattern, then = arm.child_by_field_name("pattern"), arm.child_by_field_name("value")
        if then is not None and walk.programs.sites(rust, then, walk.handles):
            walk.unknown(rust, pattern, "a condition")
            _conditional(walk, rust, then, Wanted())


def _match_of_run(walk: Unfolding, rust: RustFile, value: Node, arms: list[Node], wanted: Wanted) -> None:
    """`match runner.execute(..).await { Ok(result) => .., Err(error) => .. }`"""
    chosen, unsure = _arm_of_result(rust, arms)
    if unsure is not None:
        walk.doubt(rust, unsure, "an execution that does not complete may be expected here")
    if chosen is None:
        walk.expression(rust, value, Wanted())
        return
    name, then = chosen
    if then.type == "identifier" and rust.text(then) == name:
        walk.expression(rust, value, wanted.unwrapped())
        return
    walk.expression(rust, value, Wanted(name, walk.frame, 1))
    if then.type == "block":
        walk.block(rust, then, wanted)
    else:
        walk.statement(rust, then, wanted, tail=True)


def _arm_of_result(rust: RustFile, arms: list[Node]) -> tuple[tuple[str, Node] | None, Node | None]:
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
