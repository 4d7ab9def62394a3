"""Room rules/: CL111 manifest-value."""

from __future__ import annotations

from ..finding import ERROR
from ..manifest_values import edition, requirement, rust_version, semver, unfit_name
from ..packing import DEPENDENCIES
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ..crate import Crate
    from ..finding import Finding
    from ..source.text import Span
    from ..source.toml import TomlDoc

    Path = tuple[str | int, ...]


class ManifestValue(Rule):
    code = "CL111"
    name = "manifest-value"
    group = "build"
    severity = ERROR
    summary = "Cargo.toml has a value that cargo refuses"
    why = """
Cargo reads its own keys strictly and stops before it compiles anything (each built, cargo 1.95): a package name with a
space, a dot or a digit first; no `name` at all; a `version` that is not three numbers; an `edition` that does not
exist; a `rust-version` or a version requirement that is none; a dependency or a list of features of another type than
cargo expects.
"""
    no_fix = "because which value was meant cannot be known"
    failing = """
--- Cargo.toml
[package]
name = "my-workflow"
version = «"0.1"»
edition = "2021"
"""
    passing = """
--- Cargo.toml
[package]
name = "my-workflow"
version = "0.1.0"
edition = "2021"
"""
    proof = r"build: while parsing minor version number"

    def check(self, crate: Crate) -> Iterator[Finding]:
        doc = crate.manifest.doc
        if isinstance(doc.get("package"), dict):
            yield from self._package(doc)
            program = doc.get("package", "default-run")
            if isinstance(program, str) and program not in _programs(crate):
                text = f"there is no program `{program}` to run by default"
                yield self._found(doc, text, "take `default-run` out: a package is a library", "package", "default-run")
        resolver = doc.get("workspace", "resolver")
        if isinstance(resolver, str) and resolver not in ("1", "2", "3", "4", "5"):
            yield self._found(doc, f'there is no resolver "{resolver}"', 'write "2" or "3"', "workspace", "resolver")
        features = doc.get("features")
        for name, value in features.items() if isinstance(features, dict) else ():
            if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
                text = f"the feature `{name}` must be a list of strings"
                yield self._found(doc, text, f'write `{name} = ["…"]`', "features", name)
        for path, value in _entries(doc):
            yield from self._dependency(doc, path, value)

    def _package(self, doc: TomlDoc) -> Iterator[Finding]:
        name, version = doc.get("package", "name"), doc.get("package", "version")
        if name is None:
            span = doc.value_span("package") or doc.file.line_span(1)
            yield self.finding(_says("[package] has no `name`"), span, help='write `name = "…"`')
        elif not isinstance(name, str) or (wrong := unfit_name(name)):
            text = "the package's name must be a string" if not isinstance(name, str) else wrong
            yield self._found(doc, text, "use letters, digits, `-` and `_`, a letter first", "package", "name")
        if version is not None and not _inherits(version) and not (isinstance(version, str) and semver(version)):
            text = "the package's version must be three numbers, as in `0.1.0`"
            yield self._found(doc, text, 'write `version = "0.1.0"`', "package", "version")
        year = doc.get("package", "edition")
        if year is not None and not _inherits(year) and not (isinstance(year, str) and edition(year)):
            yield self._found(doc, "there is no such edition", 'write `edition = "2021"`', "package", "edition")
        rust = doc.get("package", "rust-version")
        if rust is not None and not _inherits(rust) and not (isinstance(rust, str) and rust_version(rust)):
            text = "`rust-version` must be a plain version"
            yield self._found(doc, text, 'write it as in `rust-version = "1.85"`', "package", "rust-version")

    def _dependency(self, doc: TomlDoc, path: Path, value: Any) -> Iterator[Finding]:
        name = path[-1]
        if isinstance(value, dict):
            wanted, place = value.get("version"), (*path, "version")
        else:
            wanted, place = value, path
        if wanted is None:
            return
        if not isinstance(wanted, str):
            text = f"the version of `{name}` must be a string"
            yield self._found(doc, text, f'write `{name} = "…"`', *place)
        elif not requirement(wanted):
            text = f'"{wanted}" is no version requirement'
            yield self._found(doc, text, 'write it as in "1", "0.6.1" or ">=1.2, <2"', *place)

    def _found(self, doc: TomlDoc, text: str, help_text: str, *path: str | int) -> Finding:
        span = doc.value_span(*path) or doc.key_span(*path) or doc.file.line_span(1)
        return self.finding(_says(text), _first_line(span), help=help_text)


def _says(text: str) -> str:
    return f"{text}: cargo refuses Cargo.toml"


def _first_line(span: Span) -> Span:
    text = span.text
    end = text.find("\n")
    return span if end < 0 else span.file.span(span.start, span.start + len(text[:end].rstrip()))


def _inherits(value: Any) -> bool:
    return isinstance(value, dict)


def _entries(doc: TomlDoc) -> Iterator[tuple[Path, Any]]:
    tables: list[Path] = list(DEPENDENCIES)
    targets = doc.get("target")
    if isinstance(targets, dict):
        tables += [("target", cfg, *table) for cfg in targets for table in DEPENDENCIES]
    for table in tables:
        entries = doc.get(*table)
        if isinstance(entries, dict):
            for key, value in entries.items():
                yield (*table, key), value


def _programs(crate: Crate) -> set[str]:
    """Names of the crate's programs: those of [[bin]], src/main.rs, and src/bin, as cargo finds them."""
    manifest = crate.manifest
    listed = manifest.doc.get("bin")
    names = (
        {str(entry.get("name")) for entry in listed if isinstance(entry, dict)} if isinstance(listed, list) else set()
    )
    if manifest.package("autobins") is False:
        return names
    if crate.tree.is_file("src/main.rs"):
        names.add(manifest.name or "")
    for name in crate.tree.names("src/bin"):
        if name.endswith(".rs"):
            names.add(name[:-3])
        elif crate.tree.is_file(f"src/bin/{name}/main.rs"):
            names.add(name)
    return names
