"""Room: the arguments of #[workflow] and #[task], read as strictly as the macros read them."""

from __future__ import annotations

from .contracts import known
from .source.rust_attr import Opaque

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .contracts import Contract
    from .source.rust_attr import Attr, Meta, Value
    from .source.text import Span

TAKES = {
    "text": "a string literal",
    "texts": "a list of string literals",
    "integer": "an integer literal",
    "boolean": "`true` or `false`",
    "function": "the name of a function",
    "graph": '`computation_graph("name")`',
}
# what authors coming from elsewhere write -> the argument they mean
MEANT = {
    "after": "dependencies",
    "backoff": "retry_backoff",
    "delay_ms": "retry_delay_ms",
    "depends": "dependencies",
    "depends_on": "dependencies",
    "deps": "dependencies",
    "id": "name",
    "max_attempts": "retry_attempts",
    "max_retries": "retry_attempts",
    "name": "id",
    "retries": "retry_attempts",
    "retry": "retry_attempts",
    "retry_count": "retry_attempts",
    "retry_delay": "retry_delay_ms",
    "retry_max_delay": "retry_max_delay_ms",
    "task_id": "id",
    "task_name": "id",
    "trigger": "triggers",
    "trigger_rule": "trigger_rules",
}


class Problem:
    """One argument that the macro does not take. rename: the key it should be, where that is clear."""

    __slots__ = ("help", "message", "rename", "span")

    def __init__(self, span: Span, message: str, help_text: str, rename: str = "") -> None:
        self.span = span
        self.message = message
        self.help = help_text
        self.rename = rename


def kinds(contract: Contract, macro: str) -> dict[str, str]:
    """Argument -> kind (see 0.6.toml) of a macro, for the exact minor judged by."""
    found: dict[str, str] = {}
    for key, value in contract.data["macros"][macro].items():
        if isinstance(value, str):
            found[key] = value
        else:
            major, _, minor = key.partition(".")
            if (int(major), int(minor)) <= contract.minor:
                found.update(value)
    return found


def since(macro: str, argument: str) -> str:
    """The first version that has an argument, "" where none has."""
    for contract in known():
        table = contract.data["macros"][macro]
        if argument in table:
            return f"{contract.since[0]}.{contract.since[1]}"
        for key, value in table.items():
            if isinstance(value, dict) and argument in value:
                return str(key)
    return ""


def problems(attr: Attr, macro: str, contract: Contract) -> list[Problem]:
    """What the macro refuses in one attribute. A rule's value is looked at by trigger_rules.py."""
    takes = kinds(contract, macro)
    # what stands for a name or an id that is missing is said by CL402 and CL406
    lacks_id = macro == "task" and attr.get("id") is None and contract.data["structure"]["task-id"]
    lacks_name = macro == "workflow" and attr.get("name") is None
    instead = next((meta for meta in attr.args if meta.name not in takes), None) if lacks_id else None
    found = []
    for meta in attr.args:
        problem = _problem(meta, takes, macro) if meta is not instead else None
        if problem is None or (lacks_name and (problem.rename == "name" or (not meta.path and len(attr.args) == 1))):
            continue
        found.append(problem)
    late = attr.get("post_invocation")
    if late is not None and late.key_span is not None and attr.get("invokes") is None and "invokes" in takes:
        help_text = "add `invokes`, or do it at the end of the task's body"
        found.append(
            Problem(late.key_span, "`post_invocation` does nothing without `invokes`: the macro refuses it", help_text)
        )
    return found


