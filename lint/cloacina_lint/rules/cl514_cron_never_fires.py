"""Room rules/: CL514 cron-never-fires."""

from __future__ import annotations

from ..cron import Grammar
from ..finding import ERROR
from ..rule import Rule
from ..triggers import example, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class CronNeverFires(Rule):
    code = "CL514"
    name = "cron-never-fires"
    group = "trigger"
    severity = ERROR
    since = (0, 6)
    summary = "A cron expression that matches no day"
    why = """
`0 0 31 2 *` parses, but there is no 31st of February. The server finds no next time, warns "failed to register cron
schedule" in its log, and the trigger never fires (loaded with the 0.6.1 engine). Day and weekday together mean either
of them, so a weekday beside the day makes it fire.
"""
    no_fix = "which day was meant, only the author knows"
    failing = example('#[trigger(on = "data", cron = «"0 0 31 2 *"», name = "data")]\npub fn yearly() {}')
    passing = example('#[trigger(on = "data", cron = "0 0 29 2 *", name = "data")]\npub fn yearly() {}')
    proof = r"load: schedules: .*\"error\": \""

    def check(self, crate: Crate) -> Iterator[Finding]:
        grammar = Grammar(crate.contract)
        for trigger in triggers(crate):
            text = trigger.cron
            if text is None or grammar.macro_refuses(text) or grammar.refuses(text) or not grammar.never_fires(text):
                continue
            yield self.finding(
                f"cron expression `{text}` matches no time: the trigger never fires",
                trigger.span("cron"),
                help="minute hour day month weekday; no such day in such a month",
            )
