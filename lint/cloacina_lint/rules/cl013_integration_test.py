"""Room rules/: CL013 integration-test."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class IntegrationTest(Rule):
    code = "CL013"
    name = "integration-test"
    group = "guide"
    severity = WARNING
    summary = "The crate has no test"
    why = """
Most mistakes in a packaged crate show only when a host loads it. The guide asks for integration tests with the
engine as a dev-dependency; a crate generated from the template has one that loads the built library.
"""
    no_fix = "because what the workflow must do is its author's to say"
    failing = """
--- tests/service_mode.rs (absent)
--- Cargo.toml
[package]
name = «"my-workflow"»
version = "0.1.0"
edition = "2021"
"""
    passing = """
--- tests/service_mode.rs
#[test]
fn passes() {
    assert_eq!(1 + 1, 2);
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        if not self.evidence(crate):
            yield self.finding(
                "no test: nothing runs this workflow before a server does",
                crate.manifest.name_span,
                help="add tests/service_mode.rs that loads the built library and executes the workflow",
            )

    def evidence(self, crate: Crate) -> str:
        files = [crate.rust(path) for path in crate.test_files]
        files += [mod_file.rust for mod_file in crate.modules.files] if crate.modules else []
        for file in files:
            if file is None:
                continue
            for item in file.walk():
                if item.kind == "fn" and any(_is_test(attr.path) for attr in item.attrs):
                    return f"fn {item.name} at {file.file.display}:{item.span.line}"
        return ""


def _is_test(path: tuple[str, ...]) -> bool:
    return path[-1:] in (("test",), ("rstest",), ("test_case",), ("proptest",))
