"""Room rules/: CL306 metadata-unknown-key."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..package_manifest import known, required, slips
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class MetadataUnknownKey(Rule):
    code = "CL306"
    name = "metadata-unknown-key"
    group = "manifest"
    severity = ERROR
    since = (0, 6)
    version = "0.11.1"
    summary = "[metadata] of package.toml holds a key that is refused"
    why = """
From 0.6 on `[metadata]` is closed: one key too many and the file cannot be read at all. `cloacinactl package pack` says
so from 0.8 on (packed, 0.11.1: unknown field); that of 0.6 and 0.7 packs it, and the server refuses the upload. Up to
0.5 other keys were ignored.
"""
    fixable = True
    failing = """
--- package.toml
[metadata]
language = "rust"
«worklow_name» = "data"
"""
    passing = """
--- package.toml
[metadata]
language = "rust"
workflow_name = "data"
"""
    proof = r"pack: unknown field"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        values = doc.get("metadata") if doc is not None else None
        contract = known(crate)
        if doc is None or not isinstance(values, dict) or not contract["metadata-closed"]:
            return
        near = slips(doc, ("metadata",), contract["metadata-keys"])
        for key in values:
            span = doc.key_span("metadata", key)
            if span is None or key in contract["metadata-keys"] or key in contract.get("removed", {}):
                continue
            right = near.get(key)
            if right in required(crate, "metadata"):
                continue
            later = " before 0.10" if key == "providers" else ""
            yield self.finding(
                f"[metadata] has no key `{key}`{later}: the package is refused",
                span,
                help=f"did you mean `{right}`?" if right else "take it out",
                fix=Fix(f"write `{right}`", [Edit(span, right)]) if right else None,
            )
