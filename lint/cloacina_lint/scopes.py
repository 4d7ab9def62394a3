"""Room: which names a module has in scope, as far as its imports tell. What cannot be known is None."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .crate import Crate
    from .source.rust_attr import Attr
    from .source.rust_item import Item, Use
    from .source.rust_mods import ModFile

    Module = tuple[ModFile, Item | None]

# Macros that bring no import, whatever their arguments.
QUIET = {"package", "thread_local", "lazy_static", "compile_error"}
# Attributes that leave what they stand on as it is.
INERT = {
    "allow", "cfg", "cfg_attr", "deny", "deprecated", "doc", "expect", "forbid", "inline", "macro_use", "must_use",
    "path", "warn",
}  # fmt: skip


class Scopes:
    """The modules of a crate's library."""

    def __init__(self, crate: Crate) -> None:
        self._crate = crate
        self._files = {mod_file.mod_path: mod_file for mod_file in crate.facts.files}
        paths = [mod_file.mod_path for mod_file in crate.facts.files]
        self._several = {path for path in paths if paths.count(path) > 1} if len(self._files) < len(paths) else set()
        # `#[macro_use] extern crate x;` brings macros into every module
        self._everywhere = any(
            item.kind == "extern_crate" and item.attr("macro_use") is not None
            for mod_file in crate.facts.files
            for item in mod_file.rust.items
        )
        self._opaque: dict[int, bool] = {}

    def has(self, module: Module, name: str) -> bool | None:
        """Whether a module has a name, by an import or an item: True, False, or None where that cannot be known."""
        return None if self._everywhere else self._has(module, name, set())

    def _has(self, module: Module, name: str, seen: set[tuple[str, ...]]) -> bool | None:
        mod_file, item = module
        path = _path(module)
        if path in seen:
            return False
        seen.add(path)
        if self._hides(mod_file):
            return None
        if any(one.name == name for one in (mod_file.rust.items if item is None else item.children)):
            return True
        globs: list[Use] = []
        for use in mod_file.rust.uses():
            if use.item.parent is not item:
                continue
            if use.name == name:
                return True
            if use.glob:
                globs.append(use)
        result: bool | None = False
        for use in globs:
            target = self._target(module, use.path)
            found = None if target is None else self._has(target, name, seen)
            if found:
                return True
            if found is None:
                result = None
        return result

    def _hides(self, mod_file: ModFile) -> bool:
        """Whether a macro call in the file may bring imports."""
        key = id(mod_file.rust)
        if key not in self._opaque:
            self._opaque[key] = bool(mod_file.rust.errors) or any(
                call.at_item and not call.in_tokens and call.name not in QUIET for call in mod_file.rust.macros()
            )
        return self._opaque[key]

    def _target(self, module: Module, path: tuple[str, ...]) -> Module | None:
        """The module of this library that a path means; None for anything else."""
        at = _path(module)
        parts = list(path)
        if parts[:1] == ["crate"]:
            at, parts = (), parts[1:]
        elif parts[:1] == ["self"]:
            parts = parts[1:]
        while parts[:1] == ["super"]:
            if not at:
                return None
            at, parts = at[:-1], parts[1:]
        return self._find((*at, *parts))

    def _find(self, path: tuple[str, ...]) -> Module | None:
        for cut in range(len(path), -1, -1):
            mod_file = self._files.get(path[:cut])
            if mod_file is None:
                continue
            if path[:cut] in self._several:
                return None
            item: Item | None = None
            for name in path[cut:]:
                below = item.children if item is not None else mod_file.rust.items
                found = [child for child in below if child.kind == "mod" and child.name == name]
                if len(found) != 1 or not found[0].inline:
                    return None
                item = found[0]
            return mod_file, item
        return None


def module_of(mod_file: ModFile, item: Item) -> Module | None:
    """The module that an item stands in; None where it stands in a function or impl, or under a macro's attribute."""
    up = item.parent
    while up is not None:
        if up.kind != "mod":
            return None
        up = up.parent
    return mod_file, item.parent


def plain_attr(attr: Attr) -> bool:
    """Whether an attribute leaves what it stands on as it is."""
    return attr.name in INERT or (len(attr.path) > 1 and attr.path[0] in ("clippy", "rustfmt"))


def plain(item: Item) -> bool:
    """Whether only attributes that leave things as they are stand on an item."""
    return all(plain_attr(attr) for attr in item.attrs)


def _path(module: Module) -> tuple[str, ...]:
    mod_file, item = module
    return mod_file.mod_path if item is None else (*mod_file.mod_path, *item.mod_path, item.name)
