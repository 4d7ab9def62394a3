"""Room rules/: CL126 workspace-member."""

from __future__ import annotations

from ..finding import ERROR
from ..packing import leaves
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class WorkspaceMember(Rule):
    code = "CL126"
    name = "workspace-member"
    group = "build"
    severity = ERROR
    summary = "[workspace] lists a member that is not there"
    why = """
Cargo reads every member before it builds any of them, so one that is missing stops them all (built: "failed to load
manifest for workspace member"). A pattern with `*` is left alone.
"""
    no_fix = "because the member may have moved, or be left out of the list"
    failing = """
--- Cargo.toml
[workspace]
members = [«"more"»]
"""
    passing = """
--- Cargo.toml
[workspace]
members = ["."]
"""
    proof = r"build: failed to load manifest for workspace member"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        members = doc.get("workspace", "members")
        for index, member in enumerate(members) if isinstance(members, list) else ():
            if not isinstance(member, str) or any(mark in member for mark in "*?[") or leaves(member):
                continue
            path = f"{member.strip('/')}/Cargo.toml"
            span = doc.value_span("workspace", "members", index)
            if span is not None and not crate.tree.is_file(path[2:] if path.startswith("./") else path):
                yield self.finding(
                    f"no {path}: cargo cannot load the workspace",
                    span,
                    help="take the member out of the list, or write its Cargo.toml",
                )
