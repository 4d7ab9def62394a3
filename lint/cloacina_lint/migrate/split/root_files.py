"""Room migrate/split/: the files around a split crate's code: who gets which, each Cargo.toml, the workspace's too."""

from __future__ import annotations

import posixpath
import re

from ...source import rust, toml_edit
from ...source.memory import MemoryTree
from ..draft import Draft
from ..manifest.entries import CargoToml
from ..outcome import Kept, Report
from ..rust.words import mentions
from ..survey.modules import Module, Unit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...crate import Crate
    from ..survey.crate import Survey
    from ..survey.targets import Target
    from .dividing import Division

OF_WORKSPACE = ("workspace", "profile", "patch", "replace", "cargo-features")
OUTSIDE = ("readme", "license-file", "workspace", "resolver")  # keys of [package] that mean the old directory
INCLUDED = re.compile(
    r'\binclude(?:_str|_bytes)?!\s*\(\s*(?:"([^"\\]*)"|concat!\s*\(\s*env!\s*\(\s*"CARGO_MANIFEST_DIR"\s*\)\s*,'
    r'\s*"/([^"\\]*)"\s*,?\s*\))'
)
SHARED = None
GONE = "it is in no new Cargo.toml"


class Sorted:
    """The crate's other targets and files: which crate gets them.

    moved: files of the old crate that go from where they are; stays: targets that belong to no one crate, their root
    files.
    """

    def __init__(self, crate: Crate, found: Survey, division: Division) -> None:
        self.crate = crate
        self.found = found
        self.division = division
        self.moved: list[str] = [file.path for file in found.home.tree.files]
        self.stays: list[str] = []
        self._goes: dict[int | None, list[Target]] = {}
        for target in found.targets:
            if target is found.home:
                continue
            if target is found.program:
                for index in range(len(division.workflows)):
                    self._goes.setdefault(index, []).append(target)
                self._move(target)
                continue
            homes = self._homes(target)
            if len(homes) == 1 and (homes != {SHARED} or not target.engine):
                self._goes.setdefault(next(iter(homes)), []).append(target)
                self._move(target)
            else:
                self.stays.append(target.path)
        script = crate.manifest.build_script
        self.script = script if script is not None and crate.tree.is_file(script) else None
        if self.script is not None:
            self.moved.append(self.script)
        if crate.tree.is_file("package.toml"):
            self.moved.append("package.toml")

    def _move(self, target: Target) -> None:
        self.moved += [file.path for file in target.tree.files if file.path not in self.moved]

    def _homes(self, target: Target) -> set[int | None]:
        """Indexes of the workflows whose code or name a target mentions; {None} for shared code alone."""
        division, library = self.division, self.crate.manifest.lib_name
        found: set[int | None] = set()
        names = [workflow.text("name") or workflow.item.name for workflow in division.workflows]
        for file in target.tree.files:
            paths = [use.path for use in file.rust.uses()] + [one.segments for one in mentions(file.rust)]
            for path in paths:
                parts = tuple(part for part in path if part)
                if parts[:1] != (library,) or len(parts) < 2:
                    continue
                meaning = division.code.resolve(division.code.root, parts[1:], [])
                units = [meaning] if isinstance(meaning, Unit) else []
                if isinstance(meaning, Module):
                    units = [unit for below in meaning.walk() for unit in below.units]
                for unit in units:
                    homes = [index for index, own in enumerate(division.own) if id(unit) in own]
                    found |= set(homes) or ({SHARED} if id(unit) in division.shared else set())
            text = file.rust.file.text
            if target.engine:
                found |= {index for index, name in enumerate(names) if f'"{name}"' in text}
        return found - {SHARED} or found

    def of(self, index: int | None, library: str, new: str) -> dict[str, str]:
        """The files that a workflow's crate (None: the shared library) gets beside the home's code, path -> text; the
        old library's name in them is the new one."""
        files: dict[str, str] = {}
        explicit = self.crate.manifest.doc.has("lib", "name") and index is not SHARED
        for target in self._goes.get(index, []):
            for file in target.tree.files:
                if self.found.home.holds(file.path):
                    continue
                source = file.rust.file
                text = source.text
                if library and not explicit:
                    for mention in reversed(_heads(file.rust, library)):
                        text = text[: mention[0]] + new + text[mention[1] :]
                files[file.path] = ("\ufeff" if source.bom else "") + text
        if index is not SHARED:
            files.update(self.build_script())
        return files

    def build_script(self) -> dict[str, str]:
        """path -> text, empty where there is none."""
        script = self.crate.tree.read(self.script) if self.script is not None else None
        if script is None or self.script is None:
            return {}
        return {self.script: script.whole}

    def included(self, files: dict[str, str]) -> dict[str, str]:
        """The crate's files that are compiled into these. They stay at the root too."""
        found: dict[str, str] = {}
        for path, text in files.items():
            for match in INCLUDED.finditer(text) if path.endswith(".rs") else ():
                base = posixpath.dirname(path) if match[1] is not None else ""
                name = posixpath.normpath(posixpath.join(base, match[1] or match[2]))
                if name.startswith("../") or posixpath.isabs(name) or name in files:
                    continue
                file = self.crate.tree.read(name)
                if file is not None:
                    found[name] = file.whole
        return found


