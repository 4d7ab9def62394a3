"""Room rules/: CL515 poll-interval-zero."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..triggers import POLL, POLL_USES, duration, example, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PollIntervalZero(Rule):
    code = "CL515"
    name = "poll-interval-zero"
    group = "trigger"
    severity = WARNING
    since = (0, 6)
    summary = "A poll interval of nothing"
    why = """
The macro takes `"0s"`, and the server then asks the trigger at every turn of its loop, each second as it is set up
(from the source, 0.8 to 0.12; up to 0.7 no poll trigger is polled at all, CL508). An embedded runner does the same.
"""
    no_fix = "how often, only the author knows"
    failing = example('#[trigger(on = "data", poll_interval = «"0s"»)]\n' + POLL, uses=POLL_USES)
    passing = example('#[trigger(on = "data", poll_interval = "30s")]\n' + POLL, uses=POLL_USES)
    version = "0.11.1"

    def check(self, crate: Crate) -> Iterator[Finding]:
        units: list[str] = crate.contract.data["trigger"]["duration-units"]
        for trigger in triggers(crate):
            if trigger.poll_interval is not None and duration(trigger.poll_interval, units) == 0:
                yield self.finding(
                    "an interval of 0: the server asks at every turn of its loop",
                    trigger.span("poll_interval"),
                    help='write how long to wait between two questions, `"30s"`',
                )
