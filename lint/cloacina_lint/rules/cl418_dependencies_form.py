"""Room rules/: CL418 dependencies-form."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..workflows import is_string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class DependenciesForm(Rule):
    code = "CL418"
    name = "dependencies-form"
    group = "workflow"
    severity = ERROR
    summary = "`dependencies` is not a list of string literals"
    why = """
The macro takes a list in square brackets with string literals, and nothing that would have to be worked out: no
constant, no function's name, no call, no single string (built, 0.6.1 and 0.11.1: "Invalid task attributes: expected
string literal" or "expected square brackets"). Where it is the only task the compiler says "#[workflow] module must
contain at least one #[task] function" instead, because the workflow's macro passes over a task that does not parse.
"""
    failing = """
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

    #[task(id = "load", dependencies = «"extract"»)]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("result", serde_json::json!(1))?;
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

    #[task(id = "load", dependencies = ["extract"])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("result", serde_json::json!(1))?;
        Ok(())
    }
}
"""
    proof = r"build: Invalid task attributes: expected square brackets"
    fixable = True

    def check(self, crate: Crate) -> Iterator[Finding]:
        for shape in crate.structure.shapes:
            ids = {node.id for node in shape.nodes}
            by_name = {node.name: node.id for node in shape.nodes}
            for node in shape.nodes:
                if node.attr is None or node.compiled is False:
                    continue
                for meta in node.attr.args:
                    if meta.path != ("dependencies",) or meta.op != "=" or meta.value_span is None:
                        continue
                    value = meta.value
                    if not isinstance(value, list):
                        fix = None
                        if isinstance(value, str):
                            fix = Fix("make it a list", [Edit(meta.value_span, f"[{meta.value_span.text}]")])
                        yield self.finding(
                            f"`dependencies` of task `{node.name}` is not a list in square brackets",
                            meta.value_span,
                            help='write `dependencies = ["id", …]`, with string literals',
                            fix=fix,
                        )
                        continue
                    for part in value:
                        if is_string(part):
                            continue
                        meant = by_name.get(part.name) or (part.name if part.name in ids else None)
                        yield self.finding(
                            f"`{part.span.text}` in the dependencies of task `{node.name}` is no string literal",
                            part.span,
                            help=f'write "{meant}"' if meant else "write the task's id in quotes",
                            fix=Fix(f'write "{meant}"', [Edit(part.span, f'"{meant}"')], safe=False) if meant else None,
                        )
                        break
