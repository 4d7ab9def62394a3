"""Room contracts/: what each Cloacina generation asks of a crate, one TOML file a generation.

A file is named after the first minor it holds for (`0.6.toml` holds until `0.8.toml` begins).
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEFAULT_VERSION = "0.6.1"

Version = tuple[int, int, int]


def parse_version(text: str) -> Version | None:
    """`0.6.1`, `0.6`, `0` or `0.12.0-rc.1` as (major, minor, patch), missing parts 0; None for anything else."""
    parts = text.strip().split("+", 1)[0].split("-", 1)[0].split(".")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    numbers = [int(part) for part in parts] + [0, 0]
    return numbers[0], numbers[1], numbers[2]


class Contract:
    """One generation's contract, as the rules read it. `data` is the file as it is (see 0.6.toml for every key)."""

    __slots__ = ("data", "name", "since", "version")

    def __init__(self, name: str, since: tuple[int, int], data: dict[str, Any], version: str) -> None:
        self.name = name
        self.since = since
        self.data = data
        self.version = version

    @property
    def minor(self) -> tuple[int, int]:
        """(major, minor) of the version judged by."""
        parsed = parse_version(self.version)
        assert parsed is not None
        return parsed[:2]

    @property
    def package_macro(self) -> bool:
        """`package!()` emits the entry points (before 0.6 the `#[workflow]` macro did)."""
        return bool(self.data["library"]["package-macro"])

    @property
    def crates(self) -> dict[str, dict[str, Any]]:
        """Crate name -> {version, for = [what makes it needed], kind, guide, because}."""
        crates: dict[str, dict[str, Any]] = self.data["crates"]
        return crates

    def requirement(self, crate: str) -> str:
        """The version requirement to write for a crate: Cloacina's own crates share the version judged by."""
        text: str = self.crates.get(crate, {}).get("version", "")
        return text or self.version

    @property
    def checklist(self) -> list[dict[str, str]]:
        """The guide's checklist for this generation, in its order: {rule, text}."""
        items: list[dict[str, str]] = self.data["checklist"]
        return items


_listed: list[tuple[tuple[int, int], str]] = []
_read: dict[str, dict[str, Any]] = {}


def _files() -> list[tuple[tuple[int, int], str]]:
    """(first minor, path) of every contract, oldest first. Listed once a process, as each is read once."""
    if not _listed:
        here = os.path.dirname(__file__)
        for name in os.listdir(here):
            parsed = parse_version(name[:-5]) if name.endswith(".toml") else None
            if parsed is not None:
                _listed.append((parsed[:2], os.path.join(here, name)))
        _listed.sort()
    return _listed


def _data(path: str) -> dict[str, Any]:
    if path not in _read:
        import tomli

        with open(path, "rb") as stream:
            _read[path] = tomli.load(stream)
    return _read[path]


def load(version: str) -> Contract | None:
    """The contract that holds for a Cloacina version; None for one older than every contract or not a version."""
    parsed = parse_version(version)
    if parsed is None:
        return None
    holding = [(since, path) for since, path in _files() if since <= parsed[:2]]
    if not holding:
        return None
    since, path = holding[-1]
    data = _data(path)
    return Contract(data["generation"], since, data, version)


def known() -> list[Contract]:
    """Every generation's contract, oldest first, each for the newest version it was proved with."""
    contracts = [load(f"{major}.{minor}") for (major, minor), _ in _files()]
    result = [contract for contract in contracts if contract is not None]
    for contract in result:
        contract.version = contract.data["published"][-1]
    return result
