"""Room rules/: CL903 memory-database."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..testing import test_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class MemoryDatabase(Rule):
    code = "CL903"
    name = "memory-database"
    group = "test"
    severity = WARNING
    summary = "A test's runner keeps its database in memory"
    why = """
The engine opens several connections, and each connection to `:memory:` is a database of its own: the tables made on
one are not there on the next. An integration test that loads the built library fails with "no such table" (run, on
0.6.1). A SQLite file in a temporary directory works. Unit tests are left alone: a short one can pass.
"""
    no_fix = "because the test needs a temporary directory, which outlives the runner"
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
    let runner = DefaultRunner::new(«":memory:"»).await.unwrap();
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
        for code in test_code(crate):
            if code.unit or not code.mentions("DefaultRunner"):
                continue
            for text in (":memory:", "sqlite::memory:", "sqlite://:memory:"):
                for span in code.strings(text):
                    yield self.finding(
                        "a runner with its database in memory: each of its connections has another one",
                        span,
                        help="use a file: `tempfile::tempdir()` and its path as the database URL",
                    )
