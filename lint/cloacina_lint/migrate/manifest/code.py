"""Room migrate/manifest/: which of the draft's Rust files name a crate, and in which target they are compiled."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...crate import Crate
    from ..draft import Draft

FOLDERS = ("src", "tests", "examples", "benches")


def files(draft: Draft) -> Iterator[str]:
    """Every Rust file of the targets that cargo finds by itself."""
    todo = list(FOLDERS)
    while todo:
        folder = todo.pop(0)
        for name in draft.tree.names(folder):
            path = f"{folder}/{name}"
            if draft.tree.is_file(path):
                if name.endswith(".rs"):
                    yield path
            elif "." not in name:
                todo.append(path)


def programs(draft: Draft, crate: Crate) -> Iterator[str]:
    """The files of binary targets: they see [dependencies] and not [dev-dependencies]."""
    named = crate.manifest.doc.get("bin")
    listed = [entry.get("path") for entry in named if isinstance(entry, dict)] if isinstance(named, list) else []
    for path in files(draft):
        if path == "src/main.rs" or path.startswith("src/bin/") or path in listed:
            yield path
    for other in listed:
        if isinstance(other, str) and not other.startswith("src/") and draft.tree.is_file(other):
            yield other


def in_library(crate: Crate, word: str) -> bool:
    """Whether the library's code, unit tests left out, names a crate."""
    return any(True for _ in crate.facts.mentions(word))


def in_programs(draft: Draft, crate: Crate, word: str) -> bool:
    return any(mentions(draft, path, word) for path in programs(draft, crate))


def anywhere(draft: Draft, word: str) -> bool:
    """Whether any Rust file names a crate."""
    return any(mentions(draft, path, word) for path in [*files(draft), "build.rs"])


def mentions(draft: Draft, path: str, word: str) -> bool:
    rust = draft.rust(path)
    return rust is not None and bool(rust.mentions(word))


def says(draft: Draft, text: str) -> bool:
    """Whether a text stands in any Rust file, string literals included."""
    return any((file := draft.read(path)) is not None and text in file.text for path in files(draft))
