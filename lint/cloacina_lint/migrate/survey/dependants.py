"""Room migrate/survey/: crates of the same workspace that depend on this one by its path."""

from __future__ import annotations

import glob
import os

from ...cargo import Manifest, excludes
from ...source import toml
from ...source.tree import display_path
from ..outcome import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...cargo import Dependency
    from ...crate import Crate
    from ...source.toml import TomlDoc
    from ..outcome import Report

EMBEDS = (
    "`{name}` depends on this crate, and an engine there no longer finds the workflow, which is registered only when "
    "the package is loaded: let `{name}` load the package, or keep a copy in library mode for it"
)
USES = "`{name}` depends on this crate: see that it still builds"


def tell(crate: Crate, report: Report) -> None:
    """Name them where the crate was not a package yet: they got a workflow with it."""
    if "packaged" in crate.manifest.default_features()[0]:
        return
    for name, manifest, dependency in find(crate):
        engine = manifest.find("cloacina") is not None
        report.person.append(f"{place(dependency.key_span)}: {(EMBEDS if engine else USES).format(name=name)}")


def find(crate: Crate) -> Iterator[tuple[str, Manifest, Dependency]]:
    """(name, its manifest, the dependency) of each, in the order of the workspace's members."""
    own = crate.document is not None and crate.document.has("workspace")
    root = crate.tree.root if own else crate.workspace_root
    workspace = crate.workspace
    if root is None or workspace is None or not crate.tree.on_disk:
        return
    here = os.path.realpath(crate.tree.root)
    for directory in _members(root, workspace):
        doc = _manifest(crate, directory)
        name = doc.get("package", "name") if doc is not None else None
        if doc is None or not isinstance(name, str) or os.path.realpath(directory) == here:
            continue
        manifest = Manifest(doc, workspace)
        for dependency in manifest.dependencies:
            if _leads(dependency) == here:
                yield name, manifest, dependency
                break


def _members(root: str, workspace: TomlDoc) -> list[str]:
    """Their directories, the root's own package first."""
    found = [root]
    listed = workspace.get("workspace", "members")
    for member in listed if isinstance(listed, list) else []:
        for directory in sorted(glob.glob(os.path.join(glob.escape(root), str(member)))):
            if not excludes(workspace, display_path(directory, root)):
                found.append(directory)
    return list(dict.fromkeys(found))


def _manifest(crate: Crate, directory: str) -> TomlDoc | None:
    path = os.path.join(directory, "Cargo.toml")
    file = crate.tree.read(path) if os.path.isfile(path) else None
    try:
        return toml.parse(file) if file is not None else None
    except toml.TomlError:
        return None  # not the crate that is migrated


def _leads(dependency: Dependency) -> str | None:
    """The directory that a path dependency names."""
    doc = dependency.source_document
    if dependency.source != "path" or doc is None:
        return None
    path = doc.get(*dependency.source_path, "path")
    if not isinstance(path, str):
        return None
    return os.path.realpath(os.path.join(os.path.dirname(doc.file.path), path))
