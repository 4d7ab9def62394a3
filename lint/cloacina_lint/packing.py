"""Room: what `cloacinactl package pack` makes of a crate's directory, as the rules of group pack read it."""

from __future__ import annotations

import os

from .source.text import SourceFile
from .source.tree import NOT_PACKED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .crate import Crate
    from .source.text import Span
    from .source.toml import TomlDoc
    from .source.tree import Packed

    Path = tuple[str | int, ...]

# The server's unpacker: fidius-core, UnpackOptions, the same from 0.0.5 to 0.5.9.
MAX_RATIO = 10
MAX_TOTAL = 500 * 1024 * 1024
MAX_UPLOAD = 100 * 1024 * 1024
MAX_ENTRIES = 10_000

# A packed directory of more than this is not looked into for its ratio.
MAX_READ = 32 * 1024 * 1024

# The headers of the smallest crate's files alone take some 600 bytes: fewer bytes than this never come ten to one.
MIN_READ = 6000

DEPENDENCIES = (
    ("dependencies",),
    ("dev-dependencies",),
    ("dev_dependencies",),
    ("build-dependencies",),
    ("build_dependencies",),
)


def leaves(path: str) -> bool:
    """Whether a path written in a manifest leads out of the package, and so out of the archive."""
    plain = path.replace("\\", "/")
    if plain.startswith("/") or plain[1:2] == ":":
        return True
    return os.path.normpath(plain).replace(os.sep, "/").split("/")[0] == ".."


def left_out(path: str) -> bool:
    """Whether a path inside the package goes through a directory that pack leaves out."""
    return any(part in NOT_PACKED for part in os.path.normpath(path).replace(os.sep, "/").split("/"))


def dependency_entries(crate: Crate, doc: TomlDoc) -> Iterator[tuple[Path, str]]:
    """(path, kind) of every entry with a table of its own: dependencies of all kinds and targets, [patch], [replace]
    and, where the crate is its own workspace's root, [workspace.dependencies]."""
    tables: list[Path] = list(DEPENDENCIES)
    targets = doc.get("target")
    if isinstance(targets, dict):
        tables += [("target", cfg, *table) for cfg in targets for table in DEPENDENCIES]
    patches = doc.get("patch")
    if isinstance(patches, dict):
        tables += [("patch", registry) for registry in patches]
    tables += [("replace",), ("workspace", "dependencies")]
    for table in tables:
        entries = doc.get(*table)
        if not isinstance(entries, dict):
            continue
        kind = str(table[0] if table[0] != "target" else table[-1]).replace("_", "-")
        for name, value in entries.items():
            if isinstance(value, dict):
                yield (*table, name), kind


def first_span(doc: TomlDoc, *paths: Path) -> Span:
    """The first value of these that is there."""
    for path in paths:
        span = doc.value_span(*path)
        if span is not None:
            return span
    return doc.file.line_span(1)


def file_place(crate: Crate, path: str) -> Span:
    """Where a finding about a file as such points: its first character, the text unread."""
    root, shown = crate.tree.root, crate.display
    if not crate.tree.on_disk:
        return SourceFile(f"{root}!{path}", "", f"{shown}!{path}").span(0, 0)
    return SourceFile(crate.tree.absolute(path), "", path if shown == "." else f"{shown}/{path}").span(0, 0)


def minimal_manifest(crate: Crate) -> bool:
    """Whether pack of 0.10 and later writes package.toml anew, and then packs a copy without node_modules,
    __pycache__ and earlier archives: where the manifest leaves out what the resolver fills in."""
    doc = crate.package_toml
    if crate.contract.minor < (0, 10) or doc is None:
        return False
    wanted = [("package", key) for key in ("interface", "interface_version", "extension")] + [("metadata", "language")]
    return not all(doc.has(*path) for path in wanted)


def packed_files(crate: Crate) -> list[Packed]:
    """What goes into the archive, by the crate's generation."""
    files = crate.tree.packed_files()
    if crate.tree.on_disk and minimal_manifest(crate):
        skipped = {"node_modules", "__pycache__"}
        files = [
            file
            for file in files
            if not file.path.endswith(".cloacina") and not skipped & set(file.path.split("/")[:-1])
        ]
    return files


def exact_size(crate: Crate, files: list[Packed]) -> tuple[int, int] | None:
    """(bytes unpacked, bytes of the bzip2 tar) of a directory; None where it cannot be near the limit.

    The tar is made as pack makes it. A quick zlib pass keeps bzip2 away from ordinary crates.
    """
    import zlib

    total = sum(file.size for file in files)
    if not MIN_READ < total <= MAX_READ:
        return None
    texts = [crate.tree.raw(file.path) for file in files]
    quick = zlib.compressobj(1)
    shrunk = sum(len(quick.compress(text)) for text in texts) + len(quick.flush())
    if total < 5 * shrunk:
        return None
    import bz2
    import io
    import tarfile

    package = crate.package_toml
    name = package.get("package", "name") if package is not None else None
    version = package.get("package", "version") if package is not None else None
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for file, text in zip(files, texts, strict=True):
            entry = tarfile.TarInfo(f"{name}-{version}/{file.path}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    return total, len(bz2.compress(out.getvalue(), 9))


def inherited(doc: TomlDoc) -> Iterator[Path]:
    """The path of every entry that says `workspace = true`: package keys, dependencies, lints."""
    tables: list[Path] = [("package",), *DEPENDENCIES]
    tables += [("target", cfg, *table) for cfg in _keys(doc, ("target",)) for table in DEPENDENCIES]
    candidates: list[Path] = [(*table, key) for table in tables for key in _keys(doc, table)]
    for path in [*candidates, ("lints",)]:  # `metadata` is anybody's
        if doc.get(*path, "workspace") is True and path != ("package", "metadata"):
            yield path


def _keys(doc: TomlDoc, table: Path) -> list[str]:
    value = doc.get(*table)
    return list(value) if isinstance(value, dict) else []


def origin(path: Path) -> Path:
    """Where the workspace keeps what a path inherits."""
    if path[0] == "package":
        return ("workspace", *path)
    return ("workspace", "lints") if path[0] == "lints" else ("workspace", "dependencies", path[-1])
