"""Room rules/: CL427 tenant-ignored."""

from __future__ import annotations

from .. import macro_arguments
from ..finding import WARNING, Edit, Fix
from ..rule import Rule
from ..trigger_rules import Rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class TenantIgnored(Rule):
    code = "CL427"
    name = "tenant-ignored"
    group = "workflow"
    severity = WARNING
    summary = "`tenant` of a workflow, which service mode ignores"
    why = """
The host registers every task under the tenant that the package was uploaded to, whatever the macro says (the built
library says `x::…`, probed, 0.6.1; the host puts its own tenant there, from source up to 0.11.1). From 0.8 on the one
thing that keeps the name is a `trigger_rules` that asks about a task: it looks for `x::…`, does not find it, and the
run never ends (loaded and run under the tenant `public`, 0.11.1).
"""
    fixable = True
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data", tenant = «"acme"»)]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [])]
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

    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }
}
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        if "tenant" not in crate.contract.data["service"]["ignores"]:
            return
        for workflow in crate.facts.workflows:
            argument = workflow.argument("tenant")
            tenant = workflow.text("tenant")
            if argument is None or argument.value_span is None or tenant in (None, "public"):
                continue
            removal = macro_arguments.removal(workflow.attr, argument)
            named = crate.contract.minor >= (0, 8) and any(
                Rules(rules).tasks
                for task in workflow.tasks
                for rules in [task.argument("trigger_rules")]
                if rules is not None
            )
            but = ", but its trigger rules look for tasks of that tenant" if named else ""
            yield self.finding(
                f'service mode ignores `tenant = "{tenant}"`: the tenant is the one the package is uploaded to{but}',
                argument.value_span,
                help="leave it out, and upload to that tenant",
                fix=Fix("leave `tenant` out", [Edit(removal, "")], safe=not named) if removal is not None else None,
            )