def _heads(parsed: rust.RustFile, library: str) -> list[tuple[int, int]]:
    """Where paths begin with the library's name."""
    found = {
        (mention.start, mention.ends[0])
        for mention in mentions(parsed)
        if mention.segments[0] == library and (len(mention.segments) > 1 or mention.after == "::")
    }
    for item in parsed.walk():
        if item.kind in ("use", "extern_crate"):
            for match in re.finditer(rf"\b{re.escape(library)}\b(?=\s*(?:::|;|\bas\b))", item.span.text):
                found.add((item.span.start + match.start(), item.span.start + match.end()))
    return sorted(found)


def orphans(draft: Draft, version: str, before: dict[str, str]) -> list[str]:
    """Files of the code that the new library does not declare, nor any other target does."""
    from ..survey.targets import find

    there = {file.path for target in find(draft.crate(version)) for file in target.tree.files}
    return [
        path
        for path in before
        if path.endswith(".rs") and path.startswith("src/") and path not in there and draft.tree.is_file(path)
    ]


# --- Cargo.toml ---


def scratch(crate: Crate, text: str | None = None) -> CargoToml:
    """A crate's Cargo.toml (or this text) to work on, apart from the crate."""
    file = crate.tree.read("Cargo.toml")
    assert file is not None
    content = file.whole if text is None else text
    view = type(crate)(MemoryTree(crate.tree.root, {"Cargo.toml": content}), explicit=True, version=crate.version[0])
    return CargoToml(Draft(view), view.contract, Report())


def text_of(draft: Draft) -> str:
    """Cargo.toml with its byte order mark."""
    file = draft.read("Cargo.toml")
    assert file is not None
    return file.whole


def package(
    crate: Crate, found: Survey, name: str, files: dict[str, str], paths: dict[str, str]
) -> tuple[str, list[Kept]]:  # fmt: skip
    """The old Cargo.toml under a new name, without what is the workspace's, without targets that are not there and
    dependencies that only code uses which is not; and what went with comments. paths: dependencies by path."""
    cargo = scratch(crate)
    cargo.edit(toml_edit.replace(cargo.doc, ("package", "name"), toml_edit.string(name)))
    for kind in ("bin", "example", "test", "bench"):
        for target in _absent(cargo, kind, files):
            cargo.drop((kind, target), GONE)
    for table in OF_WORKSPACE:
        if table != "workspace" and cargo.doc.has(table):
            cargo.drop((table,), GONE)
    for key in OUTSIDE:
        if cargo.doc.has("package", key):
            cargo.drop(("package", key), GONE)
    if cargo.doc.has("workspace"):
        from ..manifest import inheritance

        cargo.drop(("workspace",), GONE)
        inheritance.write_out(cargo, _all_packages(cargo))
    _unused(cargo, found, "\n".join(text for path, text in files.items() if path.endswith(".rs")))
    for key, path in paths.items():
        cargo.put(("dependencies",), key, f"{{ path = {toml_edit.string(path)} }}")
    _deeper(cargo, set(paths))
    text = text_of(cargo.draft)
    return text.rstrip() + ("\r\n" if "\r\n" in text else "\n"), cargo.report.kept


