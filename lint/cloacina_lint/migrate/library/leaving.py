"""Room migrate/library/: what leaves the library, and how the other steps find it in the original files."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust_item import Item, Use
    from ...source.rust_mods import ModFile
    from ...source.text import Span
    from ..survey.targets import Target

# what becomes of a top-level item of the original root file
STAYS, LEAVES, BOTH = "stays", "leaves", "both"


class Left:
    """One item that left.

    item, mod_file: as in the ORIGINAL file (item None for lines that are no item: see `rest`); span: its original
    place with its attributes, documentation and the comments right above, whole lines where it stood alone on them.
    why: one line. entry: it is the program's entry function, `main`.
    """

    __slots__ = ("entry", "item", "mod_file", "span", "why")

    def __init__(self, item: Item, mod_file: ModFile, span: Span, why: str, *, entry: bool = False) -> None:
        self.item = item
        self.mod_file = mod_file
        self.span = span
        self.why = why
        self.entry = entry

    def __repr__(self) -> str:
        return f"Left({self.item!r})"


class Leaving:
    """What left the library's code. All items, files and spans are those of the original crate.

    home: the target that held the workflow (it is the library now). program: the target whose `main` left: the home,
    or src/main.rs beside a library; None where no `main` left. root: path of the program's original root file.
    items: all that left, in the order of the files (imports are not among them: see `uses`).
    fates: id of an Item of the program's root file's top level -> STAYS (in the library), LEAVES, or BOTH (it stays,
    and what left reaches it too). In a program beside the library everything LEAVES.
    uses: all imports (leaves of use declarations) at the top level of the program's root file.
    library: path of the library's root file now ("src/lib.rs"; Cargo.toml has to name it where it is elsewhere).
    module: path of the module in the new library that now stands for the home's root: () where src/main.rs became
    src/lib.rs, ("app",) where it became the module `app` of an existing library.
    workflow: path of the workflow's module in the new library ("pipeline", or () where there is none).
    removed: original files that are gone; renamed: original path -> new path, of files that were kept under a new name.
    orphans: module files that only what left declared: still on disk, no longer part of the crate.
    """

    __slots__ = (
        "fates", "home", "items", "library", "module", "orphans", "program", "removed", "renamed", "root", "uses",
        "workflow",
    )  # fmt: skip

    def __init__(self, home: Target) -> None:
        self.home = home
        self.program: Target | None = None
        self.root: str | None = None
        self.items: list[Left] = []
        self.fates: dict[int, str] = {}
        self.uses: list[Use] = []
        self.library = home.path
        self.module: tuple[str, ...] = ()
        self.workflow: tuple[str, ...] = ()
        self.removed: list[str] = []
        self.renamed: dict[str, str] = {}
        self.orphans: list[str] = []

    @property
    def functions(self) -> list[Left]:
        """The program entry functions that left."""
        return [left for left in self.items if left.entry]

    def fate(self, item: Item) -> str:
        """STAYS, LEAVES or BOTH, for a top-level item of the program's root file."""
        return self.fates.get(id(item), STAYS)
