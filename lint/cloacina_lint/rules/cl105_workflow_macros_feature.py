"""Room rules/: CL105 workflow-macros-feature."""

from __future__ import annotations

from ..finding import ERROR, Fix
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class WorkflowMacrosFeature(Rule):
    code = "CL105"
    name = "workflow-macros-feature"
    group = "build"
    severity = ERROR
    until = (0, 10)
    summary = "`cloacina-workflow` without its default features lacks `macros`"
    why = """
`macros` is the one default feature of `cloacina-workflow`: it brings `#[workflow]`, `#[task]` and `#[trigger]`, and
the runtime that `package!()` uses. With `default-features = false` both are gone (built, 0.5.1 to 0.9.0: E0432,
unresolved import; from 0.10 on the other crates turn the feature on, and it builds).
"""
    fixable = True
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", default-features = «false», features = ["packaged"] }
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
cloacina-workflow = { version = "0.6.1", default-features = false, features = ["packaged", "macros"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
"""
    proof = r"build: E0432"

    def check(self, crate: Crate) -> Iterator[Finding]:
        manifest = crate.manifest
        dependency = manifest.find("cloacina-workflow")
        # The engine turns the feature on for the whole build.
        if dependency is None or manifest.find("cloacina") is not None or not crate.facts.declares_anything:
            return
        if {"default", "macros"} & manifest.enabled_features(dependency):
            return
        span = next((s for key in KEYS if (s := manifest.doc.value_span(*dependency.path, key))), dependency.key_span)
        edits = toml_edit.add_feature(manifest.doc, dependency.path, "macros")
        yield self.finding(
            "cloacina-workflow has no default features and lacks `macros`: no #[workflow], #[task] or package!()",
            span,
            help='take `default-features = false` away, or add "macros" to the features',
            related=[(dependency.workspace_span, "inherited from here")] if dependency.workspace_span else None,
            fix=Fix("turn `macros` on", edits) if edits else None,
        )


KEYS = ("default-features", "default_features")
