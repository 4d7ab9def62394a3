"""Room migrate/service_test/: which of a program's steps say what an execution has to come to."""

from __future__ import annotations

import re

from ..programs import tails
from ..programs.runs import Run, Step, Unfolded
from ..rust.syntax import Ref, named, walk, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from ...source.rust import RustFile
    from ...source.rust_item import Item

ASSERTING = words(
    "assert assert_eq assert_ne debug_assert debug_assert_eq debug_assert_ne ensure panic bail unreachable"
)
STOPS = re.compile(
    r"\b(?:panic|bail|unreachable|todo)\s*!|\breturn\s+Err\b|\bexit\s*\(\s*[1-9]|\bErr\s*\("
    r"|\bExitCode\s*::\s*(?:FAILURE|from)\b"
)
EXIT = re.compile(r"\b(?:std\s*::\s*)?(?:process\s*::\s*)?exit\s*\(\s*([1-9]\d*)\s*\)")
# the same as the value of main
EXIT_CODE = re.compile(
    r"\breturn\s+(?:std\s*::\s*)?(?:process\s*::\s*)?ExitCode\s*::\s*(?:FAILURE|from\(\s*[1-9]\d*\s*\))"
)
PANICS = re.compile(r"\b(?:assert(?:_eq|_ne)?|panic|unreachable)\s*!")
FINAL = "final_context"
# a value looked at further, and then asked for
CHAIN = r"(?:\s*\.\s*(?:and_then|map|cloned|copied|filter|as_\w+)\s*\((?:[^()]|\([^()]*\))*\))*"
STRICT = r"\s*\.\s*(?:unwrap|expect|ok_or\w*)\s*\("
# a status that only gets another name
HANDED_ON = re.compile(r"^let\s[^=;]*=\s*[\w.\s]*\bstatus(?:\s*\.\s*clone\(\))?\s*;$")
COMPLETED, FAILED = "Completed", "Failed"


class Expectation:
    """What a run has to come to. status: variant of WorkflowStatus, "" where the program does not say; keys: context
    keys that have to be there, in order. looked: its status is looked at in a way that is not understood here."""

    __slots__ = ("keys", "looked", "status", "troubled")

    def __init__(self) -> None:
        self.status = ""
        self.keys: list[str] = []
        self.looked = False
        self.troubled = False


