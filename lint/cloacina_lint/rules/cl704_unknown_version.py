"""Room rules/: CL704 unknown-version."""

from __future__ import annotations

from ..contracts import load
from ..finding import ERROR, INFO, WARNING
from ..requirement import is_plain, lower_bound, matches
from ..rule import Rule
from ..versions import AUTHORING, allowed, minor, newest_known, place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UnknownVersion(Rule):
    code = "CL704"
    name = "unknown-version"
    group = "version"
    severity = ERROR
    summary = "A Cloacina version that is not known here"
    why = """
A requirement that no published version meets stops cargo at once (built with `0.6.5`: "failed to select a version for
the requirement"). The list of versions is the one this linter came with, so a release made since then is not in it: a
patch of the newest minor gets a warning only, and for a minor newer than all of them the package is judged by the
newest contract, and that is said as a note.
"""
    no_fix = "because which version is meant cannot be known"
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = «"0.6.5"», features = ["packaged"] }
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
cloacina-workflow = { version = "0.6.0", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
"""

    proof = r"build: failed to select a version for the requirement"

    def check(self, crate: Crate) -> Iterator[Finding]:
        newer = False
        for name in (*AUTHORING, "cloacina-macros"):
            dependency = crate.manifest.find(name)
            if dependency is None or dependency.requirement is None or dependency.source is not None:
                continue
            requirement = dependency.requirement
            if any(matches(requirement, version) for version in crate.contract.data["published"]):
                continue
            bound = lower_bound(requirement) if is_plain(requirement) else None
            if bound is None or allowed(requirement) or crate.locked_versions(name):
                continue
            if minor(bound) > minor(newest_known()):
                if not newer:
                    newer = True
                    yield self.finding(
                        f"Cloacina {bound} is newer than any known here ({newest_known()}): judged as "
                        f"{crate.contract.name}",
                        place(dependency),
                        help="update cloacina-lint",
                        severity=INFO,
                    )
            elif load(bound) is not None:
                known = ", ".join(version for version in allowed("*") if minor(version) == minor(bound))
                yield self.finding(
                    f'no published `{name}` that is known here meets "{requirement}"'
                    + (f": of this minor there is {known}" if known else ""),
                    place(dependency),
                    help="ask for a version that is published",
                    severity=WARNING if minor(bound) == minor(newest_known()) else "",
                )
