"""Room source/: a .cloacina archive (a bzip2 tar of source) as a tree. Nothing is ever unpacked to disk."""

from __future__ import annotations

import os
import tarfile

from .text import SourceFile
from .tree import MAX_BYTES, Packed, Tree, UnreadableError, display_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

# What the server's unpacker allows (fidius-core, UnpackOptions). Reading stops there too: an archive may be hostile.
MAX_TOTAL = 500 * 1024 * 1024
MAX_RATIO = 10
MAX_ENTRIES = 10_000
MAX_UPLOAD = 100 * 1024 * 1024
KEPT = (".rs", ".toml", ".lock", ".py")


class ArchiveTree(Tree):
    """The files of an archive. root: the archive's own path; a file is named `foo.cloacina!src/lib.rs`.

    packed: bytes of the archive. sizes: path -> bytes of every regular file.
    """

    on_disk = False

    def __init__(self, path: str) -> None:
        """Reads the whole archive once. Raises UnreadableError where no server would unpack it."""
        super().__init__(path)
        self.shown = display_path(path)
        self.sizes: dict[str, int] = {}
        self._texts: dict[str, bytes] = {}
        try:
            self._size = os.path.getsize(path)
            with open(path, "rb") as stream:
                magic = stream.read(3)
                stream.seek(0)
                if magic[:2] != b"BZ":
                    raise UnreadableError(self.shown, "not a bzip2 archive; make one with `cloacinactl package pack`")
                self._read_members(stream)
        except UnreadableError:
            raise
        except (OSError, EOFError, tarfile.TarError) as error:
            raise UnreadableError(self.shown, f"not a bzip2 tar: {error}") from None
        if self._size > MAX_UPLOAD:
            raise self._refused(f"it has {self._size} bytes, more than {MAX_UPLOAD // 1024 // 1024} MiB")
        self._strip_top()

    def _refused(self, why: str) -> UnreadableError:
        return UnreadableError(self.shown, f"no server unpacks this archive: {why}")

    def _read_members(self, stream: BinaryIO) -> None:
        total = 0
        with tarfile.open(fileobj=stream, mode="r:bz2") as archive:
            for number, member in enumerate(archive):
                name = member.name
                if number >= MAX_ENTRIES:
                    raise self._refused(f"it has more than {MAX_ENTRIES} entries")
                if name.startswith(("/", "\\")) or ".." in name.split("/"):
                    raise self._refused(f"`{_line(name)}` leads out of the directory it is unpacked to")
                if member.issym() or member.islnk():
                    raise self._refused(f"`{_line(name)}` is a link")
                if not member.isfile():
                    continue
                total += member.size
                if total > MAX_TOTAL:
                    raise self._refused(f"it unpacks to more than {MAX_TOTAL // 1024 // 1024} MiB")
                path = os.path.normpath(name).replace(os.sep, "/")
                self.sizes[path] = member.size
                if path.endswith(KEPT) and member.size <= MAX_BYTES:
                    content = archive.extractfile(member)
                    self._texts[path] = content.read() if content is not None else b""

    def _strip_top(self) -> None:
        """Paths relative to the package: below the one directory that pack puts everything into."""
        roots = {
            path.rpartition("/")[0] for path in self.sizes if path.rpartition("/")[2] in ("package.toml", "Cargo.toml")
        }
        top = min(roots, key=lambda root: (root.count("/"), len(root)), default="")
        if top:
            cut = len(top) + 1
            self.sizes = {path[cut:]: size for path, size in self.sizes.items() if path.startswith(f"{top}/")}
            self._texts = {path[cut:]: text for path, text in self._texts.items() if path.startswith(f"{top}/")}

    def read(self, path: str) -> SourceFile | None:
        if path not in self._files:
            raw = self._texts.get(os.path.normpath(path).replace(os.sep, "/"))
            self._files[path] = (
                None if raw is None else self._decode(raw, f"{self.root}!{path}", f"{self.shown}!{path}")
            )
        return self._files[path]

    def is_file(self, path: str) -> bool:
        return path in self.sizes

    def names(self, path: str) -> list[str]:
        below = f"{path}/"
        return sorted({name[len(below) :].split("/", 1)[0] for name in self.sizes if name.startswith(below)})

    def packed_files(self) -> list[Packed]:
        """The archive's files, sorted by path. None of them is a link: those are refused on reading."""
        return [Packed(path, self.sizes[path]) for path in sorted(self.sizes)]

    @property
    def packed(self) -> int:
        return self._size

    def head(self, path: str, size: int) -> bytes:
        """The first bytes of a file that is read at all (see KEPT); empty for any other."""
        text = self._texts.get(path, b"")
        return text if size < 0 else text[:size]

    def whole(self) -> SourceFile:
        """Where a finding about the archive itself points: a file without text."""
        return SourceFile(self.root, "", self.shown)


def _line(name: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in name)