class Known:
    """How the steps name a run's result, its status and its final context, as patterns."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.names = {run.result} if run.result is not None else set()
        self.statuses: set[str] = set()
        self.finals: set[str] = set()
        self.expected = Expectation()

    @property
    def all(self) -> set[str]:
        return self.names | self.statuses | self.finals

    @property
    def name(self) -> str:
        return rf"\b{_one_of(self.names)}"

    @property
    def status(self) -> str:
        direct = rf"{self.name}\s*\.\s*status\b"
        return rf"(?:{direct}|\b{_one_of(self.statuses)}\b)" if self.statuses else direct

    def follow(self, step: Step) -> None:
        """`let end = &result.final_context;` and the like; a name that is given to something else is forgotten."""
        gained: set[str] | None = None
        passed = r"^let\s+(?:mut\s+)?(\w+)\s*(?::[^=]*)?=\s*&?\s*"
        for behind, known in (
            (rf"{self.name}\s*\.\s*final_context\s*;", self.finals),
            (rf"{self.status}(?:\s*\.\s*clone\(\))?\s*;", self.statuses),
            (rf"{self.name}\s*;", self.names),
        ):
            if gained is None and self.names and re.match(passed + behind, step.text):
                gained = known
        self.forget(step.binds)
        if gained is not None:
            gained |= step.binds

    def forget(self, names: set[str]) -> None:
        for known in (self.names, self.statuses, self.finals):
            known -= names


def _one_of(names: set[str]) -> str:
    return f"(?:{'|'.join(re.escape(name) for name in sorted(names))})" if names else r"(?!)"


def read(
    unfolded: Unfolded, surely: set[str], functions: dict[str, Item], *, program: bool = True
) -> dict[int, Expectation]:
    """Mark the steps that assert something, rewrite them for a test, and give what each run (by its id) is expected to
    come to. surely: keys that a task puts into the context whenever the workflow completes. program: what a program
    runs is taken to complete where it does not say; what a test runs is not."""
    runs: list[Known] = []
    for step in unfolded.steps:
        if isinstance(step, Run):
            for known in runs:
                known.forget({step.result or ""})
            runs.append(Known(step))
        elif isinstance(step, Step) and runs:
            about = [known for known in runs if known.all & (step.names.free | step.names.captured)]
            _step(step, about, surely, functions)
            for known in runs:
                known.follow(step)
    for known in runs:
        expected = known.expected
        doubtful = expected.looked or (len(runs) > 1 and expected.troubled)
        if not expected.status and program and not doubtful:
            expected.status = COMPLETED
    return {id(known.run): known.expected for known in runs}


def _step(step: Step, about: list[Known], surely: set[str], functions: dict[str, Item]) -> None:
    asserts = _asserts(step)
    for known in about:
        status = _status(step, known)
        if status is not None:
            known.expected.status = status
        elif re.search(known.status, step.text) and (asserts or step.binds):
            known.expected.looked = known.expected.looked or not HANDED_ON.search(step.text)
        known.expected.troubled = known.expected.troubled or "error_message" in step.text
    if any(known.run.raw for known in about):
        return
    if about and all(_only_status(step, known) and (not asserts or _status(step, known)) for known in about):
        return
    if about and not step.binds and not asserts and _checks(step, functions):
        step.asserts = True
        for known in about:
            known.expected.looked = True
        return
    if step.binds or not asserts:
        stops = _else(step)
        for known in about:
            for key, sure in _keys(step, known):
                if (sure or stops or key in surely) and key not in known.expected.keys:
                    known.expected.keys.append(key)
        if step.binds and (EXIT.search(step.text) or EXIT_CODE.search(step.text)):
            _for_a_test(step)
            step.names.leaves = "return" in step.text
        elif step.binds and tails.makes_error(step.text):
            _for_a_test(step)
        return
    step.asserts = True
    _for_a_test(step)


def _checks(step: Step, functions: dict[str, Item]) -> bool:
    """Whether a statement hands something to a function of the program's own that asserts."""
    if step.node is None or step.node.type != "expression_statement":
        return False
    called = {ref.parts[-1] for ref in step.names.refs if re.search(rf"\b{ref.parts[-1]}\s*\(", step.text)}
    return any(name in functions and PANICS.search(functions[name].span.text) for name in called)


def _for_a_test(step: Step) -> None:
    """An exit status and an error that is made by hand become a panic."""
    text = EXIT.sub(r'panic!("exit status \1")', step.text)
    text = EXIT_CODE.sub('panic!("the program ends with a failure here")', text)
    text = tails.asserting(text)
    text = re.sub(r"\b(?:anyhow::|eyre::)?bail!(?=\s*\(\s*\")", "panic!", text)
    text = re.sub(
        r"\breturn\s+Err\s*\(\s*(?:anyhow::|eyre::)?(?:anyhow|eyre)!\s*\((\s*\".*?)\)\s*\)\s*;",
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
            if ref.parts[-1] not in ("ensure", "bail", "exit", "anyhow", "eyre")
            and not {"process", "ExitCode"} & set(ref.parts)
        ]
        step.names.refs.append(Ref(("assert",), 0, 0, macro=True))


# --- the status ---


def _status(step: Step, known: Known) -> str | None:
    """The status that a step asks for."""
    text = step.text
    if not re.search(known.status, text):
        if re.search(rf"\bassert!\s*\(\s*{known.name}\s*\.\s*error_message\s*\.\s*is_some\(\)", text):
            return FAILED
        return None
    variants = re.findall(r"\bWorkflowStatus\s*::\s*(\w+)", text) or re.findall(
        r"[(,=&\s\"](Completed|Failed|Cancelled)\b", text
    )
    if not variants:
        return None
    word = variants[0]
    macro = re.match(r"\s*(?:\w+\s*::\s*)*(\w+)!\s*\(", text)
    if macro is not None:
        inner = text[macro.end() :].lstrip()
        negative = macro.group(1).endswith("_ne") or inner.startswith("!") or re.search(rf"{known.status}\s*!=", text)
        several = len(set(variants)) > 1 or "||" in text or (negative and "&&" in text)
        if macro.group(1) in ASSERTING and not several:
            return (FAILED if word == COMPLETED else COMPLETED) if negative else word
        return None
    node = step.node if step.node is not None else step.origin
    if node is None:
        return None
    inner_node = named(node)[0] if node.type == "expression_statement" and named(node) else node
    if node.type == "let_declaration":
        inner_node = node.child_by_field_name("value") or node
    if inner_node.type == "if_expression":
        condition, body = inner_node.child_by_field_name("condition"), inner_node.child_by_field_name("consequence")
        if condition is None or body is None:
            return None
        asked = step.rust.text(condition)
        if "&&" in asked:
            return None
        negative = "!=" in asked or asked.lstrip().startswith("!")
        if STOPS.search(step.rust.text(body)):
            return word if negative else (FAILED if word == COMPLETED else COMPLETED)
        other = inner_node.child_by_field_name("alternative")
        if other is not None and STOPS.search(step.rust.text(other)):
            return (FAILED if word == COMPLETED else COMPLETED) if negative else word
    if inner_node.type == "match_expression":
        arms = [(COMPLETED in arm, STOPS.search(then) is not None) for arm, then in _arms(step.rust, inner_node)]
        if (True, True) in arms:
            return FAILED
        return COMPLETED if (False, False) not in arms else None
    return None


