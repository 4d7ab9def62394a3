"""Room rules/: CL113 feature-entry."""

from __future__ import annotations

from ..finding import ERROR
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class FeatureEntry(Rule):
    code = "CL113"
    name = "feature-entry"
    group = "build"
    severity = ERROR
    summary = "A feature turns on something that the crate does not have"
    why = """
An entry of a feature names another feature, an optional dependency (`dep:x`, or `x` where nothing says `dep:x`) or a
dependency's feature (`x/y`). Cargo checks the list before it compiles anything (built, each form: "feature `default`
includes `package` which is neither a dependency nor another feature").
"""
    no_fix = "because what was meant cannot be known"
    failing = """
--- Cargo.toml
[features]
default = ["packaged", «"metrics"»]
packaged = []
"""
    passing = """
--- Cargo.toml
[features]
default = ["packaged", "metrics"]
packaged = []
metrics = []
"""
    proof = r"build: which is neither a dependency nor another feature"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        features = doc.get("features")
        if not isinstance(features, dict):
            return
        keys: dict[str, bool] = {}  # dependency -> whether it is optional somewhere
        for dependency in crate.manifest.dependencies:
            # a dev-dependency cannot be optional, but its features may be named
            keys[dependency.key] = keys.get(dependency.key, False) or dependency.optional
        entries = [
            (name, index, entry)
            for name, value in features.items()
            if isinstance(value, list)
            for index, entry in enumerate(value)
            if isinstance(entry, str)
        ]
        explicit = {entry[len("dep:") :] for _, _, entry in entries if entry.startswith("dep:")}
        known = set(features) | {key for key, optional in keys.items() if optional and key not in explicit}
        for name, index, entry in entries:
            text = _wrong(entry, known, keys)
            span = doc.value_span("features", name, index)
            if text and span is not None:
                yield self.finding(
                    f"the feature `{name}` turns on `{entry}`, but {text}: cargo refuses Cargo.toml",
                    span,
                    help=_help(entry, known),
                )


def _wrong(entry: str, known: set[str], keys: dict[str, bool]) -> str:
    """What is wrong with one entry; empty where cargo takes it."""
    if entry.startswith("dep:"):
        key = entry[len("dep:") :]
        if "/" in key:
            return ""
        return "" if keys.get(key) else _not_optional(key, keys)
    if "/" in entry:
        key = entry.split("/", 1)[0]
        weak = key.endswith("?")
        key = key.rstrip("?")
        if key not in keys:
            return f"there is no dependency `{key}`"
        return f"`{key}` is not optional, so it takes no `?`" if weak and not keys[key] else ""
    if entry in known:
        return ""
    return _not_optional(entry, keys) if entry in keys else "there is no feature or dependency of that name"


def _not_optional(key: str, keys: dict[str, bool]) -> str:
    if keys.get(key):
        return f"the optional dependency is `dep:{key}` elsewhere, and here there is no feature of that name"
    return f"the dependency `{key}` is not optional" if key in keys else f"there is no dependency `{key}`"


def _help(entry: str, known: set[str]) -> str:
    import difflib

    near = difflib.get_close_matches(entry, sorted(known), 1)
    return f"did you mean `{near[0]}`?" if near else "take the entry out, or add what it names"
