"""Room rules/: CL703 open-requirement."""

from __future__ import annotations

from ..contracts import load
from ..finding import INFO, WARNING
from ..requirement import one_minor
from ..rule import Rule
from ..versions import AUTHORING, allowed, place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class OpenRequirement(Rule):
    code = "CL703"
    name = "open-requirement"
    group = "version"
    severity = WARNING
    summary = "A version requirement that spans generations"
    why = """
`*`, `>=0.6` or `0` lets cargo take the newest Cloacina crates, of whatever generation. Today that is 0.12.0, which
needs rustc 1.99 (built with `*` on 1.95: "rustc 1.95.0 is not supported by the following packages"), and a package of
another generation than the server's does not load. Which host the package fits then depends on the day of the build.
Where a Cargo.lock is packed it decides, until the next `cargo update`: a note.
"""
    no_fix = "because which version the server has cannot be known"
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = «">=0.6.1"», features = ["packaged"] }
cloacina-workflow-plugin = "0.12.0"
serde_json = "1"
"""
    passing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6", features = ["packaged"] }
cloacina-workflow-plugin = "0.6"
cloacina-computation-graph = "0.6"
cloacina-macros = "0.6"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        found = []
        for name in (*AUTHORING, "cloacina-macros"):
            dependency = crate.manifest.find(name)
            if dependency is None or dependency.requirement is None or dependency.source is not None:
                continue
            if one_minor(dependency.requirement):
                continue
            names = []
            for version in allowed(dependency.requirement):
                contract = load(version)
                if contract is not None and contract.name not in names:
                    names.append(contract.name)
            if len(names) > 1:
                found.append((dependency, names))
        if not found:
            return
        dependency, names = found[0]
        locked = crate.tree.is_file("Cargo.lock") and bool(crate.locked_versions(dependency.package))
        yield self.finding(
            f'"{dependency.requirement}" allows packages for {names[0]} up to {names[-1]}: '
            + ("only Cargo.lock says for which" if locked else "cargo takes the newest"),
            place(dependency),
            help=f'ask for the server\'s minor, such as "{crate.contract.version}"',
            severity=INFO if locked else "",
            related=[(place(other), "open too") for other, _ in found[1:]],
        )
