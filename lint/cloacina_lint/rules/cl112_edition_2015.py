"""Room rules/: CL112 edition-2015."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class Edition2015(Rule):
    code = "CL112"
    name = "edition-2015"
    group = "build"
    severity = ERROR
    summary = "No edition, or 2015: it has no `async fn`"
    why = """
A Cargo.toml without `edition` means Rust 2015, where `async fn` is not allowed: no task compiles (built, 0.6.1: E0670).
`cargo new` writes the key; a manifest written by hand may lack it.
"""
    no_fix = "because 2018 and later read paths and macros differently, which the rest of the code has to fit"
    failing = """
--- Cargo.toml
«[package]»
name = "my-workflow"
version = "0.1.0"
"""
    passing = """
--- Cargo.toml
[package]
name = "my-workflow"
version = "0.1.0"
edition = "2021"
"""
    proof = r"build: E0670"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        edition = doc.get("package", "edition")
        if not isinstance(doc.get("package"), dict) or doc.get("package", "name") is None:
            return
        if edition not in (None, "2015") or doc.has("lib", "edition"):
            return
        asynchronous = [task for task in crate.facts.tasks if task.item.is_async]
        if not asynchronous:
            return
        span = doc.value_span("package", "edition") if edition else doc.value_span("package")
        yield self.finding(
            ("edition 2015" if edition else "no `edition`, so Rust 2015") + ": it has no `async fn` (E0670)",
            span or crate.manifest.name_span,
            help='write `edition = "2021"` in [package]',
            related=[(asynchronous[0].name_span, "an async task")],
        )
