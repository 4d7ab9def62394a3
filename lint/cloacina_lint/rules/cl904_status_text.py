"""Room rules/: CL904 status-text."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..testing import method_calls, test_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class StatusText(Rule):
    code = "CL904"
    name = "status-text"
    group = "test"
    severity = WARNING
    summary = "A test makes text of a workflow's status"
    why = """
`WorkflowStatus` has no `Display`, so `status.to_string()` does not compile (built: E0599), in every version from 0.6.1
to 0.11.1. The guide's own test has it. Its variants are to be matched.
"""
    no_fix = "because what the test means to assert is yours to know"
    failing = """
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
    assert_eq!(result.status.«to_string»(), "completed");
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
        for code in test_code(crate):
            if not code.mentions("DefaultRunner"):
                continue
            text = code.rust.file.text
            for span in method_calls(code, "to_string"):
                if text[: span.start].rstrip(". \n\t").endswith(".status"):
                    yield self.finding(
                        "`WorkflowStatus` has no Display: `to_string` does not compile",
                        span,
                        help="match on it: `assert!(matches!(result.status, WorkflowStatus::Completed))`",
                    )
