"""Room rules/: CL706 rust-version-too-new."""

from __future__ import annotations

from ..contracts import parse_version
from ..finding import WARNING
from ..rule import Rule
from ..toolchain import needed, server_toolchain, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class RustVersionTooNew(Rule):
    code = "CL706"
    name = "rust-version-too-new"
    group = "version"
    severity = WARNING
    since = (0, 7)
    summary = "The crate asks for a newer Rust than the compiler service has"
    why = """
The compiler service's image has rustc 1.94 (its Dockerfile). Cargo refuses a package whose `rust-version` is above the
compiler's ("rustc … is not supported by the following package", built), so such a crate builds here and not there. An
operator may have built another image: a warning.
"""
    no_fix = "because what the code really needs is yours to know"
    version = "0.8.0"
    failing = """
--- Cargo.toml
[package]
name = "my-workflow"
version = "0.1.0"
edition = "2021"
rust-version = «"1.95"»
"""
    passing = """
--- Cargo.toml
[package]
name = "my-workflow"
version = "0.1.0"
edition = "2021"
rust-version = "1.94.0"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        there = server_toolchain(crate)
        written = crate.manifest.package("rust-version")
        version = parse_version(written) if isinstance(written, str) else None
        span = crate.manifest.doc.value_span("package", "rust-version")
        # Where Cloacina itself needs more than that image has, the image is another one.
        if there is None or version is None or span is None or (needed(crate) or (0, 0, 0)) > there:
            return
        if version[:2] > there[:2]:
            yield self.finding(
                f"asks for Rust {written}, and the compiler service's image has {short(there)}",
                span,
                help=f'write "{short(there)}" or less, or make sure the operator\'s image has it',
            )