def _unused(cargo: CargoToml, found: Survey, code: str) -> None:
    """Dependencies that the old crate's code names, and this one's does not."""
    before = "\n".join(file.rust.file.text for target in found.targets for file in target.tree.files)
    features = str(cargo.doc.get("features") or "")
    for dependency in list(cargo.manifest.dependencies):
        name = re.compile(rf"\b{re.escape(dependency.import_name)}\b")
        if dependency.kind != "normal" or dependency.optional or dependency.target is not None:
            continue
        if dependency.package.startswith("cloacina") or dependency.package == "tokio" or dependency.key in features:
            continue
        if name.search(before) and not name.search(code):
            cargo.drop(dependency.path, "only code of the other crates uses it")


def _all_packages(cargo: CargoToml) -> set[str]:
    return {dependency.package for dependency in cargo.manifest.dependencies}


def _absent(cargo: CargoToml, kind: str, files: dict[str, str]) -> list[int]:
    entries = cargo.doc.get(kind)
    folder = {"bin": "src/bin", "example": "examples", "test": "tests", "bench": "benches"}[kind]
    found = []
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        name, path = entry.get("name"), entry.get("path")
        tried = [path] if isinstance(path, str) else [f"{folder}/{name}.rs", f"{folder}/{name}/main.rs", "src/main.rs"]
        if not any(posixpath.normpath(one) in files for one in tried):
            found.append(index)
    return found[::-1]


def _deeper(cargo: CargoToml, but: set[str]) -> None:
    """Paths of dependencies, seen from a directory below."""
    for dependency in cargo.manifest.dependencies:
        path = cargo.doc.get(*dependency.path, "path")
        if isinstance(path, str) and dependency.key not in but and not posixpath.isabs(path):
            new = toml_edit.string(posixpath.normpath(posixpath.join("..", path)))
            cargo.edit(toml_edit.replace(cargo.doc, (*dependency.path, "path"), new))


def workspace(crate: Crate, members: list[str]) -> str:
    """The old Cargo.toml as the workspace's: its profiles, patches and workspace tables, and the new members."""
    manifest = crate.manifest
    edition = str(manifest.package("edition") or "2015")
    resolver = manifest.package("resolver") or ("3" if edition >= "2024" else "2" if edition >= "2021" else "1")
    cargo = scratch(crate)
    for table in list(dict.fromkeys(path[0] for path in cargo.doc.paths())):
        if table not in OF_WORKSPACE:
            cargo.drop((table,), "")
    listed = f"[\n{''.join(f'    {toml_edit.string(member)},' + chr(10) for member in members)}]"
    newline = "\r\n" if "\r\n" in text_of(cargo.draft) or "\r\n" in cargo.doc.file.text else "\n"
    if crate.manifest.doc.has("workspace"):
        if cargo.doc.has("workspace", "members"):
            for member in members:
                cargo.edit(toml_edit.append(cargo.doc, ("workspace", "members"), toml_edit.string(member)))
        else:
            cargo.put(("workspace",), "members", listed.replace("\n", newline))
        if not cargo.doc.has("workspace", "resolver"):
            cargo.put(("workspace",), "resolver", toml_edit.string(str(resolver)))
        return text_of(cargo.draft)
    file = crate.tree.read("Cargo.toml")
    newline = "\r\n" if file is not None and "\r\n" in file.text else "\n"
    rest = text_of(cargo.draft).removeprefix("\ufeff").strip()
    head = f"[workspace]\nresolver = {toml_edit.string(str(resolver))}\nmembers = {listed}\n".replace("\n", newline)
    bom = "\ufeff" if file is not None and file.bom else ""
    return bom + head + (f"{newline}{rest}{newline}" if rest else "")
