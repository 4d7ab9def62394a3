"""Room rules/: CL513 duplicate-trigger."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..triggers import POLL, POLL_USES, Trigger, example, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class DuplicateTrigger(Rule):
    code = "CL513"
    name = "duplicate-trigger"
    group = "trigger"
    severity = WARNING
    since = (0, 6)
    summary = "Two triggers of one name"
    why = """
A poll trigger is registered, and called, by its name; of two the library runs the first, so the other is never asked
(from the source, 0.6.1 to 0.12.0; both stand in what the package tells the server). A trigger's name is its `name`,
else its function's. Cron triggers of one name do no harm: each gets its own schedule.
"""
    no_fix = "which one keeps the name, only the author knows"
    failing = example(
        '#[trigger(on = "data", poll_interval = "30s")]\n'
        + POLL
        + '\n\n#[trigger(on = "data", poll_interval = "5m", name = «"arrived"»)]\n'
        + POLL.replace("arrived", "late"),
        uses=POLL_USES,
    )
    passing = example(
        '#[trigger(on = "data", poll_interval = "30s")]\n'
        + POLL
        + '\n\n#[trigger(on = "data", poll_interval = "5m")]\n'
        + POLL.replace("arrived", "late"),
        uses=POLL_USES,
    )
    version = "0.11.1"

    def check(self, crate: Crate) -> Iterator[Finding]:
        first: dict[str, Trigger] = {}
        for trigger in triggers(crate):
            if trigger.problem is not None:
                continue
            other = first.setdefault(trigger.name, trigger)
            if other is not trigger and (trigger.cron is None or other.cron is None):
                yield self.finding(
                    f"a second trigger `{trigger.name}`: only one of them is ever asked",
                    trigger.span("name"),
                    help="give each its own name",
                    related=[(other.span("name"), "the first one")],
                )
