"""Room rules/: CL309 package-runtime."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..package_manifest import known
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PackageRuntime(Rule):
    code = "CL309"
    name = "package-runtime"
    group = "manifest"
    severity = ERROR
    since = (0, 6)
    summary = "package.runtime is not one that a Rust package can have"
    why = """
`runtime` is optional and says "rust" for a Rust package. A name that is not known is refused, and so is "python"
without a `[python]` table (from 0.10 on "wasm" without `[wasm]`): packed, 0.6.1 and 0.11.1, "unknown
runtime" and "requires a [python] section".
"""
    fixable = True
    failing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"
runtime = «"Rust"»
"""
    passing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"
runtime = "rust"
"""
    proof = r"pack: unknown runtime"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        runtime = doc.get("package", "runtime") if doc is not None else None
        span = doc.value_span("package", "runtime") if doc is not None else None
        if doc is None or span is None or not isinstance(runtime, str) or runtime == "rust":
            return
        contract = known(crate)
        if runtime not in contract["runtimes"]:
            names = ", ".join(f'"{name}"' for name in contract["runtimes"])
            message = f'runtime "{runtime}" is not known ({names} are): the package is refused'
        elif not doc.has(runtime):
            message = f'runtime = "{runtime}" needs a [{runtime}] table: the package is refused'
        else:
            return
        yield self.finding(
            message,
            span,
            help='take it out, or write `runtime = "rust"`',
            fix=Fix("make it a Rust package", [Edit(span, '"rust"')]),
        )
