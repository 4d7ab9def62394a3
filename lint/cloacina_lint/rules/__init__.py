"""Room rules/: one file a rule, `cl<number>_<name>.py`, each with one Rule subclass. Found by file name."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from ..rule import Rule
from . import _bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..crate import Crate

_loaded: dict[str, Rule] = {}
_names: list[str] = []
_codes: dict[str, bytes] = {}


def _files() -> list[str]:
    """Module names of all rules, in order of code. Listed once."""
    if not _names:
        here = os.path.dirname(__file__)
        _names.extend(sorted(name[:-3] for name in os.listdir(here) if name.startswith("cl") and name.endswith(".py")))
    return _names


def _load(name: str) -> Rule:
    if name not in _loaded:
        package = sys.modules[__name__]
        module = _bundle.run(package, name, _codes[name]) if name in _codes else import_module(f"{__name__}.{name}")
        (rule,) = [
            value()
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__
        ]
        _loaded[name] = rule
    return _loaded[name]


def _open_bundle() -> None:
    if not _codes and not _loaded:
        _codes.update(_bundle.codes(sys.modules[__name__]))


def load() -> list[Rule]:
    """One instance of every rule, in order of code."""
    _open_bundle()
    return [_load(name) for name in _files()]


def codes() -> set[str]:
    """Every rule's code, without importing any."""
    return {name.split("_", 1)[0].upper() for name in _files()}


def find(code: str) -> Rule | None:
    """One rule by its code; only its file is imported."""
    for name in _files():
        if name.startswith(f"{code.lower()}_"):
            return _load(name)
    return None


def load_for(crate: Crate) -> list[Rule]:
    """The rules that can say something about a crate: trigger rules only where there is a trigger, graph rules only
    where there is a graph. Each file costs start-up time."""
    _open_bundle()
    facts = crate.facts
    absent: list[str] = []
    if not facts.triggers and not any(workflow.argument("triggers") for workflow in facts.workflows):
        absent.append("cl5")
    package = crate.package_toml
    graph_keys = ("graph_name", "accumulators", "reaction_mode", "input_strategy")
    if not facts.graphs and not (package is not None and any(package.has("metadata", key) for key in graph_keys)):
        absent.append("cl6")
    return [_load(name) for name in _files() if not name.startswith(tuple(absent))]
