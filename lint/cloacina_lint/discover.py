"""Room: paths on the command line -> crates."""

from __future__ import annotations

import os

from .crate import Crate, CrateError
from .source import toml
from .source.tree import Tree, UnreadableError, display_path

# Never searched: build output, version control, other languages' dependencies, and template directories.
SKIPPED = {"target", "node_modules", "__pycache__", "venv"}
ARCHIVE = ".cloacina"
TEMPLATE_MARKS = ("<<", "{{", "{%")


def _skipped(name: str) -> bool:
    return name.startswith(".") or name in SKIPPED or any(mark in name for mark in TEMPLATE_MARKS)


def _is_package(directory: str) -> bool:
    """Whether the directory's Cargo.toml has a [package]. Raises CrateError where it cannot be read."""
    file = Tree(directory).read("Cargo.toml")
    if file is None:
        return False
    try:
        return toml.parse(file).has("package")
    except toml.TomlError as error:
        line, column = file.position(error.span.start)
        raise CrateError(f"{file.display}:{line}:{column}: not valid TOML: {error.message}") from None


def _members(directory: str) -> list[str]:
    """Directories of a workspace's members, `*` expanded, `exclude` honoured; empty where it is no workspace."""
    file = Tree(directory).read("Cargo.toml")
    doc = toml.parse(file) if file is not None else None
    if doc is None or not doc.has("workspace"):
        return []
    from glob import glob

    excluded = doc.get("workspace", "exclude") or []
    found: list[str] = []
    for pattern in doc.get("workspace", "members") or []:
        if not isinstance(pattern, str):
            continue
        for path in sorted(glob(os.path.join(directory, pattern))):
            relative = display_path(os.path.normpath(path), directory)
            dropped = any(relative == item or relative.startswith(f"{item}/") for item in excluded)
            if not dropped and os.path.isfile(os.path.join(path, "Cargo.toml")):
                found.append(os.path.normpath(path))
    return found


def _scan(directory: str) -> list[str]:
    """Every directory below that holds a package, [package] or package.toml, in order of path."""
    found = []
    for current, directories, files in os.walk(directory):
        directories[:] = sorted(name for name in directories if not _skipped(name))
        if ("Cargo.toml" in files and _is_package(current)) or ("Cargo.toml" not in files and "package.toml" in files):
            found.append(current)
    return found


def _owners(path: str) -> list[str]:
    """The crate that owns a file: the nearest [package]; for a virtual workspace's manifest, all its members."""
    directory = os.path.dirname(path)
    while True:
        if os.path.isfile(os.path.join(directory, "Cargo.toml")):
            if _is_package(directory):
                return [directory]
            return _members(directory)
        if os.path.isfile(os.path.join(directory, "package.toml")):
            return [directory]
        above = os.path.dirname(directory)
        if above == directory:
            return []
        directory = above


def discover(paths: list[str], version: str | None = None, server: str | None = None) -> tuple[list[Crate], list[str]]:
    """(crates, problems) for the paths of the command line, each crate once, in order. A problem is one line."""
    named: dict[str, bool] = {}
    archives: list[Tree] = []
    problems: list[str] = []
    for given in paths:
        path = os.path.abspath(given)
        try:
            if os.path.isdir(path):
                if _is_package(path):
                    named[path] = True
                    directories = _members(path)
                elif os.path.isfile(os.path.join(path, "Cargo.toml")):
                    directories = _members(path)
                elif os.path.isfile(os.path.join(path, "package.toml")):
                    named[path] = True
                    directories = []
                else:
                    directories = _scan(path)
                if path not in named and not directories:
                    problems.append(f"{given}: no crate here; name a directory with a Cargo.toml, or one above such")
            elif os.path.isfile(path) and path.endswith(ARCHIVE):
                from .source.archive import ArchiveTree

                archives.append(ArchiveTree(path))
                continue
            elif os.path.exists(path):
                directories = _owners(path)
            else:
                problems.append(f"{given}: no such file or directory")
                continue
        except (CrateError, UnreadableError) as error:
            problems.append(str(error))
            continue
        for directory in directories:
            named.setdefault(directory, False)
    trees = [(Tree(path), explicit) for path, explicit in named.items()] + [(tree, True) for tree in archives]
    return [Crate(tree, explicit=explicit, version=version, server=server) for tree, explicit in trees], problems
