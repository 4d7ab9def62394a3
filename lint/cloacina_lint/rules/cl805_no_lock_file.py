"""Room rules/: CL805 no-lock-file."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.text import Span

IGNORED = ("Cargo.lock", "/Cargo.lock", "**/Cargo.lock", "*.lock")


class NoLockFile(Rule):
    code = "CL805"
    name = "no-lock-file"
    group = "pack"
    severity = WARNING
    since = (0, 7)
    summary = "The archive gets no Cargo.lock"
    why = """
From 0.7 on the compiler service builds with `--frozen --offline` unless its operator changes the flags, and cargo
then wants a Cargo.lock in the package (built: "cannot create the lock file … because --frozen was passed"). Pack
takes the file from the crate's own directory: a workspace keeps it at its root, outside the archive, and a
`.gitignore` that names it keeps it out of every fresh clone. Said only where it shows: a crate that stands alone gets
its lock file from the next `cargo build`.
"""
    no_fix = "because cargo writes the file: `cargo generate-lockfile`"
    version = "0.8.0"
    failing = """
--- .gitignore
/target/
«Cargo.lock»
"""
    passing = """
--- .gitignore
/target/
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        if crate.tree.is_file("Cargo.lock"):
            return
        place = crate.manifest.name_span
        if not crate.tree.on_disk:
            message = f"no Cargo.lock in the archive: {_FAILS}"
        elif crate.workspace_root is not None:
            message = f"Cargo.lock is at the workspace's root, not in the package: {_FAILS}"
        else:
            ignored = _ignored(crate)
            if ignored is None:
                return
            place = ignored
            message = f"Cargo.lock is ignored and absent, so the archive has none: {_FAILS}"
        yield self.finding(
            message, place, help="put a Cargo.lock beside Cargo.toml (`cargo generate-lockfile`) and keep it in git"
        )


_FAILS = "the compiler service builds with --frozen from 0.7 on"


def _ignored(crate: Crate) -> Span | None:
    file = crate.tree.read(".gitignore")
    if file is None:
        return None
    for number in range(1, len(file.starts) + 1):
        span = file.line_span(number)
        if span.text.strip() in IGNORED:
            return file.span(span.start, span.start + len(span.text.rstrip()))
    return None
