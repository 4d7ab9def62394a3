"""Room rules/: CL416 task-type-clash."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.rust_item import Item
    from ..source.text import Span
    from ..workflows import Node

TYPES = ("struct", "enum", "union", "type", "trait", "mod", "use")
VALUES = ("fn", "const", "static")


class TaskTypeClash(Rule):
    code = "CL416"
    name = "task-type-clash"
    group = "workflow"
    severity = ERROR
    summary = "A name that the `#[task]` macro makes is taken"
    why = """
For a function `load_rows` the macro makes a type `LoadRowsTask` and a function `load_rows_task` beside it. Another
item of that name in the same module does not build (built, 0.5.1 to 0.11.1: error E0428, or E0255 for an import), and
the compiler points at the attribute. Two functions whose names differ only in underscores or in case of a word's first
letter make the same type.
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

    pub struct «ExtractTask» {
        pub url: String,
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

    pub struct ExtractJob {
        pub url: String,
    }
}
"""
    proof = r"build: E0428"
    no_fix = "because a name is used in other places too"

    def check(self, crate: Crate) -> Iterator[Finding]:
        structure = crate.structure
        made: dict[tuple[int, str], Node] = {}
        for node in structure.tasks:
            item = node.item
            if item is None or not node.parses or node.compiled is not True:
                continue
            type_name = _pascal(item.name) + "Task"
            earlier = made.setdefault((id(item.parent) if item.parent else id(item.rust), type_name), node)
            if earlier is not node and earlier.item is not None and earlier.item.name != item.name:
                yield self.finding(
                    f"tasks `{earlier.item.name}` and `{item.name}` both make the type `{type_name}` (E0428)",
                    item.name_span,
                    help="give one of the functions another name",
                    related=[(earlier.item.name_span, "the other")],
                )
            function_name = f"{item.name}_task"
            for other in item.rust.items if item.parent is None else item.parent.children:
                if other is item or structure.holds(other, node.mod_file) is not True:
                    continue
                named = [(other.name, other.name_span)] if other.kind != "use" else _imported(other)
                for name, span in named:
                    taken = (name == type_name and other.kind in TYPES) or (
                        name == function_name and other.kind in VALUES
                    )
                    if taken:
                        yield self.finding(
                            f"the name `{name}` is taken: the #[task] macro makes it from `{item.name}` (E0428)",
                            span,
                            help=f"give this another name, or the function `{item.name}`",
                            related=[(item.name_span, "the task")],
                        )


def _pascal(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def _imported(item: Item) -> list[tuple[str, Span]]:
    from ..source.rust_item import use_leaves

    return [(use.name, use.span) for use in use_leaves(item.rust, item) if use.name is not None]
