"""Room migrate/library/: where a packaged crate finds what code takes from the engine crate (its data: names.toml)."""

from __future__ import annotations

import os

from ...contracts import parse_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Path = tuple[str, ...]

# crates that the engine hands on under their own names: any path behind them is theirs
HANDED_ON = ("cloacina_workflow", "cloacina_workflow_plugin", "cloacina_computation_graph", "inventory", "serde_json")
MACROS = {
    "task", "trigger", "workflow", "computation_graph", "reactor", "passthrough_accumulator", "stream_accumulator",
    "batch_accumulator", "polling_accumulator", "state_accumulator",
}  # fmt: skip

_read: list[dict[str, Any]] = []


def data() -> dict[str, Any]:
    """names.toml, read once a process."""
    if not _read:
        import tomli

        with open(os.path.join(os.path.dirname(__file__), "names.toml"), "rb") as stream:
            _read.append(tomli.load(stream))
    return _read[0]


class Names:
    """The names of one Cloacina version."""

    def __init__(self, version: str) -> None:
        parsed = parse_version(version)
        assert parsed is not None
        content = data()
        self.table: dict[str, str] = dict(content["names"])
        for minor, added in content["since"].items():
            since = parse_version(minor)
            if since is not None and since[:2] <= parsed[:2]:
                self.table.update(added)
        self._prelude: set[str] = set(content["prelude"]["names"])
        self._engine: set[str] = set(content["engine"]["names"])
        self._variants: dict[str, list[str]] = content["variants"]

    def find(self, path: Path) -> Path | None:
        """The new path of `cloacina::` + path; None for what only the engine has. () for the engine crate itself."""
        parts = path[1:] if path[:1] == ("prelude",) and len(path) > 1 else path
        known = self.table.get("::".join(parts))
        if known is not None:
            return tuple(known.split("::"))
        if len(parts) > 1:
            before = self.find(parts[:-1])
            # `context::Context::new`: behind a type, or a crate handed on, everything is there
            if before is not None and (parts[0] in HANDED_ON or parts[-2][:1].isupper()):
                return (*before, parts[-1])
        return None

    def glob(self, path: Path) -> set[str] | None:
        """Names that `use cloacina::<path>::*` brings, the engine's own among them; None where that is not known."""
        if path == ("prelude",):
            return self._prelude
        if not path:
            return {name for name in self.table if "::" not in name} | self._engine
        prefix = "::".join(path) + "::"
        below = {name[len(prefix) :] for name in self.table if name.startswith(prefix)}
        return {name for name in below if "::" not in name} or None

    def lacks(self, name: str, variant: str) -> bool:
        """Whether the packaged type of a name lacks a variant that the engine's has."""
        return variant in self._variants.get(name, ())
