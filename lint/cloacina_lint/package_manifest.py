"""Room: package.toml as its readers see it: which keys are known, which one a slip stands for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .crate import Crate
    from .source.toml import TomlDoc

TABLES = ("package", "metadata")


def known(crate: Crate) -> dict[str, Any]:
    """The contract's [manifest] table: see contracts/0.6.toml."""
    table: dict[str, Any] = crate.contract.data["manifest"]
    return table


def required(crate: Crate, table: str) -> list[str]:
    keys: list[str] = known(crate)[f"{table}-required"]
    return keys


def top_level(crate: Crate) -> list[str]:
    """The tables at top level that anything reads."""
    return [*TABLES, *known(crate)["runtime-tables"]]


def slips(doc: TomlDoc, table: tuple[str, ...], keys: list[str]) -> dict[str, str]:
    """Unknown key -> the known, absent key it most likely stands for; each known key once."""
    present = doc.get(*table)
    if not isinstance(present, dict):
        return {}
    absent = [key for key in keys if key not in present]
    found: dict[str, str] = {}
    for key in present:
        if key not in keys and absent:
            from .workflows import closest

            near = closest(key, absent)
            if near is not None:
                found[key] = near
                absent.remove(near)
    return found
