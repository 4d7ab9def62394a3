"""Room rules/: CL123 unknown-crate."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding

# Published, and not among the crates that the macros need.
OTHERS = {
    "cloacina", "cloacina-api-types", "cloacina-client", "cloacina-compiler", "cloacina-constructor-contract",
    "cloacina-server", "cloacina-workflow", "cloacina-workflow-plugin", "cloacina-computation-graph",
    "cloacina-macros", "cloacina-build", "cloacinactl",
}  # fmt: skip
NEAR = 0.88


class UnknownCrate(Rule):
    code = "CL123"
    name = "unknown-crate"
    group = "build"
    severity = ERROR
    summary = "A dependency whose name is nearly that of a Cloacina crate"
    why = """
Cargo finds no crate of that name and stops (built: "no matching package named `cloacina-workflows` found"). Only names
that are close to one of Cloacina's are looked at, and none that comes from a path, a git repository or a registry of
your own.
"""
    no_fix = "because the dependency may be there already under its right name"
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
«cloacina-workflows» = "0.6.1"
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
    proof = r"build: no matching package.*\s.*cloacina-workflows|no matching package named `cloacina-workflows`"

    def check(self, crate: Crate) -> Iterator[Finding]:
        manifest = crate.manifest
        if any(manifest.doc.has(table) for table in ("patch", "source")) or crate.tree.is_file(".cargo/config.toml"):
            return
        for dependency in manifest.dependencies:
            name = dependency.package
            if not name.startswith("cloacina") or name.replace("_", "-") in OTHERS or dependency.source is not None:
                continue
            if dependency.requirement is None or dependency.doc.has(*dependency.path, "registry"):
                continue
            near = _near(name, [known for known in crate.contract.crates if known.startswith("cloacina")])
            if near and not crate.locked_versions(name):
                yield self.finding(
                    f"there is no crate `{name}`: cargo finds no such package",
                    dependency.key_span,
                    help=f"did you mean `{near}`?",
                )


def _near(name: str, known: list[str]) -> str:
    import difflib

    return next(iter(difflib.get_close_matches(name, known, 1, NEAR)), "")
