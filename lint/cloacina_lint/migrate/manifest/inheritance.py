"""Room migrate/manifest/: what a crate inherits from its workspace, written out: it is packed without its workspace."""

from __future__ import annotations

import os

from ...finding import Edit
from ...packing import inherited, origin
from ...source import toml_edit, toml_layout
from ...source.toml import DOTTED, INLINE, TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...source.toml import TomlDoc
    from .entries import CargoToml

    Path = tuple[str | int, ...]

# Paths of the workspace's own files: of no use in the package.
FILES = ("readme", "license-file")


def write_out(cargo: CargoToml, wanted: set[str]) -> None:
    """Every inherited key as a value of its own. Where the crate is its workspace's root, which goes along into the
    package, only the dependencies on `wanted` packages."""
    root = cargo.draft.original.workspace
    if root is None:
        return
    own = cargo.doc.has("workspace")
    written = []
    for path in list(inherited(cargo.doc)):
        workspace = cargo.doc if own else root
        value = workspace.get(*origin(path))
        if value is None or (own and not (_is_dependency(path) and _package(value, str(path[-1])) in wanted)):
            continue
        if path[0] == "lints":
            changed = _lints(cargo, value)
        elif path[0] == "package":
            changed = _package_key(cargo, path, value)
        else:
            changed = _dependency(cargo, path, value, workspace)
        if changed:
            written.append(".".join(str(part) for part in path))
    if written:
        cargo.done(f"written out, no longer inherited from the workspace: {', '.join(written)}")
    named = cargo.doc.get("package", "workspace")
    if isinstance(named, str) and cargo.drop(("package", "workspace"), "it names a workspace outside the package"):
        cargo.done(f"`package.workspace = {toml_edit.string(named)}` taken out: the package has no workspace around it")


def _is_dependency(path: Path) -> bool:
    return path[0] not in ("package", "lints")


def _package(value: Any, key: str) -> str:
    return str(value.get("package", key)) if isinstance(value, dict) else key


def _package_key(cargo: CargoToml, path: Path, value: Any) -> bool:
    doc = cargo.doc
    if path[-1] in FILES:
        return cargo.drop(path, "the file is the workspace's")
    return _replace(cargo, doc, path, toml_layout.value_text(value))


def _replace(cargo: CargoToml, doc: TomlDoc, path: Path, text: str) -> bool:
    """`name.workspace = true`, `name = { workspace = true }` or `[table.name]`, replaced by `name = text`."""
    key, mark = doc.key_span(*path), doc.value_span(*path, "workspace")
    if key is None or mark is None:
        return False
    form = doc.form(*path)
    if form == DOTTED:
        return cargo.edit([Edit(doc.file.span(key.end, mark.end), f" = {text}")])
    if form == INLINE:
        return cargo.edit(toml_edit.replace(doc, path, text))
    if form == TABLE:
        edits, _ = toml_layout.take_table(doc, path)
        return cargo.edit(edits) and cargo.put(path[:-1], str(path[-1]), text)
    return False


def _lints(cargo: CargoToml, value: Any) -> bool:
    doc = cargo.doc
    header, entry = doc.value_span("lints"), doc.entry_span("lints", "workspace")
    if not isinstance(value, dict) or header is None or entry is None:
        return False
    if doc.form("lints") != TABLE:
        return _replace(cargo, doc, ("lints",), toml_layout.value_text(value))
    tables = []
    for tool, lints in value.items():
        lines = [f"{toml_edit.quoted(name)} = {toml_layout.value_text(level)}\n" for name, level in lints.items()]
        tables.append(f"[lints.{toml_edit.quoted(tool)}]\n" + "".join(lines))
    between = doc.file.text[header.end : entry.start]
    new = "\n".join(tables).rstrip("\n")
    first, _, rest = new.partition("\n")  # a comment between header and entry stays between them
    if "#" in between and rest:
        return cargo.edit([Edit(header, first), Edit(entry, rest)])
    return cargo.edit([Edit(doc.file.span(header.start, entry.end), new)])


def _dependency(cargo: CargoToml, path: Path, value: Any, workspace: TomlDoc) -> bool:
    doc = cargo.doc
    mine: dict[str, Any] = dict(doc.get(*path) or {})
    base: dict[str, Any] = {"version": value} if isinstance(value, str) else dict(value)
    features = list(base.pop("features", []))
    if isinstance(base.get("path"), str):
        directory = os.path.join(os.path.dirname(workspace.file.path), base["path"])
        base["path"] = os.path.relpath(directory, cargo.draft.original.tree.root).replace(os.sep, "/")
    if "default_features" in base:
        base["default-features"] = base.pop("default_features")
    if mine.get("default-features", mine.get("default_features")) is not None:
        without = base.pop("default-features", True)
        if without is True:  # cargo ignores a member's `false` there
            for key in ("default-features", "default_features"):
                cargo.unset(path, key)
            doc = cargo.doc
    features += [feature for feature in mine.get("features", []) if feature not in features]
    if set(mine) - {"default-features", "default_features"} == {"workspace"}:
        whole = base if not features else {**base, "features": features}
        text = toml_layout.value_text(whole["version"] if list(whole) == ["version"] else whole)
        if doc.form(*path) != TABLE and not (set(mine) - {"workspace"}):
            return _replace(cargo, doc, path, text)
    first = "version" if "version" in base else next(iter(base), None)
    name_span, mark = doc.key_span(*path, "workspace"), doc.value_span(*path, "workspace")
    if first is None or name_span is None or mark is None:
        return False
    if cargo.edit([Edit(name_span, first), Edit(mark, toml_layout.value_text(base.pop(first)))]):
        for name, setting in base.items():
            cargo.value(path, name, toml_layout.value_text(setting))
        cargo.features(path, features)
    return True
