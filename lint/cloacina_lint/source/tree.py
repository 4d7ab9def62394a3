"""Room source/: a crate's directory as a tree of text files, read once and only when asked."""

from __future__ import annotations

import os

from .text import SourceFile

MAX_BYTES = 8 * 1024 * 1024
MAX_PACKED = 20_000
NOT_PACKED = ("target", ".git")


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


class Packed:
    """One file of an archive, or of a directory that is about to be one.

    path: relative to the package, with `/`; size in bytes; is_link: a symbolic link, which pack follows; broken: a link
    that leads nowhere, which pack refuses; loop: one to a directory around it, in which pack goes round.
    """

    __slots__ = ("broken", "is_link", "loop", "path", "size")

    def __init__(
        self, path: str, size: int, *, is_link: bool = False, broken: bool = False, loop: bool = False
    ) -> None:
        self.path = path
        self.size = size
        self.is_link = is_link
        self.broken = broken
        self.loop = loop


class Tree:
    """Text files below `root` (absolute). Paths inside are relative to it, with `/`; `..` may leave it, as in cargo."""

    on_disk = True

    def __init__(self, root: str) -> None:
        self.root = root
        self._files: dict[str, SourceFile | None] = {}
        self._packed: list[Packed] | None = None

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

    def packed_files(self) -> list[Packed]:
        """What `cloacinactl package pack` puts into the archive, sorted by path: everything but `target/` and `.git/`
        at any depth, links followed. Stops after MAX_PACKED files; what cannot be listed is left out."""
        if self._packed is None:
            self._packed = self._walk()
        return self._packed

    def _walk(self) -> list[Packed]:
        found: list[Packed] = []
        todo: list[tuple[str, str, tuple[str, ...]]] = [("", self.root, (os.path.realpath(self.root),))]
        while todo and len(found) <= MAX_PACKED:
            below, directory, around = todo.pop()
            try:
                entries = list(os.scandir(directory))
            except OSError:
                continue
            for entry in entries:
                path = below + entry.name
                is_link = entry.is_symlink()
                try:
                    if entry.is_dir():
                        real = os.path.realpath(entry.path) if is_link else os.path.join(around[-1], entry.name)
                        if entry.name in NOT_PACKED:
                            continue
                        if is_link and any(f"{one}{os.sep}".startswith(f"{real}{os.sep}") for one in around):
                            found.append(Packed(path, 0, is_link=True, loop=True))
                        else:
                            todo.append((f"{path}/", entry.path, (*around, real)))
                        continue
                    found.append(Packed(path, entry.stat().st_size, is_link=is_link))
                except OSError:
                    found.append(Packed(path, 0, is_link=is_link, broken=True))
        return sorted(found, key=lambda file: file.path)

    @property
    def packed(self) -> int:
        """Bytes of the archive; 0 where this is none."""
        return 0

    def raw(self, path: str) -> bytes:
        """A packed file's bytes; empty where it cannot be read."""
        return self.head(path, -1)

    def head(self, path: str, size: int) -> bytes:
        """A packed file's first bytes."""
        try:
            with open(self.absolute(path), "rb") as stream:
                return stream.read(size)
        except OSError:
            return b""
