"""Room rules/: CL512 trigger-function."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule
from ..triggers import POLL, POLL_USES, example, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_item import Item


class TriggerFunction(Rule):
    code = "CL512"
    name = "trigger-function"
    group = "trigger"
    severity = ERROR
    since = (0, 6)
    summary = "A poll trigger's function that is not what the macro makes of it"
    why = """
`#[trigger]` keeps the body and writes the signature itself: `async fn name() -> Result<TriggerResult, TriggerError>`,
whatever yours says. So a body that gives a `bool` or nothing fails the build with E0308 (built, 0.6.1), a parameter
is gone (E0425 where the body uses it, built), and only a function will do. An error type of your own and a missing
`async` do no harm: `?` must then convert to `TriggerError`. A cron trigger's function is thrown away as a whole.
"""
    no_fix = "what makes the trigger fire, only the author knows"
    failing = example(
        '#[trigger(on = "data", poll_interval = "30s")]\npub async fn arrived() -> «bool» {\n    true\n}',
        uses=POLL_USES,
    )
    passing = example('#[trigger(on = "data", poll_interval = "30s")]\n' + POLL, uses=POLL_USES)
    version = "0.11.1"
    proof = r"build: mismatched types"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for declared in crate.facts.triggers:
            if declared.item.kind != "fn" and not declared.attr.conditions:
                yield self.finding(
                    f"#[trigger] stands on a {declared.item.kind}, it needs an async function: the build fails",
                    declared.name_span,
                    help="write an async function that returns Result<TriggerResult, TriggerError>",
                )
        for trigger in triggers(crate):
            item = trigger.declared.item
            if trigger.poll_interval is None or item.body_span is None:
                continue
            if _wrong_result(item):
                yield self.finding(
                    "the body must give Result<TriggerResult, TriggerError>, whatever is declared: the build fails",
                    item.return_span or item.name_span,
                    help="return `Ok(TriggerResult::Fire(None))` or `Ok(TriggerResult::Skip)`",
                )
            for param in item.params:
                used = param.name is not None and _used(item, param.name)
                yield self.finding(
                    "#[trigger] drops the parameter" + (", which the body uses: the build fails" if used else ""),
                    param.span,
                    help="take it away: nothing is handed to a trigger",
                    severity="" if used else "warning",
                )


PLAIN = {"bool", "()", "String", "&str", "TriggerResult", "i32", "i64", "u32", "u64", "usize", "f64"}
NEVER = ("todo!", "unimplemented!", "panic!", "unreachable!", "loop", "return", "exit(")


def _wrong_result(item: Item) -> bool:
    assert item.body_span is not None
    body = item.body_span.text
    if any(word in body for word in NEVER):
        return False
    declared = item.return_type
    if declared is None:
        end = body[:-1].rstrip()
        return end.endswith(("{", ";")) and "macro_rules" not in body
    declared = declared.replace(" ", "").rpartition("::")[2] if "<" not in declared else declared.replace(" ", "")
    if declared in PLAIN or declared.startswith("Option<"):
        return True
    return declared.startswith("Result<") and declared[len("Result<") :].split(",")[0].rstrip(">") in PLAIN - {
        "TriggerResult"
    }


def _used(item: Item, name: str) -> bool:
    assert item.body_span is not None
    start, end = item.body_span.start, item.body_span.end
    body = item.body_span.text
    if any(form in body for form in (f"let {name}", f"let mut {name}", f"|{name}", f"({name})", f"{name},")):
        return f"({name})" in body and f"let {name}" not in body and f"Some({name})" not in body
    return any(start <= span.start < end for span in item.rust.mentions(name))
