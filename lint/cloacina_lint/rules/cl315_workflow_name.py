"""Room rules/: CL315 workflow-name."""

from __future__ import annotations

from ..finding import INFO, WARNING, Edit, Fix
from ..package_manifest import known
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class WorkflowName(Rule):
    code = "CL315"
    name = "workflow-name"
    group = "manifest"
    severity = WARNING
    version = "0.11.1"
    summary = "metadata.workflow_name is not the name of the code's workflow"
    why = """
For a Rust package the code's name wins, and the manifest's is only a wrong label. From 0.10 on the server writes a
warning about it into its log (read, 0.11.1); up to 0.9 nothing reads it, so there it is a note.
"""
    fixable = True
    failing = """
--- package.toml
[metadata]
language = "rust"
workflow_name = «"date"»
"""
    passing = """
--- package.toml
[metadata]
language = "rust"
workflow_name = "data"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        name = doc.get("metadata", "workflow_name") if doc is not None else None
        span = doc.value_span("metadata", "workflow_name") if doc is not None else None
        workflows = crate.facts.workflows
        if span is None or not isinstance(name, str) or len(workflows) != 1 or crate.facts.opaque("workflow"):
            return
        meta = workflows[0].argument("name")
        actual = workflows[0].text("name")
        if meta is None or actual is None or actual == name:
            return
        yield self.finding(
            f"workflow_name is `{name}`, but the code's workflow is `{actual}`",
            span,
            help=f'write `workflow_name = "{actual}"`',
            severity=WARNING if known(crate)["workflow-name-read"] else INFO,
            related=[(meta.span, "the workflow's name")],
            fix=Fix(f"name it `{actual}`", [Edit(span, toml_edit.string(actual))]),
        )
