"""Room rules/: CL003 workflow-packaged, the guide's third item."""

from __future__ import annotations

from ..finding import ERROR, Fix
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class WorkflowPackaged(Rule):
    code = "CL003"
    name = "workflow-packaged"
    group = "guide"
    severity = ERROR
    summary = "`cloacina-workflow` is used without its `packaged` feature"
    why = """
The guide's checklist asks for it in every version. The feature itself is empty so far (`packaged = []`, no code
reads it: built without it on 0.6.1 and 0.10.0, the package loads). What decides is the crate's own `packaged`
feature: see CL102. The rule follows the guide's checklist, and a later version may give the feature a meaning.
"""
    fixable = True
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = «"0.6.1"»
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
"""
    passing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        dependency = crate.manifest.find("cloacina-workflow")
        if dependency is None or "packaged" in crate.manifest.enabled_features(dependency):
            return
        span = dependency.value_span("features")
        assert span is not None
        edits = toml_edit.add_feature(crate.manifest.doc, dependency.path, "packaged")
        yield self.finding(
            'cloacina-workflow lacks the feature "packaged"',
            span,
            help='add `features = ["packaged"]` to the cloacina-workflow dependency',
            related=[(dependency.workspace_span, "inherited from here")] if dependency.workspace_span else None,
            fix=Fix("turn the feature on", edits) if edits else None,
        )

    def evidence(self, crate: Crate) -> str:
        dependency = crate.manifest.find("cloacina-workflow")
        span = dependency.value_span("features") if dependency else None
        return f"{span.text} at {span.file.display}:{span.line}" if span else ""

    def undetermined(self, crate: Crate) -> str:
        return "" if crate.manifest.find("cloacina-workflow") else "no dependency on cloacina-workflow"
