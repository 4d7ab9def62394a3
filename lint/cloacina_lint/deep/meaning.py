"""Room deep/: Meaning, one row of the table in meanings.py, and the search in it."""

from __future__ import annotations

import re


class Meaning:
    """One row. id: names the cause. pattern: a regular expression. advice: what it means here and what to do.

    rule: the linter's rule behind it, "" where there is none. macro: a regular expression that must be found in the
    names of the macros the error lies in ("" outside any), None where that does not matter. testing: True for a report
    on the tests only, False for one on the library only. follows: ids of the meanings that bring this one about; it is
    not told beside them. machine: the fault is this machine's, not the crate's: it ends the run as DeepError.
    """

    __slots__ = ("advice", "follows", "id", "machine", "macro", "pattern", "rule", "testing")

    def __init__(
        self,
        name: str,
        pattern: str,
        advice: str,
        rule: str = "",
        *,
        macro: str | None = None,
        testing: bool | None = None,
        follows: tuple[str, ...] = (),
        machine: bool = False,
    ) -> None:
        self.id = name
        self.pattern = re.compile(pattern, re.MULTILINE)
        self.advice = advice
        self.rule = rule
        self.macro = None if macro is None else re.compile(macro)
        self.testing = testing
        self.follows = follows
        self.machine = machine


def explain(
    report: str, version: str = "", *, macro: str = "", testing: bool = False, machine: bool | None = None
) -> tuple[Meaning, str] | None:
    """The first meaning that fits a report, with its advice filled in; None where none does.

    version: the Cloacina version the crate is judged by. macro: names of the macros the error lies in, as rustc writes
    them (`#[task]`), "" outside any. testing: the report is on the tests, not the library. machine: only rows with that
    value.
    """
    from .meanings import MEANINGS

    minor = ".".join(version.split(".")[:2])
    for meaning in MEANINGS:
        fits = (
            (machine is None or meaning.machine is machine)
            and (meaning.testing is None or meaning.testing is testing)
            and (meaning.macro is None or meaning.macro.search(macro))
        )
        found = meaning.pattern.search(report) if fits else None
        if found is not None:
            groups = {name: text or "" for name, text in found.groupdict().items()}
            advice = meaning.advice.format(version=minor, **groups)
            return meaning, f"{advice} ({meaning.rule})" if meaning.rule else advice
    return None
