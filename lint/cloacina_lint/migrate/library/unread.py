"""Room migrate/library/: members that only what left has used: rustc would warn of them, or refuse them."""

from __future__ import annotations

import re

from ..rust import lines
from ..rust.syntax import named, walk, words
from .fates import GONE, LIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ..outcome import Report
    from ..rust.lines import Change
    from ..survey.modules import Module, Unit
    from .fates import Fates

ALLOW = "#[allow(dead_code)]"
MADE = "made"
# derives that do not count as a use of a field, as rustc sees it, and those that make a type's variants
NO_USE = frozenset(("Debug", "Clone", "Copy", "Default"))
MAKING = words(
    "Deserialize DeserializeFromStr ValueEnum Subcommand EnumIter EnumString FromRepr FromPrimitive TryFromPrimitive "
    "Sequence Arbitrary FromStr Decode BorshDeserialize Archive Type sqlx"
)
MATCHES = re.compile(r"\bmatches\s*!\s*\(")


def allow(fates: Fates, changes: dict[str, list[Change]], report: Report) -> None:
    """`#[allow(dead_code)]` on fields, variants and trait methods that only code which leaves has used."""
    if not any(fates.leaves(unit.item) for unit in fates.code.units):
        return
    text = _texts(fates)
    told = []
    for unit in fates.code.units:
        item = unit.item
        if item.kind not in ("struct", "enum", "trait") or fates.state(unit, unit.module) != LIVE or _derived(unit):
            continue
        if any(attr.path[-1:] == ("allow",) for attr in item.attrs):
            continue
        public = item.vis == "pub" and _public(unit.module)
        cut = {one.name for one in fates.cuts.variants if one.enum is unit} if fates.cuts is not None else set()
        for member, name in _members(unit):
            if name in cut or (public and (item.kind != "struct" or _is_pub(member))):
                continue
            use = re.compile(
                {
                    "struct": rf"\.\s*{re.escape(name)}\b(?!\s*\()",
                    "enum": rf"::\s*{re.escape(name)}\b",
                    "trait": rf"(?:\.|::)\s*{re.escape(name)}\b",
                }[item.kind]
            )
            live = text[MADE] if item.kind == "enum" else text[LIVE]
            if not use.search(text[GONE]) or use.search(live) or _taken_apart(unit, name, text[LIVE]):
                continue
            start = item.rust.span(member).start
            line = item.span.file.text.rfind("\n", 0, start) + 1
            indent = item.span.file.text[line:start]
            between = f"\n{indent}" if not indent.strip() else " "
            changes.setdefault(unit.module.mod_file.path, []).append((start, start, ALLOW + between))
            told.append(f"`{unit.name}::{name}`" if item.kind != "struct" else f"`{unit.name}.{name}`")
    if told:
        report.done.append(f"{ALLOW}, because only what left used it: {', '.join(told)}")


def _texts(fates: Fates) -> dict[str, str]:
    """State -> the code in it; MADE: what is LIVE without its patterns."""
    found: dict[str, list[str]] = {}
    for unit in fates.code.units:
        if unit.item.kind == "mod" or (unit.item.kind == "impl" and unit.item.trait is None):
            continue
        code = fates.code.blanked[unit.module.mod_file.path]
        state = fates.state(unit, unit.module)
        found.setdefault(state, []).append(code[lines.item_start(unit.item) : unit.item.span.end])
        if state == LIVE:  # `{name}` in a format string
            found.setdefault(MADE, []).append(_without_patterns(unit, code))
            found[state] += [f" {word} " for word in re.findall(r"\{(\w+)[:}]", unit.item.span.text)]
    return {state: "\n".join(found.get(state, [])) for state in (LIVE, MADE, GONE)}


def _without_patterns(unit: Unit, code: str) -> str:
    """An item's code without what it only takes apart: the patterns of `match`, `let`, parameters and `matches!`."""
    item = unit.item
    start, end = lines.item_start(item), item.span.end
    gaps = []
    for node in walk(item.node):
        pattern = node.child_by_field_name("pattern")
        if pattern is not None:
            guard = pattern.child_by_field_name("condition")
            whole = item.rust.span(pattern)
            gaps.append((whole.start, item.rust.span(guard).start if guard is not None else whole.end))
    for match in MATCHES.finditer(code, start, end):
        depth, at, comma = 1, match.end(), 0
        while at < end and depth:
            depth += (code[at] in "([{") - (code[at] in ")]}")
            comma = comma or (at if code[at] == "," and depth == 1 else 0)
            at += 1
        guard_at = code.find(" if ", comma, at) if comma else -1
        gaps += [(comma, guard_at if guard_at > 0 else at)] if comma else []
    for first, last in gaps:
        code = code[:first] + " " * (last - first) + code[last:]
    return code[start:end]


def _derived(unit: Unit) -> bool:
    """Whether a derive uses the members."""
    for attr in unit.item.attrs:
        if attr.path[-1:] == ("derive",):
            derives = set(re.findall(r"\w+", attr.span.text)) - {"derive"}
            if derives & MAKING if unit.item.kind == "enum" else derives - NO_USE:
                return True
    return False


def _public(module: Module | None) -> bool:
    while module is not None and module.unit is not None:
        if module.unit.item.vis != "pub":
            return False
        module = module.parent
    return True


def _members(unit: Unit) -> list[tuple[Node, str]]:
    rust = unit.item.rust
    found = []
    for node in walk(unit.item.node):
        if node.type in ("field_declaration", "enum_variant", "function_signature_item", "function_item"):
            name = node.child_by_field_name("name")
            kind = {"struct": "field_declaration", "enum": "enum_variant"}.get(unit.item.kind)
            wrong = "function" not in node.type if kind is None else node.type != kind
            if name is None or wrong:
                continue
            found.append((node, rust.text(name)))
    return found


def _is_pub(member: Node) -> bool:
    return any(child.type == "visibility_modifier" for child in named(member))


def _taken_apart(unit: Unit, name: str, live: str) -> bool:
    """Whether a pattern may take the field: `Type { name, .. }`, as far as text tells."""
    if unit.item.kind != "struct":
        return False
    inside = rf"[^{{}}]*\b{re.escape(name)}\b[^{{}}]*"
    pattern = rf"(?:\b{re.escape(unit.name)}|\bSelf)\s*\{{{inside}\}}\s*(?:=[^=]|=>|\||\)\s*=)"
    return re.search(pattern, live) is not None
