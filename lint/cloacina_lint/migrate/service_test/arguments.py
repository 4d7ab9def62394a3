"""Room migrate/service_test/: steps that read the command line, with no arguments in their place."""

from __future__ import annotations

import re

from ..rust.syntax import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...source.rust_item import Item
    from ..programs.runs import Step

ARGUMENTS = re.compile(r"\b(?:std\s*::\s*)?env\s*::\s*args\s*\(\s*\)")
REQUIRED = re.compile(
    r"\b(?:next|nth|last)\s*\([^)]*\)\s*\.\s*(?:expect|unwrap|ok_or|ok_or_else|context|with_context)\s*\("
    r"|\b(?:next|nth|last)\s*\([^)]*\)\s*\?|\bexit\s*\(|\bpanic!|\bcollect\b|\bbail!|\breturn\s+Err\b"
)
LOOPS = frozenset(("while_expression", "for_expression", "loop_expression"))


def without_arguments(step: Step, functions: list[Item]) -> str | None:
    """The text of a step that reads the command line, with no arguments in their place, where nothing asks for one."""
    if step.node is None or not ARGUMENTS.search(step.text):
        return None
    texts = [_straight(step.text, step.node.start_byte, step.node)]
    called = {ref.parts[-1] for ref in step.names.refs}
    for item in functions:
        if item.name in called and item.body is not None:
            texts.append(_straight(item.rust.text(item.body), item.body.start_byte, item.body))
    if any(REQUIRED.search(text) for text in texts):
        return None
    return ARGUMENTS.sub("std::iter::once(PACKAGE.to_owned())", step.text)


def _straight(text: str, start: int, node: Node) -> str:
    """Code without its loops: with no arguments there is nothing to loop over."""
    raw = text.encode()
    for inner in walk(node):
        if inner.type in LOOPS:
            body = inner.child_by_field_name("body")
            if body is not None:
                size = body.end_byte - body.start_byte
                at = body.start_byte - start
                raw = raw[:at] + b" " * size + raw[at + size :]
    return raw.decode("utf-8", "replace")
