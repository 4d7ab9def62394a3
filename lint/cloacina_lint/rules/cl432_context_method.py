"""Room rules/: CL432 context-method."""

from __future__ import annotations

from .. import task_body
from ..contracts import known
from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class ContextMethod(Rule):
    code = "CL432"
    name = "context-method"
    group = "workflow"
    severity = ERROR
    summary = "A method that this version's `Context` does not have"
    why = """
`get_as`, `get_required` and `insert_as` came with 0.8, `secret` and `secret_field` with 0.10 (read); before, the call
does not compile (built, 0.5.1 to 0.9.0: E0599).
"""
    until = (0, 10)
    no_fix = "because what stands for it depends on what it was for"
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let fields = context.«secret»("database").await;
        context.insert("found", serde_json::json!(fields.is_ok()))?;
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

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let fields = std::env::var("DATABASE");
        context.insert("found", serde_json::json!(fields.is_ok()))?;
        Ok(())
    }
}
"""
    proof = r"build: E0599"

    def check(self, crate: Crate) -> Iterator[Finding]:
        facts = crate.facts
        if not facts.tasks:
            return
        has = crate.contract.data["context"]["methods"]
        later: dict[str, str] = {}
        for contract in known():
            for method in contract.data["context"]["methods"]:
                if method not in has:
                    later.setdefault(method, f"{contract.since[0]}.{contract.since[1]}")
        # a trait of the crate's own may bring a method of that name
        for mod_file in facts.files:
            for item in mod_file.rust.walk():
                if item.kind == "fn":
                    later.pop(item.name, None)
        for declared in facts.tasks:
            name = task_body.context_name(declared)
            if name is None or not later or not any(f".{method}" in declared.item.span.text for method in later):
                continue
            for call in task_body.method_calls(declared.item):
                if call.receiver == name and call.method in later:
                    yield self.finding(
                        f"`Context` has no `{call.method}` before Cloacina {later[call.method]} (E0599)",
                        call.span,
                        help=f"use Cloacina {later[call.method]} or later, or `get` and `insert`",
                    )
