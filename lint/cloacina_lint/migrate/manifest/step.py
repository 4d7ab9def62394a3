"""Room migrate/manifest/: Cargo.toml of a service-mode crate, in the user's own style."""

from __future__ import annotations

import re

from ...contracts import parse_version
from ...finding import Edit
from ...source import toml_edit, toml_layout, toml_older
from ...source.toml import ARRAY, DOTTED, IMPLICIT, TABLE
from ...toolchain import needed, short
from . import code, dependencies, inheritance, unused
from .entries import CargoToml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...contracts import Contract
    from ...source.rust import RustFile
    from ...source.text import Span
    from ..draft import Draft
    from ..outcome import Report
    from ..survey.crate import Survey

PROGRAMS = ("bin", "example", "test", "bench")
FOLDERS = {"example": "examples", "test": "tests"}  # where a migration puts files


def write(draft: Draft, survey: Survey | None, contract: Contract, report: Report) -> None:
    """Make the draft's Cargo.toml that of a service-mode crate of the contract's version. The library's code has to be
    there already: it says which dependencies are needed."""
    cargo = CargoToml(draft, contract, report)
    older(draft, "Cargo.toml", report)
    library_mode = draft.original.manifest.find(dependencies.ENGINE) is not None
    mine = dependencies.family() | set(contract.crates) | set(contract.data["template"]["dev"])
    inheritance.write_out(cargo, mine)
    _programs(cargo)
    _named(cargo)
    _library(cargo)
    _features(cargo)
    cargo.renew()
    dependencies.write(cargo, library_mode=library_mode)
    unused.write(cargo, mine)
    _profile(cargo)
    _rust_version(cargo)
    _settings(cargo)


def older(draft: Draft, path: str, report: Report) -> None:
    """The file as TOML 1.0: Cloacina reads no later one."""
    changed = False
    while draft.edit(toml_older.as_older(draft.toml(path))):
        changed = True
    if changed:
        report.done.append(f"{path}: written as TOML 1.0, which is what Cloacina reads")


def _programs(cargo: CargoToml) -> None:
    """[[bin]] and other targets whose file left the crate, and what named them."""
    for kind in PROGRAMS:
        entries = cargo.doc.get(kind)
        for index in reversed(range(len(entries)) if isinstance(entries, list) else range(0)):
            entry = cargo.doc.get(kind, index)
            path = _file(cargo, kind, entry) if isinstance(entry, dict) else None
            if path is None or cargo.draft.tree.is_file(path) or not cargo.draft.original.tree.is_file(path):
                continue
            if isinstance(entry, dict) and cargo.drop((kind, index), f"its file {path} left the crate"):
                cargo.done(f"[[{kind}]] `{entry.get('name', path)}` taken out: its file left the crate")
    run = cargo.doc.get("package", "default-run")
    if (
        isinstance(run, str)
        and run not in set(_program_names(cargo))
        and cargo.drop(("package", "default-run"), "the program it names left the crate")
    ):
        cargo.done(f"`default-run` taken out: the program `{run}` left the crate")


def _named(cargo: CargoToml) -> None:
    """A table for each new test or example that cargo does not find by itself in this crate."""
    edition = str(cargo.manifest.package("edition") or "2015")
    for kind, folder in FOLDERS.items():
        listed = cargo.doc.get(kind)
        finds = cargo.doc.get("package", f"auto{folder}")
        if finds is not False and (finds or edition != "2015" or listed is None):
            continue
        known = [_file(cargo, kind, entry) for entry in listed or () if isinstance(entry, dict)]
        for path in cargo.draft.changed():
            inside = path.removeprefix(f"{folder}/")
            name = inside.removesuffix("/main.rs").removesuffix(".rs")
            if inside == path or "/" in name or path in known or not _new(cargo, path):
                continue
            if cargo.edit(_table_for(cargo, kind, name, path)):
                cargo.done(f"[[{kind}]] `{name}` added: cargo finds none by itself in this crate")


def _new(cargo: CargoToml, path: str) -> bool:
    return cargo.draft.tree.is_file(path) and not cargo.draft.original.tree.is_file(path)


