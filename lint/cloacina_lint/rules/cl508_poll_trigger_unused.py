"""Room rules/: CL508 poll-trigger-unused."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..triggers import POLL, POLL_USES, example, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PollTriggerUnused(Rule):
    code = "CL508"
    name = "poll-trigger-unused"
    group = "trigger"
    severity = WARNING
    since = (0, 6)
    until = (0, 8)
    summary = "A poll trigger, which no server up to 0.7 polls"
    why = """
Up to 0.7 a server registers a packaged poll trigger but writes no schedule for it, so nothing ever calls it; the step
that does came with 0.8.0 (from the source). Cron triggers do fire.
"""
    no_fix = "a schedule is not a poll: the author chooses cron, or 0.8"
    failing = example('#[trigger(on = "data", «poll_interval» = "30s")]\n' + POLL, uses=POLL_USES)
    passing = example('#[trigger(on = "data", cron = "0 3 * * *", name = "data")]\npub fn nightly() {}')

    def check(self, crate: Crate) -> Iterator[Finding]:
        for trigger in triggers(crate):
            if trigger.poll_interval is not None:
                meta = trigger.values["poll_interval"]
                yield self.finding(
                    f"no server of {crate.contract.minor[0]}.{crate.contract.minor[1]} polls `{trigger.name}`",
                    meta.key_span or meta.span,
                    help="use `cron`, or move to 0.8 or later",
                )
