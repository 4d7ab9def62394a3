"""Room rules/: CL090 unused-suppression, about the linter's own comments."""

from __future__ import annotations

from ..finding import WARNING, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..suppress import Suppression


class UnusedSuppression(Rule):
    code = "CL090"
    name = "unused-suppression"
    group = "lint"
    severity = WARNING
    summary = "A suppression comment that suppresses nothing"
    why = """
A stale `cloacina-lint: ignore[...]` hides the next real finding on its line. It is reported when every rule it names
was run and none of them found anything on its line, or on the line below a comment that stands alone.
"""
    fixable = True
    failing = """
--- build.rs
fn main() {
    // «cloacina-lint: ignore[CL002] the script is ours»
    cloacina_build::configure();
}
"""
    passing = """
--- build.rs
fn main() {
    cloacina_build::configure();
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        """Nothing: what was used is known only after all rules have run; see `stale`."""
        yield from ()

    def stale(self, suppressions: list[Suppression], run: set[str]) -> Iterator[Finding]:
        """Suppressions that covered nothing, of rules that were run."""
        for suppression in suppressions:
            idle = [code for code in suppression.codes if code not in suppression.used]
            if suppression.problem or not idle or not set(idle) <= run:
                continue
            whole = len(idle) == len(suppression.codes)
            yield self.finding(
                f"{', '.join(idle)} finds nothing here",
                suppression.span,
                help="remove the comment" if whole else f"take {', '.join(idle)} out of the comment",
                fix=self._removal(suppression) if whole else None,
            )

    @staticmethod
    def _removal(suppression: Suppression) -> Fix:
        """Takes the comment away, with its line where it stands alone."""
        file, line = suppression.span.file, suppression.span.line
        start = file.starts[line - 1]
        text = file.line_span(line).text
        end = file.starts[line] if line < len(file.starts) else len(file.text)
        if len(suppression.lines) == 1:
            before = text[: suppression.span.start - start].rstrip(" \t/#*!")
            start, end = start + len(before), start + len(text)
        return Fix("remove the suppression", [Edit(file.span(start, end), "")])
