"""Room migrate/service_test/: what the names in a program mean: the crate's item, another crate's path, or unknown."""

from __future__ import annotations

from .harmless import CRATES, ENGINE, PRELUDE, STANDARD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust import RustFile
    from ...source.rust_item import Item, Use
    from ...source.rust_mods import ModFile, ModuleTree

    Parts = tuple[str, ...]

NAMED = frozenset(("fn", "const", "static", "struct", "enum", "union", "type", "trait", "mod", "macro_rules"))


class Module:
    """A module of a target: a file, or an inline module in it."""

    __slots__ = ("file", "item", "tree")

    def __init__(self, tree: ModuleTree, file: ModFile, item: Item | None) -> None:
        self.tree = tree
        self.file = file
        self.item = item

    @property
    def items(self) -> list[Item]:
        return self.file.rust.items if self.item is None else self.item.children

    @property
    def uses(self) -> list[Use]:
        return [use for use in self.file.rust.uses() if use.item.parent is self.item]

    @property
    def path(self) -> Parts:
        return self.file.mod_path if self.item is None else (*self.file.mod_path, *self.item.mod_path, self.item.name)


class Own:
    """An item of the crate, and what stands behind it in the path (`Config::new` -> item Config, rest ("new",))."""

    __slots__ = ("item", "module", "rest")

    def __init__(self, item: Item, module: Module, rest: Parts) -> None:
        self.item = item
        self.module = module
        self.rest = rest


class Foreign:
    """A path of another crate; alias: the name it has in the code, where an import gives it another."""

    __slots__ = ("parts", "use")

    def __init__(self, parts: Parts, use: Use | None) -> None:
        self.parts = parts
        self.use = use


class Plain:
    """A name of the prelude."""


PLAIN = Plain()
Meaning = Own | Foreign | Plain


