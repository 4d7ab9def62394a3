"""Room migrate/service_test/: which of a program's steps say what an execution has to come to."""

from __future__ import annotations

import re

from ..programs.runs import Run, Step, Unfolded
from ..rust.syntax import Ref, named, walk, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from ...source.rust import RustFile

ASSERTING = words(
    "assert assert_eq assert_ne debug_assert debug_assert_eq debug_assert_ne ensure panic bail unreachable"
)
STOPS = re.compile(r"\b(?:panic|bail|unreachable|todo)\s*!|\breturn\s+Err\b|\bexit\s*\(\s*[1-9]|\bErr\s*\(")
EXIT = re.compile(r"\b(?:std\s*::\s*)?(?:process\s*::\s*)?exit\s*\(\s*([1-9]\d*)\s*\)")
FINAL = "final_context"
# a value looked at further, and then asked for
CHAIN = r"(?:\s*\.\s*(?:and_then|map|cloned|copied|filter|as_\w+)\s*\((?:[^()]|\([^()]*\))*\))*"
STRICT = r"\s*\.\s*(?:unwrap|expect|ok_or\w*)\s*\("
PASSED_ON = r"^let\s+(?:mut\s+)?(\w+)\s*(?::[^=]*)?=\s*&?\s*{name}\s*\.\s*final_context\s*;"
COMPLETED, FAILED = "Completed", "Failed"


class Expectation:
    """What a run has to come to. status: variant of WorkflowStatus; keys: context keys that have to be there, in
    order."""

    __slots__ = ("keys", "status")

    def __init__(self) -> None:
        self.status = COMPLETED
        self.keys: list[str] = []


def read(unfolded: Unfolded, surely: set[str]) -> dict[int, Expectation]:
    """Mark the steps that assert something, rewrite them for a test, and give what each run (by its id) is expected to
    come to. surely: keys that a task puts into the context whenever the workflow completes."""
    expected: dict[int, Expectation] = {}
    aliases: set[str] = set()
    current: Run | None = None
    for step in unfolded.steps:
        if isinstance(step, Run):
            current = step
            aliases = set()
            expected[id(step)] = Expectation()
        elif isinstance(step, Step) and current is not None:
            found = re.match(PASSED_ON.replace("{name}", current.result or "result"), step.text)
            if found is not None:
                aliases.add(found.group(1))
            _step(step, current, expected[id(current)], surely, aliases)
    return expected


def _step(step: Step, run: Run, expectation: Expectation, surely: set[str], aliases: set[str]) -> None:
    name = run.result
    if name is None:
        return
    status = _status(step, name)
    if status is not None:
        expectation.status = status
    if _only_status(step, name):
        return
    if step.binds or not _asserts(step):
        stops = _else(step)
        for key, sure in _keys(step, name, aliases):
            sure = sure or stops
            if (sure or key in surely) and key not in expectation.keys:
                expectation.keys.append(key)
        return
    if run.raw:
        return
    step.asserts = True
    text = EXIT.sub(r'panic!("exit status \1")', step.text)
    text = re.sub(r"\b(?:anyhow::|eyre::)?ensure!", "assert!", text)
    text = re.sub(r"\b(?:anyhow::|eyre::)?bail!", "panic!", text)
    text = re.sub(
        r"\breturn\s+Err\s*\(\s*(?:anyhow::|eyre::)?(?:anyhow|eyre)!\s*\((.*?)\)\s*\)\s*;",
        r"panic!(\1);",
        text,
        flags=re.S,
    )
    text = re.sub(r"\breturn\s+Err\s*\(((?:[^()]|\([^()]*\))*?)(\.into\(\))?\)\s*;", r"return Err(\1.into());", text)
    if text != step.text:
        step.text = text
        step.names.refs = [
            ref
            for ref in step.names.refs
            if ref.parts[-1] not in ("ensure", "bail", "exit", "anyhow", "eyre") and "process" not in ref.parts
        ]
        step.names.refs.append(Ref(("assert",), 0, 0, macro=True))


# --- the status ---


