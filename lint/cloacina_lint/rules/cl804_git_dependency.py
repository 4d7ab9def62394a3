"""Room rules/: CL804 git-dependency."""

from __future__ import annotations

from ..finding import WARNING
from ..packing import dependency_entries
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class GitDependency(Rule):
    code = "CL804"
    name = "git-dependency"
    group = "pack"
    severity = WARNING
    since = (0, 7)
    summary = "A git dependency, which an offline build cannot fetch"
    why = """
From 0.7 on the compiler service builds with `--frozen --offline` unless its operator changes the flags. A git
dependency is then found only where the operator has vendored that very repository; otherwise the build fails there
("Git dependency unavailable offline", read in the service's source). Up to 0.6 the service fetches it.
"""
    no_fix = "because which published version replaces it cannot be known"
    version = "0.8.0"
    failing = """
--- Cargo.toml
[dev-dependencies]
helpers = { git = «"https://git.example.org/helpers"» }
"""
    passing = """
--- Cargo.toml
[dev-dependencies]
tempfile = "3"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        for path, _ in dependency_entries(crate, doc):
            span = doc.value_span(*path, "git")
            if span is not None and isinstance(doc.get(*path, "git"), str):
                yield self.finding(
                    f"`{path[-1]}` comes from git: the compiler service builds offline from 0.7 on",
                    span,
                    help="depend on a published version, or make sure the service's operator vendors this repository",
                )
