"""Room rules/: CL511 trigger-target."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..triggers import POLL, POLL_USES, example, triggers, workflow_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TriggerTarget(Rule):
    code = "CL511"
    name = "trigger-target"
    group = "trigger"
    severity = WARNING
    since = (0, 6)
    summary = "A trigger on a workflow that this crate does not have"
    why = """
Nothing checks `on`: a name with a slip builds, loads, and from 0.8 on the schedule starts a workflow that does not
exist, at every tick (loaded with the 0.11.1 engine; 0.6 and 0.7 ignore `on`, see CL507). A crate without any workflow
is left alone: its triggers are for another package's.
"""
    no_fix = "which workflow was meant, only the author knows"
    failing = example('#[trigger(on = «"dta"», poll_interval = "30s")]\n' + POLL, uses=POLL_USES)
    passing = example('#[trigger(on = "data", poll_interval = "30s")]\n' + POLL, uses=POLL_USES)
    version = "0.11.1"
    proof = r"load: schedules: .*\"workflow\": \"dta\""

    def check(self, crate: Crate) -> Iterator[Finding]:
        names = workflow_names(crate)
        if not names:
            return
        for trigger in triggers(crate):
            on = trigger.text("on")
            if on is None or trigger.problem is not None or on in names:
                continue
            yield self.finding(
                f"no workflow `{on}` in this crate: the trigger starts nothing",
                trigger.span("on"),
                help=f"this crate has {', '.join(f'`{name}`' for name in sorted(names))}",
                related=[(workflow.attr.span, "a workflow of this crate") for workflow in names.values()][:1],
            )
