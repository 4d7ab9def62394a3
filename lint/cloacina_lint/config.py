"""Room: the settings in Cargo.toml, `[package.metadata.cloacina-lint]` over `[workspace.metadata.cloacina-lint]`."""

from __future__ import annotations

from . import contracts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .crate import Crate
    from .source.text import Span
    from .source.toml import TomlDoc

MODES = ("service", "library")
TABLES = (("workspace", "metadata", "cloacina-lint"), ("package", "metadata", "cloacina-lint"))
KEYS = {
    "mode": '"service" or "library": judge the crate as such, whatever it looks like',
    "select": "only these rules: codes, prefixes or groups",
    "ignore": "not these rules: codes, prefixes or groups",
    "cloacina": "the Cloacina version to judge by",
    "server": "the version of the server the package is for",
}


def _tables(crate: Crate) -> Iterator[tuple[TomlDoc, tuple[str, ...], dict[str, Any]]]:
    for path in TABLES:
        document = crate.workspace if path[0] == "workspace" else crate.document
        value = document.get(*path) if document is not None else None
        if document is not None and isinstance(value, dict):
            yield document, path, value


def read(crate: Crate) -> dict[str, Any]:
    """The settings that are well formed, the package's over the workspace's."""
    merged: dict[str, Any] = {}
    for _, _, table in _tables(crate):
        merged.update({key: value for key, value in table.items() if not _wrong(key, value)})
    return merged


def _wrong(key: str, value: Any) -> str:
    """What is wrong with a setting, "" where nothing is."""
    if key not in KEYS:
        return f"no setting `{key}`"
    if key == "mode" and value not in MODES:
        return '`mode` is "service" or "library"'
    if key in ("select", "ignore"):
        from .engine import Selection

        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            return f'`{key}` is a list of rules, such as ["CL012", "guide"]'
        unknown = Selection(value, []).unknown()
        if unknown:
            return f"no rule or group `{unknown[0]}`"
    if key in ("cloacina", "server") and (not isinstance(value, str) or contracts.load(value) is None):
        return f'`{key}` is a Cloacina version from 0.5 on, such as "{contracts.DEFAULT_VERSION}"'
    return ""


def problems(crate: Crate) -> Iterator[tuple[Span, str, str]]:
    """(place, message, help) for each setting that has no effect."""
    for document, path, table in _tables(crate):
        for key, value in table.items():
            message = _wrong(key, value)
            if not message:
                continue
            if key in KEYS:
                span = document.value_span(*path, key)
                help_text = KEYS[key]
            else:
                from difflib import get_close_matches

                span = document.key_span(*path, key)
                near = get_close_matches(key, KEYS, 1)
                help_text = f"did you mean `{near[0]}`?" if near else f"the settings are {', '.join(KEYS)}"
            if span is not None:
                yield span, message, help_text
