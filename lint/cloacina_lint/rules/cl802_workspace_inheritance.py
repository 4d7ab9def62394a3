"""Room rules/: CL802 workspace-inheritance."""

from __future__ import annotations

from ..finding import ERROR
from ..packing import inherited, origin
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class WorkspaceInheritance(Rule):
    code = "CL802"
    name = "workspace-inheritance"
    group = "pack"
    severity = ERROR
    summary = "A key is inherited from a workspace that is not in the archive"
    why = """
The archive holds the crate's own directory; the workspace's root manifest stays behind. A key that says
`workspace = true` (a package key, a dependency, `[lints]`), or `package.workspace`, builds inside the workspace and
fails in the compiler service (built: "failed to find a workspace root"). A member that writes out its own values is
fine, and so is a crate that is its workspace's root itself.
"""
    no_fix = "because every inherited value has to be written out, which is yours to decide"
    failing = """
--- Cargo.toml
# no [workspace]
[package]
name = "my-workflow"
version.workspace = «true»
edition = "2021"
"""
    passing = """
--- Cargo.toml
[package]
name = "my-workflow"
version = "0.1.0"
edition = "2021"
"""
    proof = r"build: failed to find a workspace root"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        named = doc.value_span("package", "workspace")
        if named is not None:
            yield self.finding(
                f"`package.workspace` names a root that is not in the package: {_FAILS}",
                named,
                help="take the key away, and write out what is inherited",
            )
        if doc.has("workspace"):
            return
        found = list(inherited(doc))
        if not found or named is not None:
            return
        path = found[0]
        names = [".".join(str(part) for part in path) for path in found]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        span = doc.value_span(*path, "workspace")
        assert span is not None
        related = []
        for other in found[1:]:
            place = doc.value_span(*other, "workspace")
            if place is not None:
                related.append((place, "inherited too"))
        root = crate.workspace
        source = root.value_span(*origin(path)) if root is not None else None
        if source is not None:
            related.insert(0, (source, "the value in the workspace"))
        yield self.finding(
            f"`{names[0]}`{more} is inherited from a workspace that is not in the package: {_FAILS}",
            span,
            help="write the value out here" + (", and those of " + ", ".join(names[1:]) if more else ""),
            related=related,
        )


_FAILS = "the build fails once it is packed"
