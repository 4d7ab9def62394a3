"""Room migrate/survey/: cargo's targets, found as cargo finds them."""

from __future__ import annotations

from ...crate import Crate
from ...source import rust, rust_mods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ...cloacina import Facts
    from ...source.rust_item import Item
    from ...source.rust_mods import ModFile, ModuleTree
    from ...source.text import Span

    Table = tuple[str | int, ...]

LIB, BIN, EXAMPLE, TEST, BENCH = "lib", "bin", "example", "test", "bench"
ENGINE = "cloacina"
FOLDERS = {BIN: "src/bin", EXAMPLE: "examples", TEST: "tests", BENCH: "benches"}


class Target:
    """One cargo target.

    kind: LIB, BIN, EXAMPLE, TEST or BENCH; name as cargo calls it; path: its root file; table: where Cargo.toml has a
    table of its own for it (("lib",), ("bin", 0)), else None.
    crate: the same crate with this target's modules in the library's place, so that `crate.facts`, `crate.structure`
    and the lint rules read this target.
    """

    __slots__ = ("_engine", "crate", "kind", "name", "path", "table", "tree")

    def __init__(self, kind: str, name: str, path: str, table: Table | None, tree: ModuleTree, crate: Crate) -> None:
        self.kind = kind
        self.name = name
        self.path = path
        self.table = table
        self.tree = tree
        self.crate = crate
        self._engine: list[Span] | None = None

    @property
    def facts(self) -> Facts:
        return self.crate.facts

    @property
    def root(self) -> ModFile:
        return self.tree.files[0]

    @property
    def entry(self) -> Item | None:
        """`fn main` at the top level of the root file."""
        for item in self.tree.root.items:
            if item.kind == "fn" and item.name == "main":
                return item
        return None

    @property
    def engine(self) -> list[Span]:
        """Every place where the target's files name the engine crate, `#[cfg(test)]` code included, in order."""
        if self._engine is None:
            names = engine_names(self.crate, self.tree)
            self._engine = [span for file in self.tree.files for span in _engine_places(file, names)]
        return self._engine

    def holds(self, path: str) -> bool:
        """Whether a file is among its modules."""
        return any(file.path == path for file in self.tree.files)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {self.path}>"


def engine_names(crate: Crate, tree: ModuleTree | None = None) -> set[str]:
    """Names under which code sees the engine crate: of the dependency, and of `extern crate .. as` in a root file."""
    names = {ENGINE}
    names |= {entry.import_name for entry in crate.manifest.dependencies if entry.package == ENGINE}
    if tree is not None:
        names |= {
            item.alias for item in tree.root.items if item.kind == "extern_crate" and item.alias and item.name in names
        }
    return names


def _engine_places(file: ModFile, names: set[str]) -> Iterator[Span]:
    spans = []
    for use in file.rust.uses():
        if names & set([part for part in use.path if part][:1]):
            spans.append(use.span)
    for path in file.rust.paths():
        if names & set([part for part in path.segments if part][:1]):
            spans.append(path.span)
    spans += [item.span for item in file.rust.walk() if item.kind == "extern_crate" and item.name in names]
    return iter(sorted(spans, key=lambda span: span.start))


def find(crate: Crate) -> list[Target]:
    """All targets whose root file is there: the library, the programs, examples, tests, benches."""
    found: list[Target] = []
    for kind, name, path, table in _declared(crate):
        file = crate.tree.read(path)
        if file is not None and not any(other.path == path and other.kind == kind for other in found):
            tree = rust_mods.load_modules(rust.parse(file), path, crate.tree.read)
            found.append(Target(kind, name, path, table, tree, _view(crate, tree)))
    return found


def _view(crate: Crate, tree: ModuleTree) -> Crate:
    view = Crate(crate.tree, explicit=True, version=crate.forced_version)
    view._cache.update({key: value for key, value in crate._cache.items() if key.startswith("toml:")})
    view._cache["modules"] = tree
    return view


def _declared(crate: Crate) -> Iterator[tuple[str, str, str, Table | None]]:
    """(kind, name, path, table) of what may be a target."""
    manifest = crate.manifest
    doc = manifest.doc
    package = manifest.name or ""
    if doc.has("lib") or manifest.package("autolib") is not False:
        yield LIB, manifest.lib_name or "", manifest.lib_path, ("lib",) if doc.has("lib") else None
    for kind, folder in FOLDERS.items():
        tables: Any = doc.get(kind)
        named: set[str] = set()
        for index, table in enumerate(tables if isinstance(tables, list) else []):
            name = table.get("name") if isinstance(table, dict) else None
            if not isinstance(name, str):
                continue
            named.add(name)
            path = table.get("path")
            candidates = [path] if isinstance(path, str) else [f"{folder}/{name}.rs", f"{folder}/{name}/main.rs"]
            if kind == BIN and name == package and not isinstance(path, str):
                candidates.insert(0, "src/main.rs")
            there = [candidate for candidate in candidates if crate.tree.is_file(candidate)]
            if there:
                yield kind, name, there[0], (kind, index)
        if manifest.package(f"auto{folder.rpartition('/')[2] if kind != BIN else 'bins'}") is False:
            continue
        if kind == BIN and package not in named:
            yield BIN, package, "src/main.rs", None
        for entry in crate.tree.names(folder):
            name = entry[:-3] if entry.endswith(".rs") else entry
            path = f"{folder}/{entry}" if entry.endswith(".rs") else f"{folder}/{entry}/main.rs"
            if name not in named and crate.tree.is_file(path):
                yield kind, name, path, None
