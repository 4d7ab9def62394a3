"""Room rules/: CL510 unknown-trigger."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule
from ..triggers import POLL, POLL_USES, example, subscriptions, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UnknownTrigger(Rule):
    code = "CL510"
    name = "unknown-trigger"
    group = "trigger"
    severity = ERROR
    since = (0, 6)
    summary = "A workflow lists a trigger that is not there"
    why = """
The server looks each name in `triggers = [..]` up among the registered triggers and refuses the package if one is
missing, on every reconcile tick: "referencing trigger(s) not registered in this runtime" (loaded with the 0.6.1 and
0.11.1 engines). A trigger's name is its `name`, else its function's. A trigger of another package would do if that is
loaded first; suppress the finding where that is meant.
"""
    no_fix = "which trigger was meant, only the author knows"
    failing = example(
        '#[trigger(on = "data", poll_interval = "30s")]\n' + POLL,
        '#[workflow(name = "data", triggers = [«"arived"»])]',
        POLL_USES,
    )
    passing = example(
        '#[trigger(on = "data", poll_interval = "30s")]\n' + POLL,
        '#[workflow(name = "data", triggers = ["arrived"])]',
        POLL_USES,
    )
    version = "0.11.1"
    proof = r"load: not registered in this runtime"

    def check(self, crate: Crate) -> Iterator[Finding]:
        if crate.facts.opaque("trigger"):
            return
        found = triggers(crate)
        if len(found) != len(crate.facts.triggers):
            return
        names = {trigger.name for trigger in found}
        for _, element, name in subscriptions(crate):
            if name in names:
                continue
            near = _near(name, names)
            if names:
                text = f"did you mean `{near}`?" if near else f"this crate has {', '.join(sorted(names))}"
            else:
                text = "write it here, or load its package first; `on` of a trigger binds it without this list"
            yield self.finding(
                f"no trigger `{name}` in this crate: the server does not load the package",
                element.span,
                help=text,
            )


def _near(name: str, names: set[str]) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(name, sorted(names), 1)), "")
