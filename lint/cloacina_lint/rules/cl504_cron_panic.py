"""Room rules/: CL504 cron-panic."""

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


class CronPanic(Rule):
    code = "CL504"
    name = "cron-panic"
    group = "trigger"
    severity = ERROR
    since = (0, 6)
    summary = "A cron expression that builds and then takes every trigger of the package away"
    why = """
The macro checks characters, not values. The real parser runs when the server loads the library, and there the
trigger's constructor panics; the host takes that for "no triggers": **all** triggers of the package vanish, the good
ones too, and the package counts as loaded (run on the real server, 0.6.1; loaded with the 0.6.1 engine). That holds
for values out of range (`99 * * * *`), a range backwards, a step of 0 and a seventh field. From 0.12 on (croner 4) it
also holds for a step after a single number (`5/15`).
"""
    no_fix = "which time was meant, only the author knows"
    failing = example('#[trigger(on = "data", cron = «"99 * * * *"», name = "data")]\npub fn hourly() {}')
    passing = example('#[trigger(on = "data", cron = "9 * * * *", name = "data")]\npub fn hourly() {}')
    proof = r"load: triggers: \{\"error\": .*[Pp]anic"

    def check(self, crate: Crate) -> Iterator[Finding]:
        grammar = Grammar(crate.contract)
        for trigger in triggers(crate):
            text = trigger.cron
            if text is None or grammar.macro_refuses(text):
                continue
            reason = grammar.refuses(text)
            if reason:
                yield self.finding(
                    f"cron expression `{text}` builds, but panics when the server loads it ({reason}): "
                    "no trigger of this package will fire",
                    trigger.span("cron"),
                    help="five fields: minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-7",
                )
