"""Room migrate/: what a package has beside its code: package.toml, the build script, .gitignore."""

from __future__ import annotations

from ..finding import Edit
from ..rules.cl002_build_script import configure_call
from ..source import toml, toml_edit, toml_layout
from .manifest import dependencies
from .manifest.entries import CargoToml
from .manifest.step import older
from .outcome import Kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..contracts import Contract
    from ..crate import Crate
    from ..source.rust_item import Item
    from .draft import Draft
    from .outcome import Report
    from .survey.crate import Survey

PACKAGE = "package.toml"
SCRIPT = "fn main() {\n    cloacina_build::configure();\n}\n"
TARGET = ("target", "/target", "target/", "/target/", "**/target", "**/target/", "/target/**", "target/*", "/target/*")

LOCK = ("Cargo.lock", "/Cargo.lock", "*.lock", "**/Cargo.lock")


def write(draft: Draft, survey: Survey | None, contract: Contract, report: Report) -> None:
    """Make or complete what `cloacinactl package pack` and the compiler service read beside the code."""
    cargo = CargoToml(draft, contract, report)
    if not contract.package_macro:
        _no_package_macro(cargo)
    _build_script(cargo)
    if draft.tree.is_file(PACKAGE):
        _complete(cargo)
    else:
        draft.create(PACKAGE, _new(cargo.crate))
        report.done.append(f"{PACKAGE}: written")
    _ignored(cargo)
    _lock(cargo)


def _no_package_macro(cargo: CargoToml) -> None:
    """Take the calls of package!() out: this version has no such macro."""
    while calls := [*cargo.crate.facts.package_calls, *cargo.crate.facts.package_calls_off]:
        call = calls[0]
        file, text = call.span.file, call.span.file.text
        start = min([call.span.start, *(attr.span.start for attr in call.attrs)])
        end = call.span.end
        if text[end : end + 1] == ";":
            end += 1
        line, below = file.starts[file.position(start)[0] - 1], toml_edit.next_line(file, end)
        if not text[line:start].strip() and not text[end:below].strip():
            start, end = line, below
            above = text[:start].replace("\r", "")
            if (not above or above.endswith("\n\n")) and not text[end : toml_edit.next_line(file, end)].strip():
                end = toml_edit.next_line(file, end)  # of two blank lines one is enough
        if not cargo.edit([Edit(file.span(start, end), "")]):
            return
        cargo.report.done.append(f"package!() taken out: in {cargo.contract.name} `#[workflow]` makes the entry points")
        cargo.renew()


# --- build.rs ---


def _build_script(cargo: CargoToml) -> None:
    draft, crate = cargo.draft, cargo.crate
    path = cargo.manifest.build_script
    asked = cargo.contract.data["library"]["build-script"] or _ran_the_engine(draft)
    if path is None:
        if asked:
            cargo.person("`build = false`: the guide asks for a build script that calls cloacina_build::configure()")
        return
    script = draft.rust(path)
    if script is None:
        if asked:
            draft.create(path, SCRIPT)
            dependencies.build_dependency(cargo)
            cargo.report.done.append(f"{path}: written")
        return
    if configure_call(crate, script) is not None:
        dependencies.build_dependency(cargo)
        return
    if not cargo.contract.data["library"]["build-script"] and not _ran_the_engine(draft):
        return
    main = next((item for item in script.items if item.kind == "fn" and item.name == "main"), None)
    if main is None or main.body_span is None:
        cargo.report.person.append(
            f"{path}: call cloacina_build::configure() in the build script; it has no plain main"
        )
        return
    dependencies.build_dependency(cargo)
    entry = cargo.plain("cloacina-build", "build") or cargo.entries("cloacina-build", "build")[0]
    draft.edit([_first_statement(main, f"{entry.import_name}::configure();")])
    cargo.report.done.append(f"{path}: calls cloacina_build::configure() first; the rest is as it was")


def _ran_the_engine(draft: Draft) -> bool:
    return draft.original.manifest.find(dependencies.ENGINE) is not None


def _first_statement(main: Item, call: str) -> Edit:
    """The call at the start of a function's body, after inner attributes; in the body's own style."""
    body = main.body_span
    assert body is not None
    file, text = body.file, body.file.text
    start = body.start + 1
    for line in text[start : body.end].splitlines(keepends=True)[1:]:
        if line.strip() and not line.lstrip().startswith("#!["):
            break
        if line.strip():
            start = text.index(line, start) + len(line.rstrip())
    inside = text[start : body.end - 1]
    if "\n" not in body.text and inside.strip():
        return Edit(file.span(start, start), f" {call}")
    outer = toml_edit.line_indent(file, main.span.start)
    if not inside.strip():
        return Edit(file.span(start, body.end - 1), f"\n{outer}    {call}\n{outer}")
    lines = [line for line in inside.splitlines()[1:] if line.strip()]
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())] if lines else f"{outer}    "
    return Edit(file.span(start, start), f"\n{indent}{call}")


# --- package.toml ---


def _values(crate: Crate) -> dict[tuple[str, str], Any]:
    """(table, key) -> value, for every key of the template's package.toml that is known."""
    manifest, contract = crate.manifest, crate.contract
    version = manifest.package("version")
    values: dict[tuple[str, str], Any] = {
        ("package", "name"): manifest.name or "my-workflow",
        ("package", "version"): version if isinstance(version, str) else "0.1.0",
        ("package", "interface"): "cloacina-workflow-plugin",
        ("package", "interface_version"): 1,
        ("package", "extension"): "cloacina",
        ("metadata", "language"): "rust",
    }
    workflows = [(w.text("name"), w.text("description"), w.text("author")) for w in crate.facts.workflows]
    name, described, written = workflows[0] if len(workflows) == 1 else (None, None, None)
    authors = manifest.package("authors")
    author = written or (authors[0] if isinstance(authors, list) and authors else None)
    description = described or manifest.package("description")
    for key, value in (("workflow_name", name), ("description", description), ("author", author)):
        if isinstance(value, str) and value and key in contract.data["manifest"]["metadata-keys"]:
            values["metadata", key] = value
    return values


