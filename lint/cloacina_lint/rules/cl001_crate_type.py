"""Room rules/: CL001 crate-type, the guide's first item."""

from __future__ import annotations

from ..finding import ERROR, WARNING, Fix
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding

KINDS = ("lib", "rlib", "dylib", "cdylib", "staticlib")
SHARED = {"cdylib", "dylib"}
ALTERNATIVES = {"cdylib": SHARED, "rlib": {"rlib", "lib"}}


class CrateType(Rule):
    code = "CL001"
    name = "crate-type"
    group = "guide"
    severity = ERROR
    summary = 'The library is not built as `["cdylib", "rlib"]`'
    why = """
A host loads a shared library. Without `cdylib` in `[lib] crate-type` cargo succeeds and leaves only an rlib; the
compiler service then reports `expected lib<crate>.so in ...` (built: no `[lib]` table, 0.6.1: no shared library).
From 0.10 on the guide leaves the key out and the service adds it where it is absent; a plain `cargo build`, and with
it the crate's own tests, still gets no library, so there its absence is a warning. Without `rlib` the package still
builds and loads, but a test in `tests/` cannot link the crate, so that half is a warning. With `proc-macro = true` it
does not build at all.
"""
    fixable = True
    failing = """
--- Cargo.toml
[lib]
crate-type = «["rlib"]»
"""
    passing = """
--- Cargo.toml
[lib]
crate-type = ["cdylib", "rlib"]
"""

    proof = r"library: libmy_workflow"

    def check(self, crate: Crate) -> Iterator[Finding]:
        manifest = crate.manifest
        for name in ("proc-macro", "proc_macro"):
            place = manifest.doc.value_span("lib", name)
            if place is not None and manifest.doc.get("lib", name) is True:
                yield self.finding(
                    "a procedural macro crate: the compiler loads it, no host can",
                    place,
                    help='take the key away, and write `crate-type = ["cdylib", "rlib"]`',
                )
                return
        types = set(manifest.crate_types)
        key = manifest.crate_type_key
        span = manifest.doc.value_span("lib", key) if key else None
        span = span or manifest.anchor("lib")
        if key and isinstance(manifest.doc.get("lib", key), str):
            yield self.finding(
                "crate-type must be an array: cargo refuses a string",
                span,
                help='write `crate-type = ["cdylib", "rlib"]`',
                fix=_fix(crate),
            )
        elif not types & SHARED:
            what = f"crate-type is {manifest.crate_types}" if key else "no crate-type"
            added = key is None and crate.contract.data["library"]["crate-type-added"]
            yield self.finding(
                f"{what.replace(chr(39), chr(34))}: no shared library is built"
                + (" (only the compiler service adds the key)" if added else ""),
                span,
                help='write `crate-type = ["cdylib", "rlib"]` in [lib]; the host loads the cdylib',
                severity=WARNING if added else "",
                fix=_fix(crate),
            )
        elif not types & {"rlib", "lib"}:
            yield self.finding(
                "crate-type has no `rlib`: tests in tests/ cannot link this crate",
                span,
                help='write `crate-type = ["cdylib", "rlib"]`',
                severity=WARNING,
                fix=_fix(crate),
            )

    def evidence(self, crate: Crate) -> str:
        span = crate.manifest.doc.value_span("lib", crate.manifest.crate_type_key or "crate-type")
        return f"{span.text} at {span.file.display}:{span.line}" if span else ""


def _fix(crate: Crate) -> Fix | None:
    """`cdylib` first, `rlib` last, what else is there between them, what cargo does not know left out; an array over
    several lines is added to."""
    manifest = crate.manifest
    doc, key = manifest.doc, manifest.crate_type_key
    if key is None:
        edits = toml_edit.insert_key(doc, ("lib",), "crate-type", '["cdylib", "rlib"]')
    else:
        types = [kind for kind in manifest.crate_types if kind in KINDS]
        missing = [kind for kind in ("cdylib", "rlib") if not set(types) & ALTERNATIVES[kind]]
        span = doc.value_span("lib", key)
        if span is not None and "\n" in span.text:
            if types != manifest.crate_types:
                return None
            edits = toml_edit.append(doc, ("lib", key), ", ".join(f'"{kind}"' for kind in missing))
        else:
            wanted = [kind for kind in missing if kind == "cdylib"] + types + [k for k in missing if k == "rlib"]
            edits = toml_edit.replace(doc, ("lib", key), "[" + ", ".join(f'"{kind}"' for kind in wanted) + "]")
    return Fix('build the library as `["cdylib", "rlib"]`', edits) if edits else None
