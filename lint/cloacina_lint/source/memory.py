"""Room source/: a crate's files in memory, as if they lay in a directory. Nothing is read from disk or written."""

from __future__ import annotations

import posixpath

from .text import SourceFile
from .tree import Packed, Tree, display_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class MemoryTree(Tree):
    """root: the directory (absolute) that the files seem to lie in. files: path (relative, with `/`) -> text with its
    byte order mark."""

    def __init__(self, root: str, files: Mapping[str, str]) -> None:
        super().__init__(root)
        self.files = dict(files)

    def _key(self, path: str) -> str:
        root = posixpath.join(self.root, "")
        path = path[len(root) :] if path.startswith(root) else path
        return posixpath.normpath(path) if path else path

    def read(self, path: str) -> SourceFile | None:
        key = self._key(path)
        if key not in self._files:
            text, absolute = self.files.get(key), self.absolute(key)
            self._files[key] = None if text is None else SourceFile(absolute, text, display_path(absolute))
        return self._files[key]

    def is_file(self, path: str) -> bool:
        return self._key(path) in self.files

    def names(self, path: str) -> list[str]:
        key = self._key(path)
        below = "" if key in ("", ".") else f"{key}/"
        return sorted({name[len(below) :].split("/", 1)[0] for name in self.files if name.startswith(below)})

    def packed_files(self) -> list[Packed]:
        return [Packed(path, len(text.encode())) for path, text in sorted(self.files.items())]

    def head(self, path: str, size: int) -> bytes:
        raw = self.files.get(self._key(path), "").encode()
        return raw if size < 0 else raw[:size]
