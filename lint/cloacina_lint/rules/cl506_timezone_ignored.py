"""Room rules/: CL506 timezone-ignored."""

from __future__ import annotations

from ..cron import UTC_NAMES, is_timezone
from ..finding import WARNING, Fix
from ..rule import Rule
from ..triggers import example, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TimezoneIgnored(Rule):
    code = "CL506"
    name = "timezone-ignored"
    group = "trigger"
    severity = WARNING
    since = (0, 6)
    summary = "A time zone that the server drops"
    why = """
What a package tells the server about a trigger has no field for a time zone, and the server writes `UTC` into the
schedule. `timezone = "Europe/Paris"` with `0 3 * * *` fires at 3:00 UTC (run on the real server, 0.6.1; the same code
up to 0.12.0). Only an embedded runner keeps it.
"""
    fixable = True
    failing = example(
        '#[trigger(on = "data", cron = "0 3 * * *", timezone = «"Europe/Paris"», name = "data")]\npub fn nightly() {}'
    )
    passing = example('#[trigger(on = "data", cron = "0 3 * * *", name = "data")]\npub fn nightly() {}')
    proof = r"server: the schedule of a trigger with timezone = Europe/Paris says UTC"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for trigger in triggers(crate):
            zone = trigger.text("timezone")
            if zone is None or trigger.cron is None or zone in UTC_NAMES or not is_timezone(zone):
                continue
            edit = trigger.removal("timezone")
            yield self.finding(
                f"`{zone}` has no effect on a server: `{trigger.cron}` fires in UTC",
                trigger.span("timezone"),
                help="write the time in UTC and take `timezone` away",
                fix=Fix("take the time zone away", [edit]) if edit is not None else None,
            )
