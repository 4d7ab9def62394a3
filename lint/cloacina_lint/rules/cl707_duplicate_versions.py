"""Room rules/: CL707 duplicate-versions."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..versions import AUTHORING, minor, place, resolved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class DuplicateVersions(Rule):
    code = "CL707"
    name = "duplicate-versions"
    group = "version"
    severity = WARNING
    summary = "Cargo.lock holds two versions of a Cloacina crate"
    why = """
Another dependency, such as a crate of shared tasks, brings its own minor of a Cloacina crate. To rustc the two are
unrelated: a `Context` or `TaskError` of one does not fit the other (E0308), and what the other one registers is not
seen by `package!()`, so its tasks are missing without a word (read in the macros' output). Looked for in a crate's own
Cargo.lock only: a workspace's holds other members' versions too.
"""
    no_fix = "because the other dependency has to be brought up to date"
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = «"0.6.1"», features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
--- Cargo.lock
version = 4

[[package]]
name = "cloacina-workflow"
version = "0.6.1"

[[package]]
name = "cloacina-workflow"
version = "0.9.0"
"""
    passing = """
--- Cargo.lock
version = 4

[[package]]
name = "cloacina-workflow"
version = "0.6.1"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        if crate.workspace_root is not None or crate.manifest.doc.has("workspace", "members"):
            return
        manifest = crate.manifest
        asked = set()
        for dependency in manifest.dependencies:
            version = resolved(crate, dependency) if dependency.package.startswith("cloacina") else None
            if version is not None and dependency.package != "cloacina-build":
                asked.add(minor(version))
        if len(asked) != 1:
            return
        for name in AUTHORING:
            versions = crate.locked_versions(name)
            if len({minor(version) for version in versions}) > 1:
                dependency_found = manifest.find(name)
                yield self.finding(
                    f"Cargo.lock has `{name}` {' and '.join(versions)}: another dependency brings a version of its own",
                    place(dependency_found) if dependency_found is not None else manifest.name_span,
                    help=f"`cargo tree -i {name}` shows which; bring it to the same minor",
                )
                return
