"""Room rules/: CL806 stale-lock-file."""

from __future__ import annotations

from ..finding import WARNING
from ..requirement import is_plain, matches
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class StaleLockFile(Rule):
    code = "CL806"
    name = "stale-lock-file"
    group = "pack"
    severity = WARNING
    since = (0, 7)
    summary = "Cargo.lock does not hold what Cargo.toml asks for"
    why = """
A plain `cargo build` quietly brings Cargo.lock up to date. The compiler service builds with `--frozen --offline` from
0.7 on unless its operator changes the flags, and cargo then refuses (built: "cannot update the lock file … because
--frozen was passed to prevent this"). It happens when Cargo.toml is edited and packed without a build between.
"""
    no_fix = "because cargo writes the file: run `cargo update --workspace`"
    version = "0.8.0"
    failing = """
--- Cargo.lock
version = 4

[[package]]
name = "async-trait"
version = "0.1.89"

[[package]]
name = "chrono"
version = "0.4.42"

[[package]]
name = "cloacina-build"
version = "0.8.0"

[[package]]
name = "cloacina-computation-graph"
version = "0.8.0"

[[package]]
name = "cloacina-macros"
version = "0.8.0"

[[package]]
name = "cloacina-workflow"
version = "0.8.0"

[[package]]
name = "cloacina-workflow-plugin"
version = "0.8.0"

[[package]]
name = "my-workflow"
version = "0.1.0"

[[package]]
name = "serde_json"
version = "1.0.145"
--- Cargo.toml
[dev-dependencies]
«tempfile» = "3"
"""
    passing = """
--- Cargo.toml
[dev-dependencies]
tempfile = "3"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        if crate.workspace_root is not None or not crate.tree.is_file("Cargo.lock"):
            return
        for dependency in crate.manifest.dependencies:
            if dependency.inherited and dependency.workspace_span is None:
                continue
            versions = crate.locked_versions(dependency.package)
            if not versions:
                yield self.finding(
                    f"Cargo.lock has no `{dependency.package}`: {_FAILS}", dependency.key_span, help=_HELP
                )
            elif (
                dependency.source is None
                and dependency.requirement is not None
                and is_plain(dependency.requirement)
                and not any("-" in version or matches(dependency.requirement, version) for version in versions)
            ):
                found = " and ".join(versions)
                yield self.finding(
                    f"Cargo.lock has `{dependency.package}` {found}, not {dependency.requirement}: {_FAILS}",
                    dependency.version_span or dependency.key_span,
                    help=_HELP,
                )


_FAILS = "the compiler service builds with --frozen from 0.7 on"
_HELP = "run `cargo build`, or `cargo update --workspace`, before packing"
