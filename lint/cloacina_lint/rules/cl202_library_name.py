"""Room rules/: CL202 library-name."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class LibraryName(Rule):
    code = "CL202"
    name = "library-name"
    group = "load"
    severity = ERROR
    since = (0, 6)
    summary = "`[lib] name` is not the package's name"
    why = """
The compiler service looks for `lib<package name with _>.so`. With another `[lib] name` cargo writes another file,
and the service fails a green build with `expected lib<package>.so in ...` (built, 0.6.1; the same code to 0.12.0).
"""
    fixable = True
    failing = """
--- Cargo.toml
[lib]
name = «"data_flow"»
crate-type = ["cdylib", "rlib"]
"""
    passing = """
--- Cargo.toml
[lib]
name = "my_workflow"
crate-type = ["cdylib", "rlib"]
"""
    proof = r"library: libmy_workflow"

    def check(self, crate: Crate) -> Iterator[Finding]:
        manifest = crate.manifest
        span = manifest.doc.value_span("lib", "name")
        if span is None or manifest.name is None or manifest.lib_name == manifest.name.replace("-", "_"):
            return
        expected = manifest.name.replace("-", "_")
        yield self.finding(
            f"the library is named `{manifest.lib_name}`, but the compiler service looks for lib{expected}.so",
            span,
            help=f'take `name` out of [lib], or write `name = "{expected}"`',
            related=[(manifest.name_span, "the package's name")],
            fix=Fix(f"name it `{expected}`", [Edit(span, f'"{expected}"')], safe=False),
        )
