"""Room rules/: CL502 trigger-interval."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..triggers import POLL, POLL_USES, better_duration, duration, example, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TriggerInterval(Rule):
    code = "CL502"
    name = "trigger-interval"
    group = "trigger"
    severity = ERROR
    summary = "A `poll_interval` that `#[trigger]` cannot read"
    why = """
The macro reads a whole number and one unit of `ms`, `s`, `m`, `h`, with nothing between them. There is no `d`, no
fraction and no bare number: the build fails (built, 0.6.1 and 0.11.1).
"""
    fixable = True
    failing = example('#[trigger(on = "data", poll_interval = «"1d"»)]\n' + POLL, uses=POLL_USES)
    passing = example('#[trigger(on = "data", poll_interval = "24h")]\n' + POLL, uses=POLL_USES)
    version = "0.11.1"
    proof = r"build: Invalid duration format: '1d'"

    def check(self, crate: Crate) -> Iterator[Finding]:
        units: list[str] = crate.contract.data["trigger"]["duration-units"]
        for trigger in triggers(crate):
            text = trigger.poll_interval
            if text is None or duration(text, units) is not None:
                continue
            span = trigger.span("poll_interval")
            better = better_duration(text, units)
            yield self.finding(
                f"`{text}` is no duration for #[trigger]: the build fails",
                span,
                help=f'write `"{better}"`' if better else f"write a whole number and one of {', '.join(units)}",
                fix=Fix(f"write {better}", [Edit(span, f'"{better}"')]) if better else None,
            )
