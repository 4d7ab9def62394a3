"""Room migrate/manifest/: the draft's Cargo.toml under way: dependency entries changed, however they are written."""

from __future__ import annotations

from ...cargo import Dependency, Manifest
from ...contracts import Contract
from ...finding import Edit
from ...source import toml_edit, toml_layout
from ...source.toml import ARRAY, DOTTED, INLINE, SCALAR, TABLE, TomlDoc
from ..outcome import Kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable
    from typing import Any

    from ...crate import Crate
    from ..draft import Draft
    from ..outcome import Report

Path = tuple["str | int", ...]

DEV = ("dev-dependencies", "dev_dependencies")
BUILD = ("build-dependencies", "build_dependencies")
SOURCES = ("git", "branch", "tag", "rev", "path")


class CargoToml:
    """Cargo.toml of a draft. Every change is made at once, and read anew by the next."""

    def __init__(self, draft: Draft, contract: Contract, report: Report) -> None:
        self.draft = draft
        self.contract = contract
        self.report = report
        self._crate: Crate | None = None
        self._manifest: Manifest | None = None

    # --- reading ---

    @property
    def doc(self) -> TomlDoc:
        return self.draft.toml()

    @property
    def crate(self) -> Crate:
        """The crate with its code, for what its code says: that is read once (see `renew`)."""
        if self._crate is None:
            self._crate = self.draft.crate(self.contract.version)
        return self._crate

    def renew(self) -> None:
        """Read the code anew: what is compiled changed."""
        self._crate = None

    @property
    def manifest(self) -> Manifest:
        doc = self.doc
        if self._manifest is None or self._manifest.doc is not doc:
            workspace = doc if doc.has("workspace") else self.draft.original.workspace
            self._manifest = Manifest(doc, workspace)
        return self._manifest

    def entries(self, package: str, kind: str | None = None) -> list[Dependency]:
        return [d for d in self.manifest.dependencies if d.package == package and kind in (None, d.kind)]

    def plain(self, package: str, kind: str) -> Dependency | None:
        """The entry under the crate's own name, for every target first."""
        found = [entry for entry in self.entries(package, kind) if entry.key == package]
        return min(found, key=lambda entry: entry.target is not None) if found else None

    def table(self, names: tuple[str, ...]) -> Path:
        """The spelling of a table's name that is there, else the usual one."""
        return (next((name for name in names if self.doc.has(name)), names[0]),)

    # --- writing ---

    def edit(self, edits: list[Edit] | None) -> bool:
        return self.draft.edit(edits)

    def done(self, line: str) -> None:
        self.report.done.append(f"Cargo.toml: {line}")

    def person(self, line: str) -> None:
        self.report.person.append(f"Cargo.toml: {line}")

    def drop(self, path: Path, why: str) -> bool:
        """Take an entry or table out. Comments that go with it are kept in the report."""
        original = self.draft.original.document
        span = original.entry_span(*path) if original is not None else None
        if self.doc.form(*path) in (SCALAR, ARRAY, INLINE, DOTTED):
            taken = toml_layout.take(self.doc, path)
            if taken is None:
                return False
            edits, comments = taken
            lost = bool(comments.above or comments.behind)
            text = "".join(edit.span.text for edit in edits)
        else:
            edits, text = toml_layout.take_table(self.doc, path)
            lost = "#" in text
        if lost:
            self.report.kept.append(Kept(span or edits[0].span, why, text.strip("\r\n")))
        return self.edit(edits)

    def put(self, table: Path, key: str, value: str, taken: toml_layout.Taken | None = None) -> bool:
        place = None
        if self.doc.form(*table) is None and table[0] in (*DEV, *BUILD):
            tables = ("dependencies", *BUILD) if table[0] in DEV else ("dependencies",)
            place = max((toml_layout.section_end(self.doc, (name,)) or 0 for name in tables), default=0)
        if place:
            above, behind = (taken.above, taken.behind) if taken else ([], "")
            lines = [f"[{toml_layout.dotted(table)}]", *above, f"{toml_edit.quoted(key)} = {value}{behind}"]
            return self.edit([Edit(self.doc.file.span(place, place), "\n" + "".join(f"{line}\n" for line in lines))])
        near = "cloacina" if key.startswith("cloacina") else ""
        return self.edit(toml_layout.put(self.doc, table, toml_edit.quoted(key), value, near=near, taken=taken))

    def value(self, entry: Path, key: str, value: str) -> bool:
        """A key of a dependency's entry, set. False where it has that value already or cannot be set."""
        doc = self.doc
        span = doc.value_span(*entry)
        if isinstance(doc.get(*entry), str):
            assert span is not None
            if key == "version":
                return span.text != value and self.edit(toml_edit.replace(doc, entry, value))
            return self.edit(toml_edit.replace(doc, entry, f"{{ version = {span.text}, {key} = {value} }}"))
        there = doc.value_span(*entry, key)
        if there is not None:
            return there.text != value and self.edit(toml_edit.replace(doc, (*entry, key), value))
        return self.edit(toml_edit.insert_key(doc, entry, key, value))

    def unset(self, entry: Path, key: str) -> bool:
        if not isinstance(self.doc.get(*entry), dict) or not self.doc.has(*entry, key):
            return False
        return self.drop((*entry, key), f"a part of the dependency `{entry[-1]}`")

    def features(self, entry: Path, features: Iterable[str]) -> list[str]:
        """Features added to an entry; which of them were not there."""
        value = self.doc.get(*entry)
        there = value.get("features", []) if isinstance(value, dict) else []
        added = [feature for feature in features if feature not in there]
        if added and not there:
            self.value(entry, "features", toml_layout.value_text(added))
        elif added:
            for feature in added:
                self.edit(toml_edit.add_feature(self.doc, entry, feature))
        return added

    def requirement(self, entry: Path, requirement: str) -> bool:
        """The version of an entry set, its path or git source gone."""
        value: Any = self.doc.get(*entry)
        if isinstance(value, dict):
            first = next((key for key in value if key in SOURCES), None)
            if first is not None and "version" not in value:
                key, old = self.doc.key_span(*entry, first), self.doc.value_span(*entry, first)
                assert key is not None
                assert old is not None
                self.edit([Edit(key, "version"), Edit(old, toml_edit.string(requirement))])
            for source in SOURCES:
                self.unset(entry, source)
        elif value == requirement:
            return False
        return self.value(entry, "version", toml_edit.string(requirement))

    def move(self, dependency: Dependency, table: Path, key: str, about: re.Pattern[str] | None = None) -> Path:
        """Move an entry into another table under a name; its comments go along, those `about` it in any case. Where
        that table has the name already, the entry goes, and its features are added to that one."""
        path: Path = (*table, key)
        if self.doc.has(*path):
            features = dependency.features
            self.drop(dependency.path, f"`{dependency.key}` is in [{toml_layout.dotted(table)}] already")
            self.features(path, features)
            return path
        doc = self.doc
        if doc.form(*dependency.path) == TABLE:
            if doc.form(*table) in (None, TABLE, "implicit"):
                self.edit(toml_layout.retitle(doc, dependency.path, path))
                return path
            text = toml_layout.value_text(doc.get(*dependency.path))
            self.drop(dependency.path, f"`{dependency.key}` is in [{toml_layout.dotted(table)}] now")
            self.put(table, key, text)
            return path
        span = doc.value_span(*dependency.path)
        assert span is not None
        written = doc.form(*dependency.path) in (SCALAR, INLINE)
        text = span.text if written else _inline(doc, dependency.path)
        found = toml_layout.take(doc, dependency.path, about=about)
        assert found is not None
        self.edit(found[0])
        self.put(table, key, text, found[1])
        return path

    def forget(self, key: str) -> None:
        """What features say of a dependency that only tests have now: cargo lets features name none of those."""
        features = self.doc.get("features")
        own = isinstance(features, dict) and key in features
        for name in list(features) if isinstance(features, dict) else ():
            index = 0
            while isinstance(items := self.doc.get("features", name), list) and index < len(items):
                item = items[index] if isinstance(items[index], str) else ""
                about = item == f"dep:{key}" or item.startswith((f"{key}/", f"{key}?/")) or (item == key and not own)
                if not about or not self.edit(toml_layout.take_item(self.doc, ("features", name), index)):
                    index += 1
                elif "/" in item:
                    self.person(
                        f"feature `{name}` turned on `{item}`: `{key}` is a dev-dependency now, where you can write it"
                    )


def _inline(doc: TomlDoc, entry: Path) -> str:
    """An entry of dotted keys as an inline table, its values as they are written."""
    parts = []
    for key in doc.get(*entry) or ():
        name, value = doc.key_span(*entry, key), doc.value_span(*entry, key)
        if name is None or value is None or doc.form(*entry, key) == DOTTED:
            return toml_layout.value_text(doc.get(*entry))
        parts.append(f"{name.text} = {value.text}")
    return f"{{ {', '.join(parts)} }}"
