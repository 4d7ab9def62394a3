"""Room rules/: CL901 test-runtime."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..testing import test_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TestRuntime(Rule):
    code = "CL901"
    name = "test-runtime"
    group = "test"
    severity = WARNING
    summary = "A test uses tokio, and tokio is not a dependency"
    why = """
`#[tokio::test]` expands to paths into `tokio`, which tests get only through a dependency of their own; the engine's
does not count. The guide's own test lacks it (built: E0433, cannot find `tokio`). In a packaged crate it belongs under
`[dev-dependencies]`: at run time the host has the runtime.
"""
    no_fix = "because which of tokio's features the tests need is yours to know"
    failing = """
--- Cargo.toml
[dev-dependencies]
cloacina = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] }
--- tests/service_mode.rs
use cloacina::executor::{WorkflowExecutor, WorkflowStatus};
use cloacina::{Context, DefaultRunner};
use cloacina::registry::loader::PackageLoader;

#[«tokio»::test]
async fn completes() {
    let _loader = PackageLoader::new().unwrap();
    let runner = DefaultRunner::new("sqlite:///tmp/test.db").await.unwrap();
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
        known = {dependency.import_name for dependency in crate.manifest.dependencies if dependency.kind != "build"}
        if "tokio" in known:
            return
        for code in test_code(crate):
            if any(use.name == "tokio" for use in code.rust.uses()):
                continue
            text = code.rust.file.text
            for span in code.mentions("tokio"):
                after = text[span.end : span.end + 2] == "::"
                if after and not text[: span.start].endswith("::"):
                    yield self.finding(
                        "the tests use tokio, which is no dependency of this crate: they do not compile",
                        span,
                        help='add `tokio = { version = "1", features = ["macros", "rt-multi-thread"] }` to '
                        "[dev-dependencies]",
                    )
                    return
