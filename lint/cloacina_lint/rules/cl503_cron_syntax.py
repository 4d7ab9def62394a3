"""Room rules/: CL503 cron-syntax."""

from __future__ import annotations

from ..cron import Grammar, translated
from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..triggers import example, triggers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class CronSyntax(Rule):
    code = "CL503"
    name = "cron-syntax"
    group = "trigger"
    severity = ERROR
    summary = "A cron expression that `#[trigger]` refuses"
    why = """
The macro counts the fields and looks at the characters: digits and `, - * /` only. Names (`MON`, `JAN`), `?`, `L`,
`W`, `#` and nicknames such as `@daily` fail the build, although the parser behind it would take them (built, 0.6.1
and 0.11.1). Five fields are minute, hour, day, month, weekday; a sixth in front of them is the second.
"""
    fixable = True
    failing = example('#[trigger(on = "data", cron = «"0 3 * * MON"», name = "data")]\npub fn nightly() {}')
    passing = example('#[trigger(on = "data", cron = "0 3 * * 1", name = "data")]\npub fn nightly() {}')
    proof = r"build: Invalid cron expression '0 3 \* \* MON'"

    def check(self, crate: Crate) -> Iterator[Finding]:
        grammar = Grammar(crate.contract)
        for trigger in triggers(crate):
            text = trigger.cron
            reason = grammar.macro_refuses(text) if text is not None else ""
            if text is None or not reason:
                continue
            span = trigger.span("cron")
            better = translated(text)
            if better is not None and (grammar.macro_refuses(better) or grammar.refuses(better)):
                better = None
            yield self.finding(
                f"cron expression `{text}`: {reason}; the build fails",
                span,
                help=f'write `"{better}"`' if better else "write five fields: minute hour day month weekday, in digits",
                fix=Fix(f"write {better}", [Edit(span, f'"{better}"')]) if better else None,
            )
