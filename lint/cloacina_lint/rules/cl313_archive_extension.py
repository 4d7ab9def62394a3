"""Room rules/: CL313 archive-extension."""

from __future__ import annotations

from ..finding import WARNING, Edit, Fix
from ..package_manifest import known, slips
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class ArchiveExtension(Rule):
    code = "CL313"
    name = "archive-extension"
    group = "manifest"
    severity = WARNING
    summary = "The packed archive is not named *.cloacina"
    why = """
`package.extension` names the archive that `cloacinactl package pack` writes. Up to 0.9 it is `.fid` where the key is
absent (packed, 0.6.1); the daemon looks only at `*.cloacina` files (read, 0.6.1). From 0.10 on the key may be left out.
"""
    fixable = True
    failing = """
--- package.toml
«[package]»
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
"""
    passing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.package_toml
        if doc is None or not isinstance(doc.get("package"), dict):
            return
        contract = known(crate)
        extension = doc.get("package", "extension")
        if extension is None:
            extension = contract["extension"]
        if extension == "cloacina" or not isinstance(extension, str):
            return
        near = {right: wrong for wrong, right in slips(doc, ("package",), contract["package-keys"]).items()}
        span = doc.value_span("package", "extension")
        edits: list[Edit] | None
        if span is not None:
            edits = [Edit(span, '"cloacina"')]
        elif "extension" in near and (span := doc.key_span("package", near["extension"])) is not None:
            edits = [Edit(span, "extension")]
        else:
            edits = toml_edit.insert_key(doc, ("package",), "extension", '"cloacina"')
        yield self.finding(
            f"the archive will be named *.{extension}, not *.cloacina",
            span or doc.value_span("package") or doc.file.line_span(1),
            help='write `extension = "cloacina"` in [package]',
            fix=Fix("name it *.cloacina", edits) if edits else None,
        )
