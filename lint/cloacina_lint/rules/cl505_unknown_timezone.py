"""Room rules/: CL505 unknown-timezone."""

from __future__ import annotations

from ..cron import Grammar, is_timezone, near_timezone
from ..finding import ERROR, Fix
from ..rule import Rule
from ..triggers import example, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UnknownTimezone(Rule):
    code = "CL505"
    name = "unknown-timezone"
    group = "trigger"
    severity = ERROR
    since = (0, 6)
    summary = "A time zone that nobody knows: every trigger of the package vanishes"
    why = """
The time zone is looked up when the server loads the library, by its exact IANA name. An unknown one makes the
trigger's constructor panic, and the host then sees no trigger of the package at all (loaded with the 0.6.1 engine). A
known one has no effect on a server (CL506), so the fix takes the argument away.
"""
    fixable = True
    failing = example(
        '#[trigger(on = "data", cron = "0 3 * * *", timezone = «"europe/paris"», name = "data")]\npub fn nightly() {}'
    )
    passing = example('#[trigger(on = "data", cron = "0 3 * * *", name = "data")]\npub fn nightly() {}')
    proof = r"load: triggers: \{\"error\": .*[Pp]anic"

    def check(self, crate: Crate) -> Iterator[Finding]:
        grammar = Grammar(crate.contract)
        for trigger in triggers(crate):
            zone = trigger.text("timezone")
            if zone is None or trigger.cron is None or is_timezone(zone) or grammar.macro_refuses(trigger.cron):
                continue
            near = near_timezone(zone)
            edit = trigger.removal("timezone")
            yield self.finding(
                f"no time zone `{zone}`: the trigger panics when the server loads it, and no trigger of this package "
                "will fire",
                trigger.span("timezone"),
                help="the names are those of IANA, in their case"
                + (f": did you mean `{near}`?" if near else "")
                + "; a server runs every cron trigger in UTC anyway",
                fix=Fix("take the time zone away: the server uses UTC", [edit]) if edit is not None else None,
            )
