"""Room source/: a crate's directory as a tree of text files, read once and only when asked."""

from __future__ import annotations

import os

from .text import SourceFile

MAX_BYTES = 8 * 1024 * 1024


class UnreadableError(Exception):
    """A file that is there but cannot be read as text. `path` as a report names it, `reason` one line."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


def display_path(path: str, base: str | None = None) -> str:
    """How a report names a path: relative to the working directory with `/`."""
    base = base or os.getcwd()
    if path == base:
        return "."
    inside = path.startswith(base + os.sep)
    shown = path[len(base) + 1 :] if inside else os.path.relpath(path, base)
    return shown.replace(os.sep, "/")


class Tree:
    """Text files below `root` (absolute). Paths inside are relative to it, with `/`; `..` may leave it, as in cargo."""

    on_disk = True

    def __init__(self, root: str) -> None:
        self.root = root
        self._files: dict[str, SourceFile | None] = {}

    def absolute(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.root, path))

    def read(self, path: str) -> SourceFile | None:
        """The file, or None where there is none. Raises UnreadableError."""
        if path not in self._files:
            self._files[path] = self._read(self.absolute(path))
        return self._files[path]

    def _read(self, absolute: str) -> SourceFile | None:
        shown = display_path(absolute)
        try:
            with open(absolute, "rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise UnreadableError(shown, error.strerror or str(error)) from None
        if len(raw) > MAX_BYTES:
            raise UnreadableError(shown, f"larger than {MAX_BYTES // 1024 // 1024} MiB, not a source file")
        return self._decode(raw, absolute, shown)

    @staticmethod
    def _decode(raw: bytes, path: str, shown: str) -> SourceFile:
        try:
            return SourceFile(path, raw.decode("utf-8"), shown)
        except UnicodeDecodeError as error:
            raise UnreadableError(shown, f"not UTF-8 (byte {error.start})") from None

    def is_file(self, path: str) -> bool:
        return os.path.isfile(self.absolute(path))

    def names(self, path: str) -> list[str]:
        """Names in a directory, sorted; empty where there is none."""
        try:
            return sorted(os.listdir(self.absolute(path)))
        except OSError:
            return []
