"""Room rules/: CL606 reactor-arguments."""

from __future__ import annotations

from ..finding import ERROR
from ..graphs import REACTOR, example, reactors
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class ReactorArguments(Rule):
    code = "CL606"
    name = "reactor-arguments"
    group = "graph"
    severity = ERROR
    since = (0, 6)
    summary = "Arguments that `#[reactor]` refuses"
    why = """
A reactor needs `name = "..."`, `accumulators = [a, b]` (names, not strings) and `criteria = when_any(a)` or
`when_all(a, b)`, of its own accumulators only; before 0.10 the list in `criteria` is required. Anything else fails
the build (built, 0.6.1).
"""
    no_fix = "which accumulator was meant, only the author knows"
    failing = example(reactor=REACTOR.replace("when_any(price)", "when_any(«prices»)"))
    passing = example()
    proof = r"build: criteria references accumulator 'prices'"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for reactor in reactors(crate):
            if reactor.problem is not None:
                message, span, text = reactor.problem
                yield self.finding(f"{message}: the build fails", span, help=text)
