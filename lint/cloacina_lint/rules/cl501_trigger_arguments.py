"""Room rules/: CL501 trigger-arguments."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule
from ..triggers import POLL, POLL_USES, example, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TriggerArguments(Rule):
    code = "CL501"
    name = "trigger-arguments"
    group = "trigger"
    severity = ERROR
    summary = "Arguments that `#[trigger]` refuses"
    why = """
`#[trigger]` takes `on` (required), exactly one of `poll_interval` and `cron`, and `timezone`, `allow_concurrent`,
`name`; texts must be string literals, since the macro evaluates neither constants nor `concat!`. Anything else fails
the build (built, 0.6.1 and 0.11.1). An argument given twice is taken, the last one wins.
"""
    no_fix = "which workflow, and how often, only the author knows"
    failing = example('#[trigger(on = "data", poll_interval = "30s", «workflow» = "data")]\n' + POLL, uses=POLL_USES)
    passing = example('#[trigger(on = "data", poll_interval = "30s")]\n' + POLL, uses=POLL_USES)
    version = "0.11.1"
    proof = r"build: Unknown attribute: 'workflow'"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for trigger in triggers(crate):
            if trigger.problem is not None:
                message, span, text = trigger.problem
                yield self.finding(f"{message}: the build fails", span, help=text)
