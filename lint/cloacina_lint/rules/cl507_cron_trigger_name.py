"""Room rules/: CL507 cron-trigger-name."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..triggers import Trigger, example, subscriptions, triggers, workflow_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class CronTriggerName(Rule):
    code = "CL507"
    name = "cron-trigger-name"
    group = "trigger"
    severity = ERROR
    since = (0, 6)
    until = (0, 8)
    summary = "A cron trigger that starts a workflow of its own name, which does not exist"
    why = """
Up to 0.7 the server ignores `on`: it writes a schedule for a workflow called like the *trigger*, that is like its
function or its `name`. `every_minute` on `data` starts a workflow `every_minute` each minute, which fails; a trigger
named like its workflow fires and completes (run on the real server, 0.6.1). From 0.8 on `on` counts.
"""
    fixable = True
    failing = example('#[trigger(on = "data", cron = "0 3 * * *")]\npub fn «nightly»() {}')
    passing = example('#[trigger(on = "data", cron = "0 3 * * *", name = "data")]\npub fn nightly() {}')
    proof = r"load: schedules: .*\"workflow\": \"nightly\""

    def check(self, crate: Crate) -> Iterator[Finding]:
        names = workflow_names(crate)
        if names is None:
            return
        subscribed = {name for _, _, name in subscriptions(crate)}
        for trigger in triggers(crate):
            on = trigger.text("on") or ""
            if trigger.cron is None or trigger.name in names or (not names and trigger.name == on):
                continue
            yield self.finding(
                f"the server starts a workflow `{trigger.name}`, not `{on}`: up to 0.7 it goes by the trigger's name",
                trigger.span("name"),
                help=f'write `name = "{on}"`',
                severity="" if names else "warning",
                related=[(trigger.span("on"), "ignored up to 0.7")],
                fix=_fix(trigger, on) if on in names and trigger.name not in subscribed else None,
            )


def _fix(trigger: Trigger, on: str) -> Fix:
    literal = trigger.span("on").text
    if "name" in trigger.values:
        return Fix(f"name the trigger {on}", [Edit(trigger.span("name"), literal)])
    last = trigger.declared.attr.args[-1].span
    return Fix(f"name the trigger {on}", [Edit(last.file.span(last.end, last.end), f", name = {literal}")])
