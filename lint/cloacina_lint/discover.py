"""Room: paths on the command line -> crates."""

from __future__ import annotations

import os

from .cargo import excludes
from .crate import Crate, CrateError
from .source.tree import Tree, UnreadableError, display_path

# Never searched: build output, version control, other languages' dependencies, and template directories.
SKIPPED = {"target", "node_modules", "__pycache__", "venv"}
ARCHIVE = ".cloacina"
TEMPLATE_MARKS = ("<<", "{{", "{%")


def _skipped(name: str) -> bool:
    return name.startswith(".") or name in SKIPPED or any(mark in name for mark in TEMPLATE_MARKS)


class _Crates(dict[str, Crate]):
    """Directory -> its crate, made when first asked for, so that each manifest is read once."""

    def __init__(self, version: str | None, server: str | None) -> None:
        super().__init__()
        self.version = version
        self.server = server

    def __missing__(self, directory: str) -> Crate:
        crate = self[directory] = Crate(Tree(directory), version=self.version, server=self.server)
        return crate

    def is_package(self, directory: str) -> bool:
        """Whether the directory's Cargo.toml has a [package]. Raises CrateError where it cannot be read."""
        document = self[directory].document
        return document is not None and document.has("package")


def _members(crates: _Crates, directory: str) -> list[str]:
    """Directories of a workspace's members, `*` expanded, `exclude` honoured; empty where it is no workspace."""
    doc = crates[directory].document
    if doc is None or not doc.has("workspace"):
        return []
    from glob import glob

    found: list[str] = []
    for pattern in doc.get("workspace", "members") or []:
        if not isinstance(pattern, str):
            continue
        for path in sorted(glob(os.path.join(directory, pattern))):
            relative = display_path(os.path.normpath(path), directory)
            if not excludes(doc, relative) and os.path.isfile(os.path.join(path, "Cargo.toml")):
                found.append(os.path.normpath(path))
    return found


def _scan(crates: _Crates, directory: str) -> list[str]:
    """Every directory below that holds a package, [package] or package.toml, in order of path."""
    found = []
    for current, directories, files in os.walk(directory):
        directories[:] = sorted(name for name in directories if not _skipped(name))
        if ("Cargo.toml" in files and crates.is_package(current)) or (
            "Cargo.toml" not in files and "package.toml" in files
        ):
            found.append(current)
    return found


def _owners(crates: _Crates, path: str) -> list[str]:
    """The crate that owns a file: the nearest [package]; for a virtual workspace's manifest, all its members."""
    directory = os.path.dirname(path)
    while True:
        if os.path.isfile(os.path.join(directory, "Cargo.toml")):
            if crates.is_package(directory):
                return [directory]
            return _members(crates, directory)
        if os.path.isfile(os.path.join(directory, "package.toml")):
            return [directory]
        above = os.path.dirname(directory)
        if above == directory:
            return []
        directory = above


def discover(paths: list[str], version: str | None = None, server: str | None = None) -> tuple[list[Crate], list[str]]:
    """(crates, problems) for the paths of the command line, each crate once, in order. A problem is one line."""
    crates = _Crates(version, server)
    named: dict[str, bool] = {}
    archives: list[Crate] = []
    problems: list[str] = []
    for given in paths:
        path = os.path.abspath(given)
        try:
            if os.path.isdir(path):
                if crates.is_package(path):
                    named[path] = True
                    directories = _members(crates, path)
                elif os.path.isfile(os.path.join(path, "Cargo.toml")):
                    directories = _members(crates, path)
                elif os.path.isfile(os.path.join(path, "package.toml")):
                    named[path] = True
                    directories = []
                else:
                    directories = _scan(crates, path)
                if path not in named and not directories:
                    problems.append(f"{given}: no crate here; name a directory with a Cargo.toml, or one above such")
            elif os.path.isfile(path) and path.endswith(ARCHIVE):
                from .source.archive import ArchiveTree

                archives.append(Crate(ArchiveTree(path), explicit=True, version=version, server=server))
                continue
            elif os.path.exists(path):
                directories = _owners(crates, path)
            else:
                problems.append(f"{given}: no such file or directory")
                continue
        except (CrateError, UnreadableError) as error:
            problems.append(str(error))
            continue
        for directory in directories:
            named.setdefault(directory, False)
    for directory, explicit in named.items():
        crates[directory].explicit = explicit
    return [crates[directory] for directory in named] + archives, problems