def _table_for(cargo: CargoToml, kind: str, name: str, path: str) -> list[Edit] | None:
    doc, values = cargo.doc, {"name": name, "path": path}
    if doc.form(kind) == ARRAY:
        return toml_edit.append(doc, (kind,), toml_layout.value_text(values))
    at = toml_layout.section_end(doc, (kind,)) or len(doc.file.text)
    text = "".join(f"{key} = {toml_edit.string(value)}\n" for key, value in values.items())
    line = "" if doc.file.text[:at].endswith("\n") else "\n"
    return [Edit(doc.file.span(at, at), f"{line}\n[[{kind}]]\n{text}")]


def _file(cargo: CargoToml, kind: str, entry: dict[str, object]) -> str | None:
    path, name = entry.get("path"), entry.get("name")
    if isinstance(path, str):
        return path[2:] if path.startswith("./") else path
    if not isinstance(name, str):
        return None
    folder = {"bin": "src/bin", "example": "examples", "test": "tests", "bench": "benches"}[kind]
    tried = [f"{folder}/{name}.rs", f"{folder}/{name}/main.rs"]
    if kind == "bin":
        tried = ["src/main.rs", *tried] if name == cargo.manifest.name else tried
    there = [one for one in tried if cargo.draft.tree.is_file(one)]
    before = [one for one in tried if cargo.draft.original.tree.is_file(one)]
    return next(iter([*there, *before]), None)


def _program_names(cargo: CargoToml) -> Iterator[str]:
    listed = cargo.doc.get("bin")
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            yield entry["name"]
    if cargo.doc.get("package", "autobins") is False:
        return
    if cargo.draft.tree.is_file("src/main.rs") and cargo.manifest.name is not None:
        yield cargo.manifest.name
    for name in cargo.draft.tree.names("src/bin"):
        yield name.removesuffix(".rs")


def _library(cargo: CargoToml) -> None:
    manifest = cargo.manifest
    key = manifest.crate_type_key
    if key == "crate_type":
        span = cargo.doc.key_span("lib", key)
        if span is not None and cargo.edit([Edit(span, "crate-type")]):
            cargo.done("[lib] `crate_type` is `crate-type` now: the old spelling is deprecated")
    types = manifest.crate_types if key else []
    shared, linked = {"cdylib", "dylib"} & set(types), {"rlib", "lib"} & set(types)
    text = isinstance(cargo.doc.get("lib", "crate-type"), str)  # cargo takes an array only
    wanted = [*([] if shared else ["cdylib"]), *types, *([] if linked else ["rlib"])]
    if wanted != types or text:
        if key is None:
            table(cargo, "lib", "crate-type", toml_layout.value_text(wanted))
        else:
            _types(cargo, wanted, types)
        cargo.done("[lib] crate-type: `cdylib` is what Cloacina loads, `rlib` what tests link")
    _name(cargo)


def _types(cargo: CargoToml, wanted: list[str], types: list[str]) -> None:
    span = cargo.doc.value_span("lib", "crate-type")
    if span is not None and "\n" in span.text:
        for kind in wanted:
            if kind not in types:
                cargo.edit(toml_edit.append(cargo.doc, ("lib", "crate-type"), toml_edit.string(kind)))
        return
    cargo.edit(toml_edit.replace(cargo.doc, ("lib", "crate-type"), toml_layout.value_text(wanted)))


def _in_documentation(rust: RustFile, name: str) -> list[Span]:
    """Where documentation, whose examples are tests, names the library: `weather::run`."""
    text = rust.file.text
    found = []
    for line in re.finditer(r"^[ \t]*//[/!].*$", text, re.M):
        for match in re.finditer(rf"(?<![\w:]){re.escape(name)}(?=\s*::|;)", line.group()):
            found.append(rust.file.span(line.start() + match.start(), line.start() + match.end()))
    return found