def _problem(meta: Meta, takes: dict[str, str], macro: str) -> Problem | None:
    listed = ", ".join(takes)
    if meta.path is None or meta.key_span is None:
        return Problem(
            meta.span,
            f"#[{macro}] takes `name = value` arguments, not `{_short(meta.span.text)}`",
            f"the arguments are {listed}",
        )
    key = meta.name
    if key not in takes or meta.key_span.text != key:
        return _unknown(meta.key_span, key, list(takes), macro)
    kind = takes[key]
    if kind == "call":
        if meta.args is None or meta.op is not None:
            return Problem(meta.span, f"`{key}` is written with brackets: `{key}(…)`", f"write `{key}(…)`")
        return None
    if meta.op != "=" or meta.args is not None or meta.value_span is None:
        return Problem(
            meta.span,
            f"`{key}` of #[{macro}] is given as `{key} = value`",
            f"write `{key} = …`: it takes {_takes(kind)}",
        )
    wrong = _wrong(meta.value, kind, meta)
    if wrong is None:
        return None
    span, what = wrong
    text = _short(span.text)
    if what == "comma":
        return Problem(
            span, f"a comma is missing in `{_short(meta.span.text, 60)}`", "separate the arguments by commas"
        )
    if what == "range":
        return Problem(
            span, f"`{key} = {text}` is too large: the macro reads a 32-bit integer", "the largest value is 2147483647"
        )
    return Problem(
        span, f"`{key}` of #[{macro}] takes {TAKES[kind]}, not `{text}`", _literal_help(key, kind, meta.value)
    )


def _unknown(span: Span, key: str, names: list[str], macro: str) -> Problem:
    if key in names:
        return Problem(span, f"`{span.text}` is no argument of #[{macro}]: write `{key}`", f"write `{key}`", key)
    first = since(macro, key)
    if first:
        return Problem(
            span, f"#[{macro}] has no argument `{key}` before Cloacina {first}", f"use {first}, or leave it out"
        )
    from .workflows import closest

    near = closest(key, names) or MEANT.get(key, "")
    near = near if near in names else ""
    help_text = f"did you mean `{near}`?" if near else f"the arguments are {', '.join(names)}"
    return Problem(span, f"#[{macro}] has no argument `{key}`", help_text, near)


def _wrong(value: Value, kind: str, meta: Meta) -> tuple[Span, str] | None:
    """(place, what) of a value that is not of its kind: what is "comma", "range" or "kind"."""
    span = meta.value_span or meta.span
    if kind == "rule":
        return None
    if isinstance(value, Opaque) and _runs_on(value.text):
        return span, "comma"
    if kind == "text":
        good = isinstance(value, str)
    elif kind == "texts":
        if isinstance(value, list):
            for part in value:
                if isinstance(part.value, Opaque) and part.value.text[:1] == '"':
                    return part.span, "comma"
                if part.path is not None or part.args is not None or not isinstance(part.value, str):
                    return part.span, "kind"
        good = isinstance(value, list)
    elif kind == "integer":
        good = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, int) and good and not -(2**31) <= value < 2**31:
            return span, "range"
    elif kind == "boolean":
        good = isinstance(value, bool)
    elif kind == "function":
        good = isinstance(value, Opaque)
    else:
        inner = meta.inner
        args = inner.args if inner is not None and inner.path == ("computation_graph",) else None
        good = args is not None and len(args) == 1 and args[0].path is None and isinstance(args[0].value, str)
    return None if good else (span, "kind")


def _runs_on(text: str) -> bool:
    """Whether a value's tokens go on with `name =` of a next argument."""
    before, equals, after = text.partition("=")
    words = before.split()
    return (
        bool(equals)
        and len(words) > 1
        and words[-1].isidentifier()
        and after[:1] not in ("=", ">")
        and not set("(|{") & set(before)
    )


def _literal_help(key: str, kind: str, value: Value) -> str:
    if kind == "texts" and isinstance(value, str):
        return f'write `{key} = ["{value}"]`'
    if kind in ("integer", "boolean", "function") and isinstance(value, str) and value.replace("_", "a").isalnum():
        return f"write `{key} = {value}`"
    return f"write {TAKES[kind]}"


def _takes(kind: str) -> str:
    return TAKES.get(kind, "a trigger rule")


def _short(text: str, most: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def removal(attr: Attr, meta: Meta) -> Span | None:
    """The text to take away so that one argument is gone; None where something other than a comma stands beside it."""
    args = attr.args
    index = next((i for i, other in enumerate(args) if other is meta), -1)
    file = meta.span.file
    if index > 0:
        start, end = args[index - 1].span.end, meta.span.end
        between = file.text[start : meta.span.start]
    elif index == 0 and len(args) > 1:
        start, end = meta.span.start, args[1].span.start
        between = file.text[meta.span.end : end]
    else:
        return None
    return file.span(start, end) if between.strip() == "," else None
