"""Room rules/: CL114 workspace-key."""

from __future__ import annotations

from ..finding import ERROR
from ..packing import inherited, origin
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class WorkspaceKey(Rule):
    code = "CL114"
    name = "workspace-key"
    group = "build"
    severity = ERROR
    summary = "A key is inherited from the crate's own [workspace], which does not have it"
    why = """
With a `[workspace]` table of its own, empty or not, a crate is its workspace's root, and `workspace = true` looks the
key up in that table alone: not in a workspace further up. Cargo refuses the manifest (built, for package keys,
dependencies and lints: "error inheriting `version` from workspace root manifest's `workspace.package.version`").
"""
    no_fix = "because the value has to be written out, and it is not known here"
    failing = """
--- Cargo.toml
[package]
name = "my-workflow"
version.workspace = «true»
edition = "2021"
"""
    passing = """
--- Cargo.toml
[package]
name = "my-workflow"
version.workspace = true
edition = "2021"

[workspace]

[workspace.package]
version = "0.1.0"
"""
    proof = r"build: error inheriting `version` from workspace root manifest"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        if not isinstance(doc.get("workspace"), dict):
            return
        for path in inherited(doc):
            wanted = origin(path)
            span = doc.value_span(*path, "workspace")
            if doc.has(*wanted) or span is None:
                continue
            name = ".".join(str(part) for part in path)
            header = doc.value_span("workspace")
            yield self.finding(
                f"`{name}` is inherited, but there is no `{'.'.join(str(part) for part in wanted)}`: "
                "cargo refuses Cargo.toml",
                span,
                help="write the value out here",
                related=[(header, "the crate's own [workspace]: no other one is looked at")] if header else None,
            )
