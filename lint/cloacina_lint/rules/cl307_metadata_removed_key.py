"""Room rules/: CL307 metadata-removed-key."""

from __future__ import annotations

from ..finding import ERROR, Fix
from ..package_manifest import known
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class MetadataRemovedKey(Rule):
    code = "CL307"
    name = "metadata-removed-key"
    group = "manifest"
    severity = ERROR
    since = (0, 6)
    version = "0.11.1"
    summary = "[metadata] of package.toml holds a key that was removed in 0.6"
    why = """
`package_type` and `[[metadata.triggers]]` belonged to 0.5. Since 0.6 the code says what a package holds, and triggers
are `#[trigger]` functions; `[metadata]` is closed, so either key makes the whole file unreadable (packed, 0.11.1:
unknown field).
"""
    fixable = True
    failing = """
--- package.toml
[metadata]
language = "rust"
workflow_name = "data"
«package_type» = ["workflow"]
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
        if doc is None or not isinstance(doc.get("metadata"), dict):
            return
        for key, instead in known(crate).get("removed", {}).items():
            span = doc.key_span("metadata", key)
            if span is None:
                continue
            # What triggers say would be lost.
            edits = toml_edit.remove(doc, ("metadata", key)) if key == "package_type" else None
            yield self.finding(
                f"[metadata] has no key `{key}` since 0.6: the package is refused",
                span,
                help=f"take it out; {instead}",
                fix=Fix("take it out", edits) if edits else None,
            )
