"""Room: which Cloacina version a crate is judged by, and why: Cargo.lock, else a requirement, else the workspace."""

from __future__ import annotations

import os

from . import contracts
from .contracts import DEFAULT_VERSION, parse_version
from .crate import Crate, CrateError
from .requirement import lower_bound, matches
from .source.tree import Tree, UnreadableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cargo import Dependency

# In the order in which they are asked.
CRATES = ("cloacina-workflow", "cloacina-workflow-plugin", "cloacina-macros", "cloacina")
UNKNOWN_VERSION = "no version found: only what every generation refuses is reported"


def version_of(crate: Crate) -> tuple[str, str]:
    """(version, where it comes from). UNKNOWN_VERSION is the reason where nothing says it."""
    if crate.forced_version is not None:
        return crate.forced_version, "--cloacina"
    if "cloacina" in crate.config:
        return crate.config["cloacina"], "metadata.cloacina-lint in Cargo.toml"
    listed = [entry for name in CRATES for entry in crate.manifest.dependencies if entry.package == name]
    for entry in listed:
        version = _locked(crate, entry)
        if version is not None:
            return version, "Cargo.lock"
    for entry in listed:
        version = newest_matching(entry.requirement) if entry.requirement is not None else None
        if version is not None:
            place = "the workspace's Cargo.toml" if entry.inherited else "Cargo.toml"
            return version, f'{entry.package} = "{entry.requirement}" in {place}'
    for entry in listed:
        version = _of_source(crate, entry)
        if version is not None:
            return version, f"the {entry.source} that {entry.package} comes from"
    if crate.workspace is not None:
        for name in CRATES:
            value = crate.workspace.get("workspace", "dependencies", name)
            requirement = value.get("version") if isinstance(value, dict) else value
            version = newest_matching(requirement) if isinstance(requirement, str) else None
            if version is not None:
                return version, f'{name} = "{requirement}" in the workspace\'s Cargo.toml'
    return DEFAULT_VERSION, UNKNOWN_VERSION


def _locked(crate: Crate, entry: Dependency) -> str | None:
    versions = crate.locked_versions(entry.package)
    if entry.requirement is not None:
        versions = [version for version in versions if matches(entry.requirement, version)]
    versions = [version for version in versions if contracts.load(version) is not None]
    return versions[-1] if versions else None


def _of_source(crate: Crate, entry: Dependency) -> str | None:
    """The version of a Cloacina crate taken from a path (its own Cargo.toml) or from a git tag like `v0.6.1`."""
    document = entry.source_document
    value = document.get(*entry.source_path) if document is not None else None
    if document is None or not isinstance(value, dict):
        return None
    version = None
    if isinstance(value.get("path"), str) and crate.tree.on_disk:
        directory = os.path.normpath(os.path.join(os.path.dirname(document.file.path), value["path"]))
        try:
            version = Crate(Tree(directory)).manifest.package("version")
        except (CrateError, UnreadableError):
            return None
    elif isinstance(value.get("tag"), str):
        version = value["tag"].rpartition("/")[2].lstrip("v")
    return version if isinstance(version, str) and contracts.load(version) is not None else None


def newest_matching(requirement: str) -> str | None:
    """The newest published version that a Cargo requirement allows, of those the contracts know."""
    exact = requirement.lstrip("=^~ ")
    if exact.count(".") == 2 and parse_version(exact) is not None and not requirement.startswith("~"):
        return exact if contracts.load(exact) is not None else None
    published: list[str] = [version for contract in contracts.known() for version in contract.data["published"]]
    allowed = [version for version in published if matches(requirement, version)]
    if allowed:
        return max(allowed, key=lambda version: parse_version(version) or (0, 0, 0))
    bound = lower_bound(requirement)
    return bound if bound is not None and contracts.load(bound) is not None else None
