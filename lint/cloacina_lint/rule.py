"""Room: Rule, the base of every file in rules/."""

from __future__ import annotations

from .finding import Finding, Fix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .crate import Crate
    from .source.text import Span
    from .suppress import Suppression

PASS, FAIL, UNKNOWN, NOT_RUN = "pass", "fail", "undetermined", "not run"


class Rule:
    """One thing that can be wrong with a crate. A subclass is a rule file's whole content; it is a pure function.

    code, name, group, severity: as design.md numbers and names them. summary: one line, what it finds.
    why: what breaks, where, and how that was seen (Markdown). since, until: the generations it holds for, as (major,
    minor), until exclusive. fixable (its findings carry a Fix), else no_fix: why not, one line. failing and passing:
    example files laid over the canonical crate (see examples.py), the place of the finding marked with «». version: the
    Cloacina version of the examples. deep: answered by --deep, not by `check`. proof: for an error outside the guide's
    group, how the failing example goes wrong for real, as `kind: pattern` (see tests/e2e/test_proofs.py).
    """

    code = ""
    name = ""
    group = ""
    severity = ""
    summary = ""
    why = ""
    since: tuple[int, int] = (0, 5)
    until: tuple[int, int] | None = None
    fixable = False
    no_fix = ""
    failing = ""
    passing = ""
    version = "0.6.1"
    deep = False
    proof = ""

    def applies(self, crate: Crate) -> bool:
        minor = crate.contract.minor
        return self.since <= minor and (self.until is None or minor < self.until)

    def check(self, crate: Crate) -> Iterable[Finding]:
        """Findings in one crate."""
        raise NotImplementedError

    def stale(self, suppressions: list[Suppression], run: set[str]) -> Iterable[Finding]:
        """Only CL090: findings about suppressions, once the codes in `run` have had their say."""
        return ()

    def evidence(self, crate: Crate) -> str:
        """For a checklist item that passes: what was seen, one line."""
        return ""

    def undetermined(self, crate: Crate) -> str:
        """Why the rule cannot know about this crate; empty where it can."""
        return ""

    def finding(
        self,
        message: str,
        span: Span,
        *,
        help: str = "",  # noqa: A002 - the field's name in every format
        severity: str = "",
        related: list[tuple[Span, str]] | None = None,
        fix: Fix | None = None,
    ) -> Finding:
        return Finding(
            self.code,
            self.name,
            self.group,
            severity or self.severity,
            message,
            span,
            help=help,
            related=related,
            fix=fix,
        )
