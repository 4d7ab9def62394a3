"""Room rules/: CL102 own-packaged-feature."""

from __future__ import annotations

from ..finding import ERROR, Fix
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class OwnPackagedFeature(Rule):
    code = "CL102"
    name = "own-packaged-feature"
    group = "build"
    severity = ERROR
    summary = "The crate's own `packaged` feature is missing or off by default"
    why = """
The macros and `package!()` expand under `cfg(feature = "packaged")` of *your* crate. Off, they take the embedded
form and name `::cloacina`, which a packaged crate does not have (built, 0.6.1, 0.10.0, 0.11.1, 0.12.0: E0433
`cloacina`). The compiler service never passes `--features`, in any version, so the feature must be in `default`.
From 0.10 on the service adds `packaged = []` to a manifest that lacks it, but not to `default`: that build fails too
(built), so the guide of 0.10 and later is wrong there.
"""
    fixable = True
    failing = """
--- Cargo.toml
[features]
default = «[]»
packaged = []
"""
    passing = """
--- Cargo.toml
[features]
default = ["packaged"]
packaged = []
"""
    proof = r"build: cannot find .*cloacina"

    def check(self, crate: Crate) -> Iterator[Finding]:
        manifest = crate.manifest
        features = manifest.features
        if "packaged" not in features:
            near = next((name for name in features if name.lower().replace("_", "-") in NEAR), None)
            yield self.finding(
                "no feature `packaged` in [features]: the macros take their embedded form and name `::cloacina`"
                + (f" (`{near}` is not it)" if near else ""),
                (manifest.doc.key_span("features", near) if near else None) or manifest.anchor("features"),
                help='write `default = ["packaged"]` and `packaged = []` in [features]',
                fix=_fix(crate),
            )
        elif "packaged" not in manifest.default_features()[0]:
            yield self.finding(
                "feature `packaged` is not in `default`: no build of the compiler service turns it on",
                manifest.doc.value_span("features", "default") or manifest.anchor("features", "packaged"),
                help='write `default = ["packaged"]`',
                fix=_fix(crate),
            )

    def evidence(self, crate: Crate) -> str:
        span = crate.manifest.doc.value_span("features", "default")
        return f"default = {span.text} at {span.file.display}:{span.line}" if span else ""


NEAR = {"package", "packaging", "packed", "pack", "packged", "pakaged", "packagd", "packages"}


def _fix(crate: Crate) -> Fix | None:
    doc, features = crate.manifest.doc, crate.manifest.features
    edits = []
    if "packaged" not in crate.manifest.default_features()[0]:
        added = toml_edit.add_to_array(doc, ("features",), "default", '"packaged"')
        if added is None:
            return None
        edits += added
    if "packaged" not in features:
        added = toml_edit.insert_key(doc, ("features",), "packaged", "[]")
        if added is None:
            return None
        edits += added
    return Fix("turn `packaged` on by default", edits)