def _status(step: Step, name: str) -> str | None:
    """The status that a step asks for."""
    text = step.text
    if not re.search(rf"\b{name}\s*\.\s*status\b", text):
        if re.search(rf"\bassert!\s*\(\s*{name}\s*\.\s*error_message\s*\.\s*is_some\(\)", text):
            return FAILED
        return None
    variant = re.search(r"\bWorkflowStatus\s*::\s*(\w+)", text) or re.search(
        r"[(,=&\s\"](Completed|Failed|Cancelled)\b", text
    )
    if variant is None:
        return None
    word = variant.group(1)
    macro = re.match(r"\s*(?:\w+\s*::\s*)*(\w+)!\s*\(", text)
    if macro is not None:
        inner = text[macro.end() :].lstrip()
        negative = (
            macro.group(1).endswith("_ne") or inner.startswith("!") or re.search(rf"{name}\s*\.\s*status\s*!=", text)
        )
        if macro.group(1) in ASSERTING:
            return (FAILED if word == COMPLETED else COMPLETED) if negative else word
        return None
    node = step.node
    if node is None:
        return None
    inner_node = named(node)[0] if node.type == "expression_statement" and named(node) else node
    if inner_node.type == "if_expression":
        condition, body = inner_node.child_by_field_name("condition"), inner_node.child_by_field_name("consequence")
        if condition is None or body is None:
            return None
        asked = step.rust.text(condition)
        negative = "!=" in asked or asked.lstrip().startswith("!")
        if STOPS.search(step.rust.text(body)):
            return word if negative else (FAILED if word == COMPLETED else COMPLETED)
        other = inner_node.child_by_field_name("alternative")
        if other is not None and STOPS.search(step.rust.text(other)):
            return (FAILED if word == COMPLETED else COMPLETED) if negative else word
    if inner_node.type == "match_expression":
        for arm, text_of_arm in _arms(step.rust, inner_node):
            if COMPLETED in arm and STOPS.search(text_of_arm):
                return FAILED
    return None


def _arms(rust: RustFile, node: Node) -> Iterator[tuple[str, str]]:
    body = node.child_by_field_name("body")
    for arm in named(body) if body is not None else []:
        pattern, value = arm.child_by_field_name("pattern"), arm.child_by_field_name("value")
        if pattern is not None and value is not None:
            yield rust.text(pattern), rust.text(value)


def _only_status(step: Step, name: str) -> bool:
    """Whether a step looks at nothing but the status (and the error message): the test's own assertion says as much."""
    text = step.text
    if step.binds or not re.search(rf"\b{name}\s*\.\s*status\b|\b{name}\s*\.\s*error_message\b", text):
        return False
    looked = set(re.findall(rf"\b{name}\b\s*(?:\.\s*(\w+))?", text))
    return looked <= {"status", "error_message", "execution_id", "workflow_name", "duration"}


# --- assertions ---


def _asserts(step: Step) -> bool:
    if any(ref.macro and ref.parts[-1] in ASSERTING for ref in step.names.refs):
        return True
    if step.node is None:
        return False
    return any(
        inner.type in ("return_expression", "call_expression") and STOPS.search(step.rust.text(inner)) is not None
        and "Err" in step.text + "exit"
        and (inner.type == "return_expression" or EXIT.match(step.rust.text(inner)) is not None)
        for inner in walk(step.node)
    )  # fmt: skip


# --- keys that are looked up ---


def _else(step: Step) -> bool:
    """Whether it is a `let .. else` that ends the program."""
    other = step.node.child_by_field_name("alternative") if step.node is not None else None
    return other is not None and STOPS.search(step.rust.text(other)) is not None


def _keys(step: Step, name: str, aliases: set[str]) -> Iterator[tuple[str, bool]]:
    """(key, whether its absence would stop the program) of each look-up in the final context that a completed run
    comes to."""
    roots = "|".join(re.escape(alias) for alias in sorted(aliases))
    named = rf"|\b(?:{roots})" if roots else ""
    direct = rf"\b{name}\s*\.\s*{FINAL}"
    pattern = re.compile(rf"(?:{direct}{named})\s*\.\s*get\s*\(\s*\"([^\"\\]*)\"\s*\)({CHAIN}{STRICT})?")
    text = step.text
    for found in pattern.finditer(text):
        stops = found.group(2) is not None
        if stops and "ok_or" in found.group(2) and "?" not in text[found.end() :]:
            stops = False
        if step.node is None or _reached(step, len(text[: found.start()].encode()) + step.node.start_byte):
            yield found.group(1), stops


def _reached(step: Step, byte: int) -> bool:
    """Whether a completed run gets to this place."""
    at = step.node.descendant_for_byte_range(byte, byte + 1) if step.node is not None else None
    while at is not None and step.node is not None and at.id != step.node.id:
        parent = at.parent
        if parent is None:
            break
        if parent.type == "match_arm":
            pattern, value = parent.child_by_field_name("pattern"), parent.child_by_field_name("value")
            if (
                pattern is not None
                and value is not None
                and value.id == at.id
                and COMPLETED not in step.rust.text(pattern)
            ):
                return False
        elif parent.type == "if_expression":
            condition, body = parent.child_by_field_name("condition"), parent.child_by_field_name("consequence")
            if condition is not None and condition.id != at.id:
                asked = step.rust.text(condition)
                good = COMPLETED in asked and "!" not in asked.replace("matches!", "")
                if body is None or body.id != at.id or not good:
                    return False
        elif parent.type in (
            "closure_expression",
            "for_expression",
            "while_expression",
            "loop_expression",
            "else_clause",
        ):
            value = parent.child_by_field_name("value")
            if value is None or value.id != at.id:
                return False
        at = parent
    return True


def presence(name: str, key: str) -> str:
    """The assertion that a key is in the final context."""
    return f'assert!({name}.final_context.get("{key}").is_some());'


def mentions_key(entry: Step, key: str) -> bool:
    return f'"{key}"' in entry.text
