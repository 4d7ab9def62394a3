"""Room rules/: CL203 panic-abort."""

from __future__ import annotations

from ..finding import WARNING, Fix
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PanicAbort(Rule):
    code = "CL203"
    name = "panic-abort"
    group = "load"
    severity = WARNING
    summary = 'The release profile says `panic = "abort"`'
    why = """
A task that panics is one failed task: the plugin catches the panic and reports it. With `panic = "abort"` nothing can
catch it, and the whole host process ends with it (loaded and called, 0.6.1: exit status 134), other packages' runs
included. The compiler service builds the release profile of the package's own Cargo.toml, and only that: the
workspace's root is not in the archive.
"""
    fixable = True
    failing = """
--- Cargo.toml
[profile.release]
lto = true
panic = «"abort"»
"""
    passing = """
--- Cargo.toml
[profile.release]
lto = true
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        key = ("profile", "release", "panic")
        span = doc.value_span(*key)
        if span is None or doc.get(*key) != "abort":
            return
        edits = toml_edit.remove(doc, key)
        yield self.finding(
            'panic = "abort": a task that panics ends the host process, with all that runs in it',
            span,
            help='take it away, or write `panic = "unwind"`',
            fix=Fix("take it away", edits) if edits else None,
        )
