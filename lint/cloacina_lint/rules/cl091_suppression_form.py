"""Room rules/: CL091 suppression-form, about the linter's own comments."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..suppress import collect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class SuppressionForm(Rule):
    code = "CL091"
    name = "suppression-form"
    group = "lint"
    severity = WARNING
    summary = "A suppression comment without a reason, without codes, or with an unknown code"
    why = """
A suppression is a promise to the next reader, so it needs a reason; without one, or with a code that does not exist,
it has no effect. The form is `# cloacina-lint: ignore[CL203] reason` in TOML and `// cloacina-lint: ignore[CL203]
reason` in Rust, on the finding's line or alone on the line above.
"""
    no_fix = "because only a person knows the reason"
    failing = """
--- build.rs
fn main() {
    // «cloacina-lint: ignore[CL002]»
    println!("cargo:rerun-if-changed=build.rs");
    cloacina_build::configure();
}
"""
    passing = """
--- build.rs
// cloacina-lint: ignore[CL002] this crate never runs Python
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        from . import codes

        known = codes()
        for suppression in collect(crate):
            unknown = [code for code in suppression.codes if code not in known]
            if suppression.problem:
                yield self.finding(suppression.problem, suppression.span, help="write `ignore[CODE] reason`")
            elif unknown:
                yield self.finding(
                    f"no rule {', '.join(unknown)}",
                    suppression.span,
                    help="cloacina-lint --list-rules lists the codes",
                )
