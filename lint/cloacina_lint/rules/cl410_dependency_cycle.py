"""Room rules/: CL410 dependency-cycle."""

from __future__ import annotations

from itertools import pairwise

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..workflows import Node


class DependencyCycle(Rule):
    code = "CL410"
    name = "dependency-cycle"
    group = "workflow"
    severity = ERROR
    summary = "Tasks depend on each other in a circle"
    why = """
No task of the circle could ever start, so the macro refuses it (built, 0.5.1 to 0.11.1: "Circular dependency detected
in workflow"; it names no place). In a crate whose name contains "test" the macro skips this check; the package then
builds and never loads (run on the engine's own loader, 0.6.1: "Workflow validation failed: CyclicDependency").
"""
    failing = """
--- src/lib.rs
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [«"load"»])]
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
    proof = r"build: Circular dependency detected"
    no_fix = "because only you know which dependency is not meant"

    def check(self, crate: Crate) -> Iterator[Finding]:
        for shape in crate.structure.shapes:
            if shape.compiled is False:
                continue
            nodes: dict[str, Node] = {}
            for node in shape.nodes:
                if node.id is not None and node.parses and node.compiled is True:
                    nodes.setdefault(node.id, node)
            order = {name: index for index, name in enumerate(nodes)}
            for path in _circles(nodes):
                steps = [
                    (node, after, place)
                    for node, after in pairwise([*path, path[0]])
                    for name, place in node.dependencies
                    if name == after.id
                ]
                # The odd one out waits for a task that is written after it.
                closing = next(
                    (step for step in steps if order[f"{step[0].id}"] <= order[f"{step[1].id}"]),
                    steps[-1],
                )
                related = [
                    (place, f'"{node.id}" waits for "{after.id}"')
                    for node, after, place in steps
                    if place is not closing[2]
                ]
                circle = " -> ".join(f"{node.id}" for node in [*path, path[0]])
                yield self.finding(
                    f'task "{path[0].id}" depends on itself'
                    if len(path) == 1
                    else f"tasks depend on each other in a circle: {circle}",
                    closing[2],
                    help="take away the dependency that is not meant",
                    related=related,
                )


def _circles(nodes: dict[str, Node]) -> Iterator[list[Node]]:
    """The tasks of each circle, each waiting for the next, the last for the first."""
    done: set[str] = set()
    for start in nodes:
        if start in done:
            continue
        path = [start]
        waiting = [iter(nodes[start].dependencies)]
        while path:
            step = next(waiting[-1], None)
            if step is None:
                done.add(path.pop())
                waiting.pop()
                continue
            name = step[0]
            if name in path:
                yield [nodes[other] for other in path[path.index(name) :]]
            elif name in nodes and name not in done:
                path.append(name)
                waiting.append(iter(nodes[name].dependencies))
