"""Room rules/: CL905 embedded-registry."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..testing import BY_HAND, method_calls, test_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class EmbeddedRegistry(Rule):
    code = "CL905"
    name = "embedded-registry"
    group = "test"
    severity = WARNING
    summary = "A test runs a workflow that no registry holds"
    why = """
With the crate's `packaged` feature on, `#[workflow]` registers nothing in the process it is linked into: it waits to be
loaded. A `DefaultRunner` in a test then says "Workflow not found in registry" (run, 0.6.1; the guide's own test). A
unit test passes under `cargo test --no-default-features --lib`; a test in tests/ cannot. A test that loads the built
library, as the template's does, works under a plain `cargo test`.
"""
    no_fix = "because the test has to load the built library: see the template's tests/service_mode.rs"
    failing = """
--- Cargo.toml
[dev-dependencies]
cloacina = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] }
tokio = { version = "1", features = ["full"] }
--- tests/service_mode.rs
use cloacina::executor::{WorkflowExecutor, WorkflowStatus};
use cloacina::{Context, DefaultRunner};

#[tokio::test]
async fn completes() {
    let runner = «DefaultRunner»::new("sqlite:///tmp/test.db").await.unwrap();
    let result = runner.execute("data", Context::new()).await.unwrap();
    assert!(matches!(result.status, WorkflowStatus::Completed));
}
"""
    passing = """
--- Cargo.toml
[dev-dependencies]
cloacina = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] }
tokio = { version = "1", features = ["full"] }
--- tests/service_mode.rs
use cloacina::executor::{WorkflowExecutor, WorkflowStatus};
use cloacina::{Context, DefaultRunner};
use cloacina::registry::loader::PackageLoader;

#[tokio::test]
async fn completes() {
    let _loader = PackageLoader::new().unwrap();
    let runner = DefaultRunner::new("sqlite:///tmp/test.db").await.unwrap();
    let result = runner.execute("data", Context::new()).await.unwrap();
    assert!(matches!(result.status, WorkflowStatus::Completed));
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        facts = crate.facts
        if "packaged" not in facts.features or not facts.workflows or not crate.contract.package_macro:
            return
        for code in test_code(crate):
            if any(code.rust.mentions(word) for word in BY_HAND) or code.rust.opaque:
                continue
            if any(attr.path[-1:] == ("workflow",) and code.holds(attr.span) for attr, _ in code.rust.attrs()):
                continue
            if not method_calls(code, "execute"):
                continue
            for span in code.mentions("DefaultRunner"):
                if code.rust.file.text[span.end : span.end + 2] == "::" and not code.ignored(span):
                    yield self.finding(
                        "this runner does not find the crate's workflow: with `packaged` on it is in no registry",
                        span,
                        help="load the built library first (see the template's tests/service_mode.rs)"
                        + ("; or run `cargo test --no-default-features --lib`" if code.unit else ""),
                    )
                    break
