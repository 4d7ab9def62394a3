"""Room source/: from a crate's root file to all its files, by the rules rustc follows for `mod x;`."""

from __future__ import annotations

import posixpath

from .rust import RustFile, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .rust import Item
    from .text import SourceFile

    Reader = Callable[[str], SourceFile | None]

MAX_FILES = 2000
MAX_VARIANTS = 16


class ModFile:
    """One file of a crate, as one module.

    path: relative to the crate, with `/`; mod_path: names from the crate root, () for the root; decl: the `mod x;` that
    asks for it and parent: the file that has it, both None for the root. conditions: what must hold for this file
    rather than another to be the module, where a cfg_attr decides on its path.
    """

    __slots__ = ("_dir", "_stem", "conditions", "decl", "mod_path", "parent", "path", "rust")

    def __init__(
        self, rust: RustFile, path: str, mod_path: tuple[str, ...], decl: Item | None, parent: ModFile | None,
        stem: str, conditions: list[str],
    ) -> None:  # fmt: skip
        self.rust = rust
        self.path = path
        self.mod_path = mod_path
        self.decl = decl
        self.parent = parent
        self.conditions = conditions
        self._dir = posixpath.dirname(path)
        self._stem = stem

    def cfgs(self) -> list[str]:
        """Conditions of `#[cfg(..)]` on all that leads to this file, not those inside it."""
        chain: list[ModFile] = []
        up: ModFile | None = self
        while up is not None:
            chain.append(up)
            up = up.parent
        found: list[str] = []
        for file in reversed(chain):
            if file.decl is not None:
                found += file.decl.cfgs()
            found += file.conditions
        return found

    def __repr__(self) -> str:
        return f"<{'::'.join(('crate', *self.mod_path))} {self.path}>"


class ModuleTree:
    """A crate's files.

    files: in the order of their declarations, the root first, each before those it declares; a file that two
    declarations ask for is there twice, with one RustFile. unresolved: declarations whose file is not there, with the
    paths tried (none where rustc takes no file: in a fn, or a `#[path]` that is no string). ambiguous: both x.rs and
    x/mod.rs are there (an error to rustc; the first is taken). cycles: a file that declares itself again, left out.
    truncated: there were more than MAX_FILES.
    """

    __slots__ = ("ambiguous", "cycles", "files", "root", "truncated", "unresolved")

    def __init__(self, root: RustFile) -> None:
        self.root = root
        self.files: list[ModFile] = []
        self.unresolved: list[tuple[Item, list[str]]] = []
        self.ambiguous: list[tuple[Item, list[str]]] = []
        self.cycles: list[tuple[Item, str]] = []
        self.truncated = False

    def walk(self) -> Iterator[tuple[ModFile, Item]]:
        """All items of all files."""
        for file in self.files:
            for item in file.rust.walk():
                yield file, item


class _Place:
    """Where the files of modules declared at one point are looked for.

    directory: rustc's directory of the module; stem: the subdirectory x of a file x.rs, until an inline module or "".
    owned: False in a fn body, where only `#[path]` works. conditions: what a cfg_attr on a module around it asks.
    """

    __slots__ = ("conditions", "directory", "owned", "stem")

    def __init__(self, directory: str, stem: str, owned: bool, conditions: list[str]) -> None:
        self.directory = directory
        self.stem = stem
        self.owned = owned
        self.conditions = conditions


def load_modules(root: RustFile, root_rel: str, read: Reader) -> ModuleTree:
    """Follow every `mod x;` from a crate's root file (src/lib.rs, src/bin/x.rs, tests/x.rs ...).

    root_rel: its path relative to the crate. read: gives the file at such a path, None where there is none; it is asked
    once for each path, normalised; with `#[path]` that may begin with `..` or `/`, and the reader decides.
    """
    tree = ModuleTree(root)
    root_path = posixpath.normpath(root_rel)
    known: dict[str, RustFile | None] = {root_path: root}

    def get(path: str) -> RustFile | None:
        if path not in known:
            file = read(path)
            known[path] = None if file is None else parse(file)
        return known[path]

    stack = [ModFile(root, root_path, (), None, None, "", [])]
    while stack:
        file = stack.pop()
        if len(tree.files) >= MAX_FILES:
            tree.truncated = True
            break
        tree.files.append(file)
        found: list[ModFile] = []
        for item in file.rust.walk():
            if item.kind == "mod" and not item.inline and item.name:
                found += _declared(tree, file, item, get)
        stack += reversed(found)
    return tree


