"""Room rules/: CL312 ignored-package-key."""

from __future__ import annotations

from ..finding import INFO, WARNING, Edit, Fix
from ..package_manifest import known, required, slips
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class IgnoredPackageKey(Rule):
    code = "CL312"
    name = "ignored-package-key"
    group = "manifest"
    severity = WARNING
    summary = "[package] of package.toml holds a key that nothing reads"
    why = """
Unlike `[metadata]`, `[package]` is open: a key it does not know is dropped without a word (packed, 0.6.1 and 0.11.1:
accepted). A `description` there describes nothing; it belongs in `[metadata]`. A note only, where the key neither looks
like a known one nor belongs elsewhere.
"""
    fixable = True
    failing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"
«description» = "Loads data"

[metadata]
language = "rust"
workflow_name = "data"
"""
    passing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"

[metadata]
language = "rust"
workflow_name = "data"
description = "Loads data"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        values = doc.get("package") if doc is not None else None
        if doc is None or not isinstance(values, dict):
            return
        contract = known(crate)
        near = slips(doc, ("package",), contract["package-keys"])
        for key in values:
            span = doc.key_span("package", key)
            # The compiler service up to 0.7 reads `language` here.
            if span is None or key in contract["package-keys"] or (key == "language" and values[key] == "rust"):
                continue
            right = near.get(key)
            if right in required(crate, "package") or right == "extension":
                continue
            fix = None
            if key in contract["metadata-keys"]:
                edits = toml_edit.move(doc, ("package", key), "metadata")
                fix = Fix("move it to [metadata]", edits) if edits else None
                help_text = "move it to [metadata]"
            elif right is not None:
                fix = Fix(f"write `{right}`", [Edit(span, right)])
                help_text = f"did you mean `{right}`?"
            else:
                help_text = "take it out, if nothing of yours reads it"
            yield self.finding(
                f"`{key}` in [package] of package.toml: nothing reads it",
                span,
                help=help_text,
                severity=INFO if fix is None else WARNING,
                fix=fix,
            )
