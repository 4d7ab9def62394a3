"""Room migrate/: which cargo targets a crate has, which of them holds the workflow, and where they use the engine."""

from __future__ import annotations

from ..crate import Crate
from ..source import rust_mods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..cloacina import Declared, Facts, Workflow
    from ..source.rust_item import Item, PathRef, Use
    from ..source.rust_mods import ModFile, ModuleTree
    from ..source.text import Span

LIB, BIN, EXAMPLE, TEST, BENCH = "lib", "bin", "example", "test", "bench"
ENGINE = "cloacina"


class Target:
    """One cargo target.

    kind: LIB, BIN, EXAMPLE, TEST or BENCH; name as cargo calls it; path: its root file; declared: it has a table of
    its own in Cargo.toml ([lib], [[bin]] ...), whose path in the document is `table` (("bin", 0)).
    crate: the same crate with this target's modules in the library's place, so that `crate.facts`, `crate.structure`
    and the lint rules read this target.
    """

    __slots__ = ("_engine", "crate", "kind", "name", "path", "table", "tree")

    def __init__(
        self, kind: str, name: str, path: str, table: tuple[str | int, ...] | None, tree: ModuleTree, crate: Crate
    ) -> None:
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
            self._engine = engine_places(self)
        return self._engine

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {self.path}>"


class Survey:
    """The targets of a crate.

    home: the library or program that holds the workflow (or, where there is none, the triggers and graphs); program:
    the target whose `main` has to go: the home where it is a program, else src/main.rs (or what Cargo.toml has in its
    place) beside a library that has the workflow where it uses the engine; None where nothing has to go.
    engine: names under which the engine crate is visible in code ("cloacina", a renamed dependency).
    """

    __slots__ = ("crate", "engine", "home", "program", "targets")

    def __init__(self, crate: Crate, targets: list[Target], home: Target, program: Target | None) -> None:
        self.crate = crate
        self.targets = targets
        self.home = home
        self.program = program
        self.engine = engine_names(crate)

    @property
    def lib(self) -> Target | None:
        return next((target for target in self.targets if target.kind == LIB), None)

    def of_kind(self, *kinds: str) -> list[Target]:
        return [target for target in self.targets if target.kind in kinds]

    @property
    def workflows(self) -> list[Workflow]:
        """The home's workflows (exactly one, or none where there are only triggers or graphs)."""
        return self.home.facts.workflows

    @property
    def workflow(self) -> Workflow | None:
        return self.workflows[0] if self.workflows else None

    @property
    def triggers(self) -> list[Declared]:
        return self.home.facts.triggers


def read(crate: Crate) -> Survey:
    """Raises RefusedError for a crate with nothing to migrate, or that cannot be."""
    raise NotImplementedError
