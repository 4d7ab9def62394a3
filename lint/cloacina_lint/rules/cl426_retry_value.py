"""Room rules/: CL426 retry-value."""

from __future__ import annotations

from .. import retry
from ..finding import WARNING, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class RetryValue(Rule):
    code = "CL426"
    name = "retry-value"
    group = "workflow"
    severity = WARNING
    summary = "A retry setting whose value the macro silently takes for something else"
    why = """
`#[task]` takes any text for `retry_backoff` and `retry_condition` and any integer for the numbers (built, 0.6.1): an
unknown backoff becomes exponential, a condition that is not exactly `all`, `never` or `transient` becomes a piece of
text to look for in the error, a negative delay becomes a huge one. Service mode ignores all of them (CL422).
"""
    fixable = True
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [], retry_backoff = «"exponental"»)]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
"""
    passing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [], retry_backoff = "exponential")]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        for declared in crate.facts.tasks:
            for meta, message, right in retry.misread(declared):
                span = meta.value_span or meta.span
                yield self.finding(
                    message,
                    span,
                    help=f'did you mean "{right}"?' if right else f"`{meta.name}` takes {retry.WORDS[meta.name]}",
                    fix=Fix(f'write "{right}"', [Edit(span, f'"{right}"')]) if right else None,
                )