class Reach:
    """Names of one target. library: the tree that the crate's own name stands for in it; engine: names under which
    the engine crate is visible."""

    def __init__(self, tree: ModuleTree, crate_name: str, library: ModuleTree | None, engine: set[str]) -> None:
        self.tree = tree
        self.crate_name = crate_name
        self.library = library
        self.engine = engine | {
            item.alias for item in tree.root.items if item.kind == "extern_crate" and item.alias and item.name in engine
        }

    def module_of(self, rust: RustFile, item: Item | None) -> Module:
        """The module that an item stands in."""
        file = next((file for file in self.tree.files if file.rust is rust), self.tree.files[0])
        up = item.parent if item is not None else None
        while up is not None and up.kind != "mod":
            up = up.parent
        return Module(self.tree, file, up)

    def find(self, tree: ModuleTree, path: Parts) -> Module | None:
        """A module by its path."""
        for cut in range(len(path), -1, -1):
            file = next((file for file in tree.files if file.mod_path == path[:cut]), None)
            if file is None:
                continue
            item: Item | None = None
            for name in path[cut:]:
                below = file.rust.items if item is None else item.children
                item = next((one for one in below if one.kind == "mod" and one.name == name and one.inline), None)
                if item is None:
                    return None
            return Module(tree, file, item)
        return None

    def meaning(self, parts: Parts, module: Module, around: Item | None = None, depth: int = 0) -> Meaning | None:
        """What a path means in a module; `around`: the function it stands in."""
        parts = tuple(part for part in parts if part)
        if not parts or depth > 8:
            return None
        head = parts[0]
        if head in ("crate", "self", "super"):
            return self._relative(parts, module, depth)
        up = around
        while up is not None and up.kind != "mod":
            inner = [child for child in up.children if child.kind != "use"] if up.kind == "fn" else []
            found = self._among(parts, inner, module)
            if found is not None:
                return found
            for use in module.file.rust.uses():
                if use.item.parent is up and use.name == head:
                    return self._imported(use, parts, module, depth)
            up = up.parent
        found = self._among(parts, module.items, module)
        if found is not None:
            return found
        for use in module.uses:
            if use.name == head:
                return self._imported(use, parts, module, depth)
        globs = [use for use in module.uses if use.glob]
        if around is not None:
            globs += [use for use in module.file.rust.uses() if use.glob and use.item.parent is around]
        for use in globs:
            by_glob = self._globbed(use, parts, module, depth)
            if by_glob is not None:
                return by_glob
        if head in PRELUDE:
            return PLAIN
        if head in self.engine:
            return Foreign(("cloacina", *parts[1:]), None)
        if head == self.crate_name and self.library is not None and len(parts) > 1:
            return self._below(Module(self.library, self.library.files[0], None), parts[1:], depth)
        if len(parts) > 1 and (head in STANDARD or head in CRATES):
            return Foreign(parts, None)
        return None

    def _among(self, parts: Parts, items: list[Item], module: Module) -> Meaning | None:
        for item in items:
            if item.name != parts[0] or item.kind not in NAMED:
                continue
            if item.kind != "mod":
                return Own(item, module, parts[1:])
            if len(parts) > 1:
                inner = self.find(module.tree, (*module.path, item.name))
                return None if inner is None else self._below(inner, parts[1:], 0)
        return None

    def _below(self, module: Module, parts: Parts, depth: int) -> Meaning | None:
        found = self._among(parts, module.items, module)
        if found is not None:
            return found
        for use in module.uses:
            if use.name == parts[0]:
                return self._imported(use, parts, module, depth + 1)
        return None

    def _relative(self, parts: Parts, module: Module, depth: int) -> Meaning | None:
        climbed = _climbed(parts, module)
        target = self.find(module.tree, climbed[0]) if climbed is not None else None
        return None if climbed is None or target is None or not climbed[1] else self._below(target, climbed[1], depth)

    def _imported(self, use: Use, parts: Parts, module: Module, depth: int) -> Meaning | None:
        path = tuple(part for part in use.path if part)
        whole = (*path, *parts[1:])
        own = path[0] in ("crate", "self", "super") or (path[0] == self.crate_name and self.library is not None)
        if not own and any(item.kind == "mod" and item.name == path[0] for item in module.items):
            own = True
        if own:
            return self.meaning(whole, module, None, depth + 1) if whole != parts or path[0] != parts[0] else None
        if path[0] in self.engine:
            return Foreign(("cloacina", *whole[1:]), use)
        return Foreign(whole, use)

    def _globbed(self, use: Use, parts: Parts, module: Module, depth: int) -> Meaning | None:
        path = tuple(part for part in use.path if part)
        if path[:1] and path[0] in self.engine:
            known = ENGINE.get(parts[0])
            return Foreign((*known.split("::"), *parts[1:]), use) if known is not None else None
        if path in (("super",), ("crate",)) or path[:1] in (("crate",), ("self",), ("super",)):
            target = self._module(path, module)
            return None if target is None else self.meaning(parts, target, None, depth + 1)
        if path and any(item.kind == "mod" and item.name == path[0] for item in module.items):
            target = self._module(("self", *path), module)
            return None if target is None else self.meaning(parts, target, None, depth + 1)
        if path[:1] == (self.crate_name,) and self.library is not None:
            target = self.find(self.library, path[1:])
            return None if target is None else self._below(target, parts, depth)
        return None

    def _module(self, path: Parts, module: Module) -> Module | None:
        climbed = _climbed(path, module)
        return None if climbed is None else self.find(module.tree, climbed[0] + climbed[1])


def _climbed(parts: Parts, module: Module) -> tuple[Parts, Parts] | None:
    """(the module's path, the rest of the parts) after `crate`, `self` and every `super`; None above the root."""
    path, rest = module.path, parts
    if rest[0] == "crate":
        path, rest = (), rest[1:]
    elif rest[0] == "self":
        rest = rest[1:]
    while rest[:1] == ("super",):
        if not path:
            return None
        path, rest = path[:-1], rest[1:]
    return path, rest
