"""Room rules/: one file a rule, `cl<number>_<name>.py`, each with one Rule subclass. Found by file name."""

from __future__ import annotations

import os
from importlib import import_module

from ..rule import Rule

_rules: list[Rule] | None = None


def load() -> list[Rule]:
    """One instance of every rule, in order of code."""
    global _rules
    if _rules is None:
        names = sorted(name[:-3] for name in os.listdir(os.path.dirname(__file__)) if name.startswith("cl"))
        _rules = []
        for name in names:
            module = import_module(f"{__name__}.{name}")
            _rules += [
                value()
                for value in vars(module).values()
                if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__
            ]
    return _rules
