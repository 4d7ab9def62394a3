"""Room migrate/: a crate's files as they will be, in memory. Nothing is written here."""

from __future__ import annotations

from ..crate import Crate
from ..fix import apply as applied
from ..source import rust, toml
from ..source.overlay import DraftTree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..finding import Edit, Fix
    from ..source.rust import RustFile
    from ..source.text import SourceFile
    from ..source.toml import TomlDoc


class Draft:
    """One crate in the making: every step of the migration reads from it and writes to it."""

    def __init__(self, crate: Crate) -> None:
        self.original = crate
        self.tree = DraftTree(crate.tree)
        self._parsed: dict[str, tuple[SourceFile, RustFile | TomlDoc]] = {}

    # --- reading: always the newest text ---

    def read(self, path: str) -> SourceFile | None:
        return self.tree.read(path)

    def rust(self, path: str) -> RustFile | None:
        file = self.tree.read(path)
        if file is None:
            return None
        known = self._parsed.get(path)
        if known is None or known[0] is not file or not isinstance(known[1], rust.RustFile):
            known = self._parsed[path] = (file, rust.parse(file))
        assert isinstance(known[1], rust.RustFile)
        return known[1]

    def toml(self, path: str = "Cargo.toml") -> TomlDoc:
        """Raises KeyError where there is no such file."""
        file = self.tree.read(path)
        if file is None:
            raise KeyError(path)
        known = self._parsed.get(path)
        if known is None or known[0] is not file or not isinstance(known[1], toml.TomlDoc):
            known = self._parsed[path] = (file, toml.parse(file))
        assert isinstance(known[1], toml.TomlDoc)
        return known[1]

    def crate(self, version: str) -> Crate:
        """The crate as it is now, judged by a Cloacina version. A new one each time: it remembers what it read."""
        tree = DraftTree(self.original.tree)
        tree.changed = dict(self.tree.changed)
        return Crate(tree, explicit=True, version=version)

    # --- writing ---

    @property
    def newline(self) -> str:
        """The line ending of new files: that of Cargo.toml."""
        manifest = self.tree.read("Cargo.toml")
        return "\r\n" if manifest is not None and "\r\n" in manifest.text else "\n"

    def create(self, path: str, text: str) -> None:
        """A file of our own, written with `\\n`: it takes the crate's line ending."""
        self.tree.put(path, text.replace("\r\n", "\n").replace("\n", self.newline))

    def put(self, path: str, text: str) -> None:
        """The user's text, changed or under a new path, exactly as given (a byte order mark included)."""
        self.tree.put(path, text)

    def remove(self, path: str) -> None:
        self.tree.put(path, None)

    def edit(self, edits: list[Edit] | None) -> bool:
        """Apply edits whose spans are in files read from this draft. False where there were none (None: see
        toml_edit). Later edits must be made from newly read files."""
        if not edits:
            return False
        from ..finding import Fix

        self.fix([Fix("", edits)])
        return True

    def fix(self, fixes: list[Fix]) -> None:
        """Apply fixes made from this draft's current files; paths in them are absolute, those of new files relative."""
        for path, text in applied(fixes).items():
            self.tree.put(self.tree.inside(path) or path, text)

    def changed(self) -> dict[str, str | None]:
        """Path -> new text, or None for a file that goes; only where it differs from what is on disk."""
        result: dict[str, str | None] = {}
        for path, text in self.tree.changed.items():
            before = self.original.tree.read(path)
            old = None if before is None else before.whole
            if old != text:
                result[path] = text
        return result
