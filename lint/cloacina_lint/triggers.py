"""Room: triggers as the #[trigger] macro reads them, and the names they point at, for the rules of group trigger."""

from __future__ import annotations

from .finding import Edit
from .source.rust_attr import Opaque
from .source.rust_cfg import cfg_holds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .cloacina import Declared, Workflow
    from .crate import Crate
    from .source.rust_attr import Meta
    from .source.text import Span

STRINGS = {"on", "poll_interval", "cron", "timezone", "name"}
MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
# What people write -> (unit of the macro, how many of it).
SYNONYMS = {
    "ms": ("ms", 1), "msec": ("ms", 1), "msecs": ("ms", 1), "millis": ("ms", 1), "milliseconds": ("ms", 1),
    "s": ("s", 1), "sec": ("s", 1), "secs": ("s", 1), "second": ("s", 1), "seconds": ("s", 1),
    "m": ("m", 1), "min": ("m", 1), "mins": ("m", 1), "minute": ("m", 1), "minutes": ("m", 1),
    "h": ("h", 1), "hr": ("h", 1), "hrs": ("h", 1), "hour": ("h", 1), "hours": ("h", 1),
    "d": ("h", 24), "day": ("h", 24), "days": ("h", 24), "w": ("h", 168), "week": ("h", 168), "weeks": ("h", 168),
}  # fmt: skip


class Trigger:
    """One `#[trigger]`.

    values: key -> the argument; of a key given twice the last, as the macro takes it. problem: (message, place, help)
    of what the macro refuses in the arguments, None where it takes them.
    """

    __slots__ = ("declared", "problem", "values")

    def __init__(self, declared: Declared, known: list[str]) -> None:
        self.declared = declared
        self.values: dict[str, Meta] = {}
        self.problem: tuple[str, Span, str] | None = None
        for meta in declared.attr.args:
            key = meta.name
            if self.problem is None:
                self._judge(meta, known)
            if meta.path is not None and meta.op == "=" and key in known:
                self.values[key] = meta
        if self.problem is None:
            self._judge_whole()

    def _judge(self, meta: Meta, known: list[str]) -> None:
        key = meta.name
        place = meta.key_span or meta.span
        if meta.path is None or len(meta.path) != 1:
            self.problem = ("an argument is `key = value`", meta.span, f"the keys are {', '.join(known)}")
        elif key not in known:
            near = next((name for name in known if _alike(key, name)), "")
            text = f"did you mean `{near}`?" if near else f"the keys are {', '.join(known)}"
            self.problem = (f"#[trigger] has no argument `{key}`", place, text)
        elif meta.op != "=":
            self.problem = (f"`{key}` needs a value", meta.span, f"write `{key} = ...`")
        elif key in STRINGS and not isinstance(meta.value, str):
            self.problem = (
                f"`{key}` must be a string literal: the macro evaluates nothing",
                meta.value_span or meta.span,
                f'write `{key} = "..."`',
            )
        elif key == "allow_concurrent" and not isinstance(meta.value, bool):
            self.problem = (
                f"`{key}` must be `true` or `false`", meta.value_span or meta.span, f"write `{key} = true`"
            )  # fmt: skip

    def _judge_whole(self) -> None:
        attr = self.declared.attr
        if "on" not in self.values:
            self.problem = ("#[trigger] needs `on`, the workflow to start", attr.span, 'add `on = "<workflow name>"`')
        elif "poll_interval" not in self.values and "cron" not in self.values:
            self.problem = (
                "#[trigger] needs `poll_interval` or `cron`",
                attr.span,
                'add `poll_interval = "30s"`, or `cron = "0 3 * * *"`',
            )
        elif "poll_interval" in self.values and "cron" in self.values:
            self.problem = (
                "#[trigger] takes `poll_interval` or `cron`, not both",
                attr.span,
                "keep one: with `cron` the function's body never runs",
            )

    def text(self, key: str) -> str | None:
        meta = self.values.get(key)
        return meta.value if meta is not None and isinstance(meta.value, str) else None

    def span(self, key: str) -> Span:
        """The place of a value; the trigger's name where there is none."""
        meta = self.values.get(key)
        return (meta.value_span if meta is not None else None) or self.declared.name_span

    @property
    def cron(self) -> str | None:
        return self.text("cron") if self.problem is None else None

    @property
    def poll_interval(self) -> str | None:
        return self.text("poll_interval") if self.problem is None else None

    @property
    def name(self) -> str:
        return (self.text("name") or "") if "name" in self.values else self.declared.item.name

    def removal(self, key: str) -> Edit | None:
        """The edit that takes an argument away with the comma before it (behind it where it is the first)."""
        meta = self.values[key]
        args = self.declared.attr.args
        at = next((index for index, other in enumerate(args) if other.span == meta.span), None)
        if at is None or len(args) == 1:
            return None
        file = meta.span.file
        if at:
            return Edit(file.span(args[at - 1].span.end, meta.span.end), "")
        return Edit(file.span(meta.span.start, args[1].span.start), "")