def _name(cargo: CargoToml) -> None:
    """[lib] name as the package's; code outside the library that names it goes along."""
    manifest, draft = cargo.manifest, cargo.draft
    old, package = manifest.doc.get("lib", "name"), manifest.name
    if not isinstance(old, str) or package is None or old.replace("-", "_") == package.replace("-", "_"):
        return
    old, new = old.replace("-", "_"), package.replace("-", "_")
    inside = {mod_file.rust.file.path for mod_file in cargo.crate.facts.files}
    cargo.edit(toml_edit.replace(cargo.doc, ("lib", "name"), toml_edit.string(new)))
    places = 0
    for path in list(code.files(draft)):
        rust = draft.rust(path)
        if rust is None:
            continue
        spans = _in_documentation(rust, old)
        if rust.file.path not in inside:
            spans += [span for span in rust.mentions(old) if _first(span.file.text, span.start, span.end)]
        if draft.edit([Edit(span, new) for span in spans]):
            places += len(spans)
    changed = f", in {places} places of its tests, programs and documentation too" if places else ""
    cargo.done(f"[lib] name is `{new}`, as the package's{changed}: the compiler service looks for lib{new}.so")


def _first(text: str, start: int, end: int) -> bool:
    """Whether an identifier begins a path or is imported as a whole."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if before.endswith("::") and not before[:-2].rstrip().endswith(("use", "(", "{", ",", "<", "=", "&", "!", ";")):
        return False
    return after.startswith("::") or before.endswith(("use", "crate"))


def _features(cargo: CargoToml) -> None:
    features = cargo.manifest.features
    missing = "packaged" not in features
    if "packaged" in cargo.manifest.default_features()[0] and not missing:
        return
    if "packaged" not in cargo.manifest.default_features()[0]:
        if cargo.doc.has("features", "default"):
            cargo.edit(toml_edit.append(cargo.doc, ("features", "default"), '"packaged"'))
        else:
            table(cargo, "features", "default", '["packaged"]')
    if missing:
        table(cargo, "features", "packaged", "[]")
    cargo.done("[features] `packaged` is on by default: without it the macros make no package")


def table(cargo: CargoToml, name: str, key: str, value: str) -> bool:
    """A key for [lib] or [features]; a table that is not there goes before the dependencies, as in the template."""
    doc = cargo.doc
    header = doc.value_span("dependencies") if doc.form("dependencies") in (TABLE, IMPLICIT) else None
    if doc.form(name) is None and header is not None:
        offset = toml_layout.comment_block(doc, header.start)
        return cargo.edit([Edit(doc.file.span(offset, offset), f"[{name}]\n{key} = {value}\n\n")])
    if doc.form(name) in (DOTTED, None):
        return cargo.edit(toml_edit.insert_key(doc, (name,), key, value))
    return cargo.put((name,), key, value)


def _profile(cargo: CargoToml) -> None:
    if cargo.doc.get("profile", "release", "panic") == "abort" and cargo.drop(
        ("profile", "release", "panic"), "a panic must not end the process that loads the package"
    ):
        cargo.done('`panic = "abort"` taken out of [profile.release]: a panic would end the host process')


def _rust_version(cargo: CargoToml) -> None:
    """A promise of a Rust that builds neither Cloacina nor the tests' engine is raised."""
    written = cargo.doc.get("package", "rust-version")
    version = parse_version(written) if isinstance(written, str) else None
    template = parse_version(cargo.contract.data["template"]["rust-version"])
    assert template is not None
    own = needed(cargo.crate)
    least = max(own or template, template)
    if version is not None and version < least:
        text = short(least)
        cargo.edit(toml_edit.replace(cargo.doc, ("package", "rust-version"), toml_edit.string(text)))
        who = f"Cloacina {cargo.contract.version}" if own else "the engine that the tests run"
        cargo.done(f"rust-version {written} raised to {text}: {who} needs it")


def _settings(cargo: CargoToml) -> None:
    """The linter's own settings, where they say that the crate is another one."""
    version, settings = cargo.contract.version, cargo.draft.original.config
    own = ("package", "metadata", "cloacina-lint")
    judged = settings.get("cloacina")
    wanted = {}
    if judged is not None and judged != version and not version.startswith(f"{judged}."):
        wanted["cloacina"] = version
    if settings.get("mode") == "library":
        wanted["mode"] = "service"
    for key, value in wanted.items():
        text = toml_edit.string(value)
        if cargo.doc.get(*own, key) == value:
            continue
        if cargo.doc.has(*own, key):
            edits = toml_edit.replace(cargo.doc, (*own, key), text)
        else:
            edits = toml_edit.insert_key(cargo.doc, own, key, text)
        if cargo.edit(edits):
            cargo.done(f"the setting `{key}` of cloacina-lint is {text} now")