def _arms(rust: RustFile, node: Node) -> Iterator[tuple[str, str]]:
    body = node.child_by_field_name("body")
    for arm in named(body) if body is not None else []:
        pattern, value = arm.child_by_field_name("pattern"), arm.child_by_field_name("value")
        if pattern is not None and value is not None:
            yield rust.text(pattern), rust.text(value)


def _only_status(step: Step, known: Known) -> bool:
    """Whether a step looks at nothing but the status (and the error message): the test's own assertion says as much."""
    text = step.text
    if step.binds or not re.search(rf"{known.status}|{known.name}\s*\.\s*error_message\b", text):
        return False
    looked = set(re.findall(rf"{known.name}\b\s*(?:\.\s*(\w+))?", text))
    return looked <= {"status", "error_message", "execution_id", "workflow_name", "duration"}


# --- assertions ---


def _asserts(step: Step) -> bool:
    if any(ref.macro and ref.parts[-1] in ASSERTING for ref in step.names.refs):
        return True
    if step.node is None:
        return False
    return any(
        inner.type in ("return_expression", "call_expression") and STOPS.search(step.rust.text(inner)) is not None
        and (inner.type == "return_expression" or EXIT.match(step.rust.text(inner)) is not None)
        for inner in walk(step.node)
    )  # fmt: skip


# --- keys that are looked up ---


def _else(step: Step) -> bool:
    """Whether it is a `let .. else` that ends the program."""
    other = step.node.child_by_field_name("alternative") if step.node is not None else None
    return other is not None and STOPS.search(step.rust.text(other)) is not None


def _keys(step: Step, known: Known) -> Iterator[tuple[str, bool]]:
    """(key, whether its absence would stop the program) of each look-up in the final context that a completed run
    comes to."""
    final = rf"(?:{known.name}\s*\.\s*{FINAL}|\b{_one_of(known.finals)})"
    pattern = re.compile(rf"{final}\s*\.\s*get\s*\(\s*\"([^\"\\]*)\"\s*\)({CHAIN}{STRICT})?")
    node = step.node if step.node is not None else step.origin
    text = step.text if step.origin is None else step.rust.text(step.origin)
    for found in pattern.finditer(text):
        stops = found.group(2) is not None
        if stops and "ok_or" in found.group(2) and "?" not in text[found.end() :]:
            stops = False
        if node is None or _reached(step.rust, node, len(text[: found.start()].encode()) + node.start_byte):
            yield found.group(1), stops


def _reached(rust: RustFile, node: Node, byte: int) -> bool:
    """Whether a completed run gets to this place."""
    at = node.descendant_for_byte_range(byte, byte + 1)
    while at is not None and at.id != node.id:
        parent = at.parent
        if parent is None:
            break
        if parent.type == "match_arm":
            pattern, value = parent.child_by_field_name("pattern"), parent.child_by_field_name("value")
            if pattern is not None and value is not None and value.id == at.id and COMPLETED not in rust.text(pattern):
                return False
        elif parent.type == "if_expression":
            condition, body = parent.child_by_field_name("condition"), parent.child_by_field_name("consequence")
            if condition is not None and condition.id != at.id:
                asked = rust.text(condition)
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
