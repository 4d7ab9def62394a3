"""Room rules/: CL127 unknown-feature."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UnknownFeature(Rule):
    code = "CL127"
    name = "unknown-feature"
    group = "build"
    severity = ERROR
    summary = "A feature that the Cloacina crate does not have"
    why = """
Cargo finds no version that fits and stops (built, 0.6.1: "package `order` depends on `cloacina-workflow` with feature
`full` but `cloacina-workflow` does not have that feature"). The features of each generation are in its contract file.
Crates from a path or a git repository are not judged.
"""
    no_fix = "because the feature may have been meant for another crate"
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged", «"full"»] }
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
    proof = r"build: does not have (?:that feature|these features)"

    def check(self, crate: Crate) -> Iterator[Finding]:
        known = crate.contract.data["features"]
        for dependency in crate.manifest.dependencies:
            if dependency.package not in known or dependency.source is not None:
                continue
            listed = dependency.doc.get(*dependency.path, "features")
            for index, feature in enumerate(listed if isinstance(listed, list) else []):
                span = dependency.doc.value_span(*dependency.path, "features", index)
                if not isinstance(feature, str) or span is None:
                    continue
                if feature != "default" and feature not in known[dependency.package]:
                    there = ", ".join(f"`{name}`" for name in known[dependency.package][:2])
                    yield self.finding(
                        f"`{dependency.package}` has no feature `{feature}`: cargo finds no version that fits",
                        span,
                        help=f"take it out; the crate has {there}"
                        if there
                        else "take it out; the crate has no features",
                    )
