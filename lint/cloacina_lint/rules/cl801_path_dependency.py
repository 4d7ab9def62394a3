"""Room rules/: CL801 path-dependency."""

from __future__ import annotations

from ..finding import ERROR
from ..packing import dependency_entries, leaves, left_out
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PathDependency(Rule):
    code = "CL801"
    name = "path-dependency"
    group = "pack"
    severity = ERROR
    summary = "A path dependency leads out of the package"
    why = """
The archive holds the crate's own directory and nothing beside it, so the compiler service finds no crate at a path
that leads out of it. It builds here and fails there, in every version (built: "failed to get `helpers` as a
dependency", "No such file or directory"). Cargo reads the manifests of all path dependencies first, so one under
`[dev-dependencies]`, an optional one, one of `[patch]` or one with a `version` beside it breaks the build as well. A
path inside the package, such as a `vendor/` directory, is packed and fine.
"""
    no_fix = "because the crate has to be published, or copied into the package"
    failing = """
--- Cargo.toml
[dev-dependencies]
helpers = { path = «"../helpers"» }
"""
    passing = """
--- Cargo.toml
[dev-dependencies]
tempfile = "3"
"""
    proof = r"build: failed to (get|load|read)|No such file"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        for path, kind in dependency_entries(crate, doc):
            written = doc.get(*path, "path")
            if not isinstance(written, str):
                continue
            span = doc.value_span(*path, "path")
            assert span is not None
            where = f"`{path[-1]}` ({'patched' if kind == 'patch' else kind})"
            if leaves(written):
                yield self.finding(
                    f"{where} is at `{written}`, which is not in the package: the build fails once it is packed",
                    span,
                    help="depend on a published version, or copy the crate into the package and name its path there",
                )
            elif left_out(written):
                yield self.finding(
                    f"{where} is at `{written}`, which pack leaves out: the build fails once it is packed",
                    span,
                    help="keep the crate in another directory of the package, such as vendor/",
                )
