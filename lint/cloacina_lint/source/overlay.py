"""Room source/: files as they will be, laid over a directory. Nothing is written here."""

from __future__ import annotations

import os
import posixpath

from .text import SourceFile
from .tree import Packed, Tree, display_path


class DraftTree(Tree):
    """The files of another tree with the draft's laid over them.

    changed: path (relative with `/`; absolute for a file that is not below the root) -> new text with its byte order
    mark, or None where the file goes.
    """

    def __init__(self, below: Tree) -> None:
        super().__init__(below.root)
        self.below = below
        self.on_disk = below.on_disk
        self.changed: dict[str, str | None] = {}

    def _key(self, path: str) -> str:
        """One name a file: `./src/lib.rs` is `src/lib.rs`, and one outside has its absolute path."""
        if "./" in path or "//" in path or os.path.isabs(path):
            absolute = self.absolute(path)
            return self.inside(absolute) or absolute
        return path

    def read(self, path: str) -> SourceFile | None:
        key = self._key(path)
        if key not in self.changed:
            return self.below.read(path)
        if key not in self._files:
            text = self.changed[key]
            absolute = self.absolute(key)
            self._files[key] = None if text is None else SourceFile(absolute, text, display_path(absolute))
        return self._files[key]

    def put(self, path: str, text: str | None) -> None:
        """New content (byte order mark included), or None to take the file away."""
        key = self._key(path)
        self.changed[key] = text
        self._files.pop(key, None)

    def inside(self, absolute: str) -> str | None:
        """The path in this tree of an absolute one; None for a file that is not below the root."""
        root = posixpath.join(self.root.replace("\\", "/"), "")
        path = absolute.replace("\\", "/")
        return path[len(root) :] if path.startswith(root) else None

    def is_file(self, path: str) -> bool:
        key = self._key(path)
        if key in self.changed:
            return self.changed[key] is not None
        return self.below.is_file(path)

    def names(self, path: str) -> list[str]:
        names = set(self.below.names(path))
        key = self._key(path)
        prefix = "" if key in ("", ".") else f"{key}/"
        for changed, text in self.changed.items():
            if changed.startswith(prefix):
                name, _, below = changed[len(prefix) :].partition("/")
                if text is not None:
                    names.add(name)
                elif not below:
                    names.discard(name)
        return sorted(names)

    def packed_files(self) -> list[Packed]:
        there = [file for file in self.below.packed_files() if file.path not in self.changed]
        new = [Packed(path, len(text.encode())) for path, text in self.changed.items() if text is not None]
        return sorted(there + new, key=lambda file: file.path)

    def head(self, path: str, size: int) -> bytes:
        key = self._key(path)
        if key not in self.changed:
            return self.below.head(path, size)
        raw = (self.changed[key] or "").encode()
        return raw if size < 0 else raw[:size]
