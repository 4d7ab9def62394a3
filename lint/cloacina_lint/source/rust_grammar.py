"""Room source/: the Rust grammar, loaded once and on first use."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from tree_sitter import Parser

_parser: Parser | None = None


def parser() -> Parser:
    """The one tree-sitter parser for Rust. ImportError where tree-sitter or its Rust grammar is not installed."""
    global _parser
    if _parser is None:
        core: Any = _binding("tree_sitter")
        grammar: Any = _binding("tree_sitter_rust")
        made: Parser = core.Parser(core.Language(grammar.language()))
        _parser = made
    return _parser


def _binding(package: str) -> ModuleType:
    """The extension module of a package without the package's __init__.

    Both packages import much for things not needed here (typing, importlib.resources): several times the cost of the
    extension itself. Where the extension is not found as expected, the package is imported as usual.
    """
    name = package + "._binding"
    if name in sys.modules:
        return sys.modules[name]
    try:
        spec = _find(name, _find(package, None).submodule_search_locations)
        module: ModuleType | None = spec.loader.create_module(spec)
        if module is None:
            raise ImportError(name)
        module.__spec__ = spec
        sys.modules[name] = module
        spec.loader.exec_module(module)
    except (ImportError, AttributeError):
        sys.modules.pop(name, None)
        return __import__(package)
    return module


def _find(name: str, path: Any) -> Any:
    for finder in sys.meta_path:
        spec = finder.find_spec(name, path)
        if spec is not None:
            return spec
    raise ImportError(name)
