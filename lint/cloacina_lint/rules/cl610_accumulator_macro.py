"""Room rules/: CL610 accumulator-macro."""

from __future__ import annotations

from ..cloacina import ACCUMULATORS
from ..finding import ERROR
from ..graphs import REACTOR, example
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class AccumulatorMacro(Rule):
    code = "CL610"
    name = "accumulator-macro"
    group = "graph"
    severity = ERROR
    until = (0, 10)
    summary = "An accumulator macro, which no packaged crate can use before 0.10"
    why = """
Before 0.10 the accumulator macros expand to `cloacina::computation_graph`, which a packaged crate does not have:
E0433, cannot find `cloacina` (built, 0.6.1). What a reactor lists is a passthrough without any of them;
package.toml's `[[metadata.accumulators]]` can make it a stream.
"""
    no_fix = "what the function does must go elsewhere"
    failing = example(
        reactor=REACTOR
        + """

«#[cloacina_macros::passthrough_accumulator]»
pub fn price(event: serde_json::Value) -> serde_json::Value {
    event
}""",
        dependencies='async-trait = "0.1"\n',
    )
    passing = example()
    proof = r"build: cannot find .*`cloacina`"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for declared in crate.facts.graphs:
            if declared.macro in ACCUMULATORS and not declared.attr.conditions:
                yield self.finding(
                    f"#[{declared.macro}] names `cloacina`, which a packaged crate does not have: the build fails",
                    declared.attr.span,
                    help="take it away; set the accumulator's type in package.toml, or move to 0.10",
                )