def _declared(tree: ModuleTree, file: ModFile, decl: Item, get: Callable[[str], RustFile | None]) -> list[ModFile]:
    mod_path = (*file.mod_path, *decl.mod_path, decl.name)
    found: list[ModFile] = []
    tried: list[str] = []
    circular = False
    for place in _places(file, decl):
        for candidates, conditions in _candidates(place, decl):
            tried += candidates
            there = [(path, stem, rust) for path, stem in candidates.items() if (rust := get(path)) is not None]
            if len(there) > 1:
                tree.ambiguous.append((decl, [path for path, _, _ in there]))
            for path, stem, rust in there[:1]:
                if _above(file, path):
                    tree.cycles.append((decl, path))
                    circular = True
                else:
                    found.append(ModFile(rust, path, mod_path, decl, file, stem, conditions))
    if not found and not circular:
        tree.unresolved.append((decl, list(dict.fromkeys(tried))))
    return found


def _above(file: ModFile, path: str) -> bool:
    up: ModFile | None = file
    while up is not None:
        if up.path == path:
            return True
        up = up.parent
    return False


def _places(file: ModFile, decl: Item) -> list[_Place]:
    """Where to look from inside the inline modules and blocks around a declaration."""
    around: list[Item] = []
    up = decl.parent
    while up is not None:
        around.append(up)
        up = up.parent
    places = [_Place(file._dir, file._stem, True, [])]
    for item in reversed(around):
        inner: list[_Place] = []
        for place in places:
            if item.kind != "mod":
                inner.append(_Place(place.directory, "", False, place.conditions))
                continue
            fixed, conditional, otherwise = _path_attrs(item)
            for value, conditions in conditional:
                if value is not None:
                    directory = posixpath.join(place.directory, value)
                    inner.append(_Place(directory, "", True, place.conditions + conditions))
            if fixed is not None:
                if fixed[0] is not None:
                    directory = posixpath.join(place.directory, fixed[0])
                    inner.append(_Place(directory, "", True, place.conditions + otherwise))
            else:
                directory = posixpath.join(place.directory, place.stem, item.name)
                inner.append(_Place(directory, "", place.owned, place.conditions + otherwise))
        places = inner[:MAX_VARIANTS]
    return places


def _candidates(place: _Place, decl: Item) -> list[tuple[dict[str, str], list[str]]]:
    """For each way a declaration may go: its possible files with the stem each gives to its own modules; conditions."""
    fixed, conditional, otherwise = _path_attrs(decl)
    ways: list[tuple[dict[str, str], list[str]]] = []

    def named(value: str | None, conditions: list[str]) -> None:
        # rustc takes a file named by #[path] as if it were a mod.rs
        path = None if value is None else posixpath.normpath(posixpath.join(place.directory, value))
        ways.append(({} if path is None else {path: ""}, place.conditions + conditions))

    for value, conditions in conditional:
        named(value, conditions)
    if fixed is not None:
        named(fixed[0], otherwise)
    elif place.owned:
        base = posixpath.normpath(posixpath.join(place.directory, place.stem, decl.name))
        ways.append(({base + ".rs": decl.name, base + "/mod.rs": ""}, place.conditions + otherwise))
    return ways


def _path_attrs(item: Item) -> tuple[tuple[str | None] | None, list[tuple[str | None, list[str]]], list[str]]:
    """The `#[path = ".."]` of a module, those that a cfg_attr may give, and the conditions under which none of these
    counts. A path that is not a string is None."""
    conditional: list[tuple[str | None, list[str]]] = []
    otherwise: list[str] = []
    for attr in item.attrs:
        if attr.path != ("path",):
            continue
        value = attr.value if isinstance(attr.value, str) and "\0" not in attr.value else None
        if not attr.conditions:
            return (value,), conditional, otherwise
        conditional.append((value, otherwise + attr.conditions))
        one = len(attr.conditions) == 1
        otherwise = [*otherwise, f"not({attr.conditions[0] if one else 'all(' + ', '.join(attr.conditions) + ')'})"]
    return None, conditional, otherwise
