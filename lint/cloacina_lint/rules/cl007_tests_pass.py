"""Room rules/: CL007 tests-pass, the guide's seventh item, answered by deep/."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TestsPass(Rule):
    code = "CL007"
    name = "tests-pass"
    group = "guide"
    severity = ERROR
    deep = True
    summary = "`cargo test` fails, or runs no test"
    why = """
The guide's last item: the crate's tests pass. A run with no test at all is no evidence and counts as failed.
Answered only by `--deep`; without it the checklist says "not run".
"""
    no_fix = "because what a test expects is its author's to say"
    failing = """
--- tests/service_mode.rs
#[test]
fn fails() {
    assert_eq!(1 + 1, 3);
}
"""
    passing = """
--- tests/service_mode.rs
#[test]
fn passes() {
    assert_eq!(1 + 1, 2);
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        """Nothing: deep/ builds, and reports under this code."""
        yield from ()
