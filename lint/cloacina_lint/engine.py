"""Room: crates and rules -> results. No printing, no formats, no environment."""

from __future__ import annotations

import os

from . import contracts, suppress
from . import rules as registry
from .finding import ERROR, INFO, WARNING, Finding
from .rule import FAIL, NOT_RUN, PASS, UNKNOWN, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .crate import Crate
    from .deep import DeepResult
    from .source.text import Span
    from .suppress import Suppression

STALE = "CL090"
DEEP_ITEMS = {"CL006": "build", "CL007": "tests"}


class ChecklistItem:
    """One line of the guide's checklist: its text, the rule behind it, the status and what was seen."""

    __slots__ = ("code", "evidence", "status", "text")

    def __init__(self, text: str, code: str, status: str, evidence: str) -> None:
        self.text = text
        self.code = code
        self.status = status
        self.evidence = evidence


class CrateResult:
    """One crate's findings, in order of place. undetermined: places whose code no rule can see."""

    __slots__ = ("checklist", "crate", "findings", "undetermined")

    def __init__(
        self, crate: Crate, findings: list[Finding], checklist: list[ChecklistItem], undetermined: list[Span]
    ) -> None:
        self.crate = crate
        self.findings = findings
        self.checklist = checklist
        self.undetermined = undetermined


class Run:
    """Everything one call found. problems: lines about what could not be run (exit status 2). fixed: what --fix has
    cured, which is not among the results any more."""

    __slots__ = ("fixed", "problems", "results")

    def __init__(self, results: list[CrateResult], problems: list[str], fixed: list[Finding] | None = None) -> None:
        self.results = results
        self.problems = problems
        self.fixed = fixed or []

    @property
    def findings(self) -> list[Finding]:
        return [finding for result in self.results for finding in result.findings]

    def count(self, severity: str) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    def fixable(self, *, safe: bool) -> int:
        """How many findings have a safe fix, or an unsafe one."""
        return sum(finding.fix is not None and finding.fix.safe == safe for finding in self.findings)


class Selection:
    """--select and --ignore: codes (`CL101`), prefixes (`CL1`) or groups (`build`); ignore wins."""

    __slots__ = ("ignore", "select")

    def __init__(self, select: list[str], ignore: list[str]) -> None:
        self.select = select
        self.ignore = ignore

    @staticmethod
    def _names(rule: Rule, word: str) -> bool:
        return rule.group == word or rule.name == word or rule.code.startswith(word.upper())

    def unknown(self) -> list[str]:
        rules = registry.load()
        return [word for word in self.select + self.ignore if not any(self._names(rule, word) for rule in rules)]

    def within(self, config: dict[str, Any]) -> Selection:
        """With a crate's own settings: the command line's select wins over theirs, the ignores add up."""
        if not config.get("select") and not config.get("ignore"):
            return self
        return Selection(self.select or config.get("select", []), self.ignore + config.get("ignore", []))

    def allows(self, rule: Rule) -> bool:
        if any(self._names(rule, word) for word in self.ignore):
            return False
        return not self.select or any(self._names(rule, word) for word in self.select)


def lint(crate: Crate, selection: Selection, deep: DeepResult | None = None) -> CrateResult:
    """Run every rule that applies. Raises CrateError or UnreadableError where the crate cannot be read."""
    if not crate.judged:
        return CrateResult(crate, [], [], [])
    findings: list[Finding] = []
    selection = selection.within(crate.config)
    chosen = [rule for rule in registry.load_for(crate) if selection.allows(rule) and rule.applies(crate)]
    for rule in chosen:
        findings += rule.check(crate)
    if not crate.version_known:
        findings = _in_every_generation(crate, selection, findings)
    if deep is not None:
        findings = _merge(findings, deep.findings, {rule.code for rule in chosen})
    checklist = _checklist(crate, chosen, findings, deep)
    suppressions = suppress.collect(crate)
    if suppressions:
        findings = suppress.apply(findings, suppressions)
        run = {rule.code for rule in chosen if deep is not None or not rule.deep}
        for rule in chosen:
            if rule.code == STALE:
                findings += rule.stale(_own(crate, suppressions), run)
    findings.sort(key=Finding.sort_key)
    _drop_fixes(crate, findings)
    return CrateResult(crate, findings, checklist, crate.facts.hidden)


def _own(crate: Crate, suppressions: list[Suppression]) -> list[Suppression]:
    """Those in the crate's directory: what stands in a workspace's manifest may be there for another member."""
    home = os.path.join(crate.tree.root, "") if crate.tree.on_disk else ""
    return [suppression for suppression in suppressions if suppression.span.file.path.startswith(home)]


def _drop_fixes(crate: Crate, findings: list[Finding]) -> None:
    """Take away the fixes that --fix does not make."""
    fixable = [finding for finding in findings if finding.fix is not None]
    if fixable:
        from .fix import can_be_made

        for finding in fixable:
            if finding.fix is not None and not can_be_made(crate, finding.fix):
                finding.fix = None


def _in_every_generation(crate: Crate, selection: Selection, findings: list[Finding]) -> list[Finding]:
    """The findings that hold whichever Cloacina version the crate is for."""
    for contract in contracts.known():
        other = crate.judged_by(contract.version)
        held = {
            (finding.code, finding.span)
            for rule in registry.load_for(other)
            if selection.allows(rule) and rule.applies(other)
            for finding in rule.check(other)
        }
        findings = [finding for finding in findings if (finding.code, finding.span) in held]
    return findings


def _merge(static: list[Finding], built: list[Finding], codes: set[str]) -> list[Finding]:
    """A missing registry symbol is said once: where the source already shows why, not again for the built library."""
    seen = {finding.code for finding in static}
    return static + [f for f in built if f.code in codes and not (f.code == "CL201" and f.code in seen)]


def _checklist(
    crate: Crate, chosen: list[Rule], findings: list[Finding], deep: DeepResult | None
) -> list[ChecklistItem]:
    by_code = {rule.code: rule for rule in chosen}
    items = []
    for entry in crate.contract.checklist:
        code, text = entry["rule"], entry["text"]
        rule = by_code.get(code)
        failed = [f for f in findings if f.code == code and f.severity in (ERROR, WARNING)]
        if rule is None:
            status, evidence = NOT_RUN, f"{code} is not selected"
        elif rule.deep:
            status, evidence = _deep_status(code, deep)
        elif failed:
            place = failed[0].span
            status, evidence = FAIL, f"{place.file.display}:{place.line}: {failed[0].message}"
        elif reason := rule.undetermined(crate):
            status, evidence = UNKNOWN, reason
        else:
            status, evidence = PASS, rule.evidence(crate)
        items.append(ChecklistItem(text, code, status, evidence))
    return items


def _deep_status(code: str, deep: DeepResult | None) -> tuple[str, str]:
    if deep is None:
        return NOT_RUN, "needs cargo: run with --deep"
    if DEEP_ITEMS[code] == "build":
        return deep.build, deep.build_evidence
    return deep.tests, deep.tests_evidence


def exceeds(run: Run, fail_on: str) -> bool:
    """Whether the findings call for exit status 1."""
    levels = {ERROR: (ERROR,), WARNING: (ERROR, WARNING), INFO: (ERROR, WARNING, INFO)}
    return any(finding.severity in levels[fail_on] for finding in run.findings)