def _new(crate: Crate) -> str:
    values = _values(crate)
    lines = [
        "# What `cloacinactl package pack` and the server read. [metadata] takes only keys that Cloacina knows.",
        "",
        "[package]",
        "# The same as in Cargo.toml, letter by letter: Cloacina looks the tasks up under it.",
    ]
    lines += [
        f"{key} = {toml_layout.value_text(value)}" for (table, key), value in values.items() if table == "package"
    ]
    lines += ["", "[metadata]"]
    lines += [
        f"{key} = {toml_layout.value_text(value)}" for (table, key), value in values.items() if table != "package"
    ]
    return "\n".join(lines) + "\n"


def _complete(cargo: CargoToml) -> None:
    """An existing package.toml brought to the version: the template's keys, none that is refused, Cargo.toml's values.
    From 0.10 on `cloacinactl package pack` fills keys in; with all of them there it packs the crate as it is."""
    draft, report = cargo.draft, cargo.report
    try:
        doc = draft.toml(PACKAGE)
    except toml.TomlError:
        return  # a rule says so
    older(draft, PACKAGE, report)
    values = _values(cargo.crate)
    if doc.get("metadata", "language") not in (None, "rust"):
        del values["metadata", "language"]
    _refused(cargo)
    for (table, key), value in values.items():
        doc = draft.toml(PACKAGE)
        there = doc.get(table, key)
        text = toml_layout.value_text(value)
        if there is None:
            wanted = table == "package" or key == "language"  # the rest of [metadata] may stay away
            if wanted and draft.edit(toml_edit.insert_key(doc, (table,), key, text)):
                report.done.append(f"{PACKAGE}: `{key}` added to [{table}]")
            continue
        read = key in ("name", "version", "extension", "workflow_name")
        if read and there != value and draft.edit(toml_edit.replace(doc, (table, key), text)):
            report.done.append(f"{PACKAGE}: `{key}` is {text} now, it was {toml_layout.value_text(there)}")


def _refused(cargo: CargoToml) -> None:
    """Keys of [metadata] that make this version refuse the whole file. A slip is a rule's to cure."""
    from ..package_manifest import slips

    draft, report = cargo.draft, cargo.report
    known = cargo.contract.data["manifest"]
    doc = draft.toml(PACKAGE)
    metadata = doc.get("metadata")
    if not known["metadata-closed"] or not isinstance(metadata, dict):
        return
    near = slips(doc, ("metadata",), known["metadata-keys"])
    for key in metadata:
        if key in known["metadata-keys"] or key in near:
            continue
        doc = draft.toml(PACKAGE)
        original = draft.original.package_toml
        span = doc.entry_span("metadata", key)
        if doc.form("metadata", key) in ("table", "tables", "implicit"):
            edits, text = toml_layout.take_table(doc, ("metadata", key))
        else:
            found = toml_layout.take(doc, ("metadata", key))
            if found is None:
                continue
            edits, text = found[0], "".join(edit.span.text for edit in found[0])
        place = original.entry_span("metadata", key) if original is not None else None
        if span is None or not draft.edit(edits):
            continue
        instead = known.get("removed", {}).get(key)
        report.kept.append(
            Kept(place or span, f"Cloacina {cargo.contract.version} refuses `{key}`", text.strip("\r\n"))
        )
        report.person.append(
            f"{PACKAGE}: `{key}` left [metadata], which Cloacina {cargo.contract.version} refuses with it"
            + (f"; {instead}" if instead else "")
        )


# --- .gitignore, Cargo.lock ---


def _ignored(cargo: CargoToml) -> None:
    draft = cargo.draft
    file = draft.read(".gitignore")
    member = draft.original.workspace_root is not None  # its target directory is the workspace's
    lines = [line.strip() for line in file.text.splitlines()] if file is not None else []
    missing = [] if member or any(line in TARGET for line in lines) else ["/target/"]
    missing += [] if "*.cloacina" in lines else ["*.cloacina"]
    if not missing:
        return
    if file is None:
        draft.create(".gitignore", "".join(f"{line}\n" for line in missing))
    else:
        draft.edit([Edit(file.span(len(file.text), len(file.text)), "".join(f"{line}\n" for line in missing))])
    cargo.report.done.append(f".gitignore: added {' and '.join(f'`{line}`' for line in missing)}")


def _lock(cargo: CargoToml) -> None:
    """The lock file is packed, and cargo alone writes it."""
    draft, report = cargo.draft, cargo.report
    if draft.original.workspace_root is not None:
        return
    changed = "Cargo.toml" in draft.changed()
    if draft.tree.is_file("Cargo.lock"):
        if changed:
            report.person.append("Cargo.lock: `cargo build` brings it up to date with Cargo.toml; do it before packing")
    elif cargo.contract.minor >= (0, 7):
        report.person.append(
            "Cargo.lock: `cargo generate-lockfile` writes it; the compiler service wants it in the package"
        )
    ignored = draft.read(".gitignore")
    if cargo.contract.minor >= (0, 7) and ignored is not None:
        for number, line in enumerate(ignored.text.splitlines(), 1):
            if line.strip() in LOCK:
                report.person.append(f".gitignore:{number}: take `{line.strip()}` out: the package needs the lock file")
