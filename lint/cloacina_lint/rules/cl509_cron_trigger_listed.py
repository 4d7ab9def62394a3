"""Room rules/: CL509 cron-trigger-listed."""

from __future__ import annotations

from ..finding import ERROR, Fix
from ..rule import Rule
from ..triggers import example, subscriptions, triggers, without_element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class CronTriggerListed(Rule):
    code = "CL509"
    name = "cron-trigger-listed"
    group = "trigger"
    severity = ERROR
    since = (0, 6)
    summary = "A cron trigger in a workflow's `triggers`: the package does not load"
    why = """
`triggers = [..]` is checked against the poll triggers only; cron triggers go to the scheduler instead. A cron trigger
in the list therefore fails the load, on every reconcile tick: "referencing trigger(s) not registered in this runtime"
(loaded with the 0.6.1 engine; the same code up to 0.12.0). Before 0.12 each retry could leave another schedule
behind. A trigger's `on` binds it; the list is not needed.
"""
    fixable = True
    failing = example(
        '#[trigger(on = "data", cron = "0 3 * * *", name = "data")]\npub fn nightly() {}',
        '#[workflow(name = "data", triggers = [«"data"»])]',
    )
    passing = example('#[trigger(on = "data", cron = "0 3 * * *", name = "data")]\npub fn nightly() {}')
    proof = r"load: not registered in this runtime"

    def check(self, crate: Crate) -> Iterator[Finding]:
        cron, poll = {}, set()
        for trigger in triggers(crate):
            if trigger.cron is not None:
                cron[trigger.name] = trigger
            elif trigger.poll_interval is not None:
                poll.add(trigger.name)
        for workflow, element, name in subscriptions(crate):
            if name in cron and name not in poll:
                edit = without_element(workflow, element)
                yield self.finding(
                    f"`{name}` is a cron trigger: listed here, the package does not load",
                    element.span,
                    help="take it out of `triggers`; its `on` binds it to the workflow",
                    related=[(cron[name].declared.name_span, "the cron trigger")],
                    fix=Fix("take it out of the list", [edit]) if edit is not None else None,
                )
