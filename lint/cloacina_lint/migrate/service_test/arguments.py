"""Room migrate/service_test/: steps that read the command line, with no arguments in their place."""

from __future__ import annotations

import re

from ..rust.chains import method_of
from ..rust.syntax import named, walk

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
# an argument that is not there, and what is done with it if it is
MISSING = re.compile(
    r"[^()]*\(\s*\)\s*\.\s*(?:nth\(\s*[1-9]\d*\s*\)|skip\(\s*[1-9]\d*\s*\)\s*\.\s*next\(\s*\))"
    r"(?:\s*\.\s*(?:and_then|map|filter|as_deref|as_ref|cloned)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\s*"
)
# defaults whose type does not come from elsewhere
PLAIN = re.compile(
    r"-?[\d_.]+(?:[iuf]\d+|[iu]size)?|\"[^\"]*\"(?:\.(?:to_string|to_owned)\(\))?|String::from\(\"[^\"]*\"\)|true|false"
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
    defaults = _defaults(step)
    text = step.text.encode()
    for start, end, default in sorted(defaults, reverse=True):
        text = text[:start] + default.encode() + text[end:]
    return ARGUMENTS.sub("std::iter::once(PACKAGE.to_owned())", text.decode("utf-8", "replace"))


def _defaults(step: Step) -> list[tuple[int, int, str]]:
    """`env::args().nth(1).unwrap_or_else(|| "a".to_string())` is `"a".to_string()`: (start, end, the default), as byte
    offsets in the step."""
    found: list[tuple[int, int, str]] = []
    for node in walk(step.node) if step.node is not None else []:
        call = method_of(node, step.rust)
        arguments = node.child_by_field_name("arguments")
        if call is None or arguments is None or call[1] not in ("unwrap_or", "unwrap_or_else") or step.node is None:
            continue
        given = named(arguments)
        value = given[0] if len(given) == 1 else None
        if value is not None and value.type == "closure_expression":
            value = value.child_by_field_name("body")
        if value is None or not PLAIN.fullmatch(step.rust.text(value)):
            continue
        chain = step.rust.text(call[0])
        if ARGUMENTS.match(chain) and MISSING.match(chain) and chain.count("args") == 1:
            start = step.node.start_byte
            found.append((node.start_byte - start, node.end_byte - start, step.rust.text(value)))
    return found


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