def _alike(one: str, other: str) -> bool:
    import difflib

    return difflib.SequenceMatcher(None, one.lower(), other).ratio() >= 0.75


def triggers(crate: Crate) -> list[Trigger]:
    """The triggers of a crate that a plain build surely compiles."""
    found = crate._cache.get("triggers")
    if found is None:
        facts = crate.facts
        known: list[str] = crate.contract.data["trigger"]["arguments"]
        found = [
            Trigger(declared, known)
            for declared in facts.triggers
            if declared.item.kind == "fn" and _surely(crate, declared)
        ]
        crate._cache["triggers"] = found
    result: list[Trigger] = found
    return result


def _surely(crate: Crate, declared: Declared) -> bool:
    conditions = [*declared.attr.conditions, *declared.item.cfgs(), *declared.mod_file.cfgs()]
    return not conditions or cfg_holds(conditions, features=crate.facts.features, test=False) is True


def workflow_names(crate: Crate) -> dict[str, Workflow] | None:
    """Name -> workflow; None where one may be hidden (a macro, an include) or has a name that cannot be read."""
    facts = crate.facts
    if facts.opaque("workflow"):
        return None
    names: dict[str, Workflow] = {}
    for workflow in facts.workflows:
        name = workflow.text("name")
        if name is None:
            return None
        names[name] = workflow
    return names


def subscriptions(crate: Crate) -> Iterator[tuple[Workflow, Meta, str]]:
    """(workflow, element, trigger name) of every `triggers = ["..."]`."""
    for workflow in crate.facts.workflows:
        if workflow.attr.conditions:
            continue
        meta = workflow.argument("triggers")
        if meta is not None and isinstance(meta.value, list):
            for element in meta.value:
                if isinstance(element.value, str):
                    yield workflow, element, element.value


def without_element(workflow: Workflow, element: Meta) -> Edit | None:
    """The edit that takes one name out of `triggers = [..]`, or the whole argument where it is the only one."""
    meta = workflow.argument("triggers")
    elements = meta.value if meta is not None else None
    if meta is None or not isinstance(elements, list) or isinstance(elements, Opaque):
        return None
    file = meta.span.file
    if len(elements) == 1:
        args = workflow.attr.args
        at = next(index for index, other in enumerate(args) if other.span == meta.span)
        if at:
            return Edit(file.span(args[at - 1].span.end, meta.span.end), "")
        return Edit(file.span(meta.span.start, args[1].span.start), "") if len(args) > 1 else None
    at = next(index for index, other in enumerate(elements) if other.span == element.span)
    if at:
        return Edit(file.span(elements[at - 1].span.end, element.span.end), "")
    return Edit(file.span(element.span.start, elements[1].span.start), "")


def duration(text: str, units: list[str]) -> int | None:
    """Milliseconds of a duration as the macro reads it: a whole number and a unit, nothing between; else None."""
    text = text.strip()
    for unit in sorted(units, key=len, reverse=True):
        if text.endswith(unit):
            digits = text[: -len(unit)].removeprefix("+")
            if not (digits.isascii() and digits.isdigit()) or int(digits[:21]) >= 2**64:
                return None
            return int(digits) * MILLISECONDS[unit]
    return None


def better_duration(text: str, units: list[str]) -> str:
    """A duration that people write otherwise (`1d`, `30 s`, `5 min`) in the macro's form; empty where unclear."""
    text = text.strip().lower()
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    unit, factor = SYNONYMS.get(text[len(digits) :].strip(), ("", 0))
    if not digits or (unit not in units and not (unit == "h" and "m" in units)):
        return ""
    number = int(digits) * factor if len(digits) <= 20 else 1 << 64
    better = f"{number}{unit}" if unit in units else f"{number * 60}m"
    return better if duration(better, units) is not None else ""


def example(trigger: str, workflow: str = '#[workflow(name = "data")]', uses: str = "") -> str:
    """src/lib.rs of a rule's example: one workflow `data` and the trigger."""
    names = ", ".join(sorted({"Context", "TaskError", *uses.split()}))
    return f"""
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{{task, trigger, workflow, {names}}};

{workflow}
pub mod data {{
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {{
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }}
}}

{trigger}
"""


# A poll trigger's function, and what it takes from cloacina_workflow.
POLL = """pub async fn arrived() -> Result<TriggerResult, TriggerError> {
    Ok(TriggerResult::Skip)
}"""
POLL_USES = "TriggerError TriggerResult"
