"""Room rules/: CL902 executor-import."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..testing import method_calls, test_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class ExecutorImport(Rule):
    code = "CL902"
    name = "executor-import"
    group = "test"
    severity = WARNING
    summary = "A test calls `execute` on a runner without its trait"
    why = """
`execute` is a method of the trait `WorkflowExecutor`, not of `DefaultRunner` itself. The guide's own test imports only
the runner and does not compile (built: E0599, no method named `execute` found for struct `DefaultRunner`), in every
version from 0.6.1 to 0.11.1.
"""
    no_fix = "because where the import goes among yours is a matter of style"
    failing = """
--- Cargo.toml
[dev-dependencies]
cloacina = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] }
tokio = { version = "1", features = ["full"] }
--- tests/service_mode.rs
use cloacina::executor::WorkflowStatus;
use cloacina::{Context, DefaultRunner};
use cloacina::registry::loader::PackageLoader;

#[tokio::test]
async fn completes() {
    let _loader = PackageLoader::new().unwrap();
    let runner = DefaultRunner::new("sqlite:///tmp/test.db").await.unwrap();
    let result = runner.«execute»("data", Context::new()).await.unwrap();
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
        for code in test_code(crate):
            if not code.mentions("DefaultRunner") or code.rust.mentions("WorkflowExecutor"):
                continue
            if code.globs("cloacina") or code.rust.opaque:
                continue
            if any(use.glob and use.path[:1] not in (("super",), ("std",), ("tokio",)) for use in code.rust.uses()):
                continue
            for span in method_calls(code, "execute"):
                yield self.finding(
                    "`execute` comes from the trait `WorkflowExecutor`, which is not imported here",
                    span,
                    help="add `use cloacina::WorkflowExecutor;`",
                )
                break
