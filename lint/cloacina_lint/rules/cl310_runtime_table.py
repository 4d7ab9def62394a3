"""Room rules/: CL310 runtime-table."""

from __future__ import annotations

from ..finding import ERROR
from ..package_manifest import known
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class RuntimeTable(Rule):
    code = "CL310"
    name = "runtime-table"
    group = "manifest"
    severity = ERROR
    since = (0, 6)
    summary = "package.toml has a table of another runtime"
    why = """
A top-level `[python]` table (from 0.10 on `[wasm]` too) is refused unless `package.runtime` names that runtime (packed,
0.6.1 and 0.11.1: "[python] section is only valid when runtime"). Cloacina's own Python packages do not use it: they say
`language = "python"` in `[metadata]`.
"""
    no_fix = "because what the table holds may be needed elsewhere"
    failing = """
--- package.toml
[metadata]
language = "rust"
workflow_name = "data"

[«python»]
entry_module = "data.tasks"
"""
    passing = """
--- package.toml
[metadata]
language = "rust"
workflow_name = "data"
"""
    proof = r"pack: only valid when runtime"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        if doc is None:
            return
        for table in known(crate)["runtime-tables"]:
            span = doc.key_span(table)
            if span is not None and doc.get("package", "runtime") != table:
                yield self.finding(
                    f'[{table}] without runtime = "{table}": the package is refused', span, help="take the table out"
                )
