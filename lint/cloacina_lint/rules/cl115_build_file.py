"""Room rules/: CL115 build-file."""

from __future__ import annotations

from ..finding import ERROR
from ..packing import leaves
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class BuildFile(Rule):
    code = "CL115"
    name = "build-file"
    group = "build"
    severity = ERROR
    summary = "`build` in Cargo.toml names a file that is not there"
    why = """
Without the key cargo looks for build.rs and does without one. A key that names a file makes it a must: rustc does not
find it, and the build stops (built: "couldn't read `make.rs`").
"""
    no_fix = "because which file was meant cannot be known"
    failing = """
--- Cargo.toml
[package]
name = "my-workflow"
version = "0.1.0"
edition = "2021"
build = «"make.rs"»
"""
    passing = """
--- Cargo.toml
[package]
name = "my-workflow"
version = "0.1.0"
edition = "2021"
build = "build.rs"
"""
    proof = r"build: couldn't read `make.rs`"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        path, span = doc.get("package", "build"), doc.value_span("package", "build")
        if not isinstance(path, str) or span is None or leaves(path) or crate.tree.is_file(path):
            return
        yield self.finding(
            f"no {path}: the build stops there",
            span,
            help="take the key away, or name the build script's file",
        )
