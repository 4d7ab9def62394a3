"""Room migrate/split/: the library crate with what several workflows use: all of it public, no package itself."""

from __future__ import annotations

import re

from ...crate import Crate
from ...source import rust, toml_edit, toml_layout
from ...source.memory import MemoryTree
from ...source.text import SourceFile
from ..library import imports
from ..library.fates import Fates
from ..library.names import Names
from ..rust import lines, sorting
from ..survey import targets
from ..survey.crate import Beside
from ..survey.modules import Code, Extern, Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from ...contracts import Contract
    from ...source.rust import RustFile
    from ...source.rust_item import Item
    from ..manifest.entries import CargoToml
    from ..rust.lines import Change
    from ..survey.modules import Unit
    from .dividing import Division

OPENED = ("fn", "struct", "enum", "union", "const", "static", "type", "trait", "mod")
FAMILY = "cloacina"
USED = ("fn", "struct", "enum", "union", "const", "static", "type")
# code that reaches out of the process, or is not the same each time
REACHING = re.compile(
    r"\b(?:fs|env|net|process|File|Command|TcpStream|reqwest|sqlx|Instant|SystemTime|now|spawn|stdin|rand|random|thread)\b"
)


def code(files: dict[str, str], root: str, manifest: str, directory: str, contract: Contract) -> dict[str, str]:
    """The files of the library (path -> text), from those of its projection: the engine's names come from the packaged
    crates, and everything is public. manifest: the old crate's Cargo.toml. Raises RefusedError where the engine itself
    is needed."""
    crate = Crate(MemoryTree(directory, {**files, "Cargo.toml": manifest}), explicit=True, version=contract.version)
    target = next(one for one in targets.find(crate) if one.kind == targets.LIB and one.path == root)
    edition = str(crate.manifest.package("edition") or "2015")
    fates = Fates(Code(target, targets.engine_names(crate, target.tree), Names(contract.version)))
    changes = imports.Imports(fates, edition).changes
    done: dict[str, str] = {}
    for mod_file in target.tree.files:
        source = mod_file.rust.file
        text = lines.apply(source.text, changes.get(mod_file.path, []))
        if text != source.text:
            text = sorting.resorted(mod_file.rust, rust.parse(SourceFile(mod_file.path, text)), edition)
        done[mod_file.path] = ("\ufeff" if source.bom else "") + _opened(text)
    return done


# --- public ---


def _opened(text: str) -> str:
    parsed = rust.parse(SourceFile("", text))
    changes: list[Change] = []
    for attr in parsed.inner_attrs:
        if "missing_docs" in attr.span.text:
            changes.append((attr.span.start, attr.span.end, ""))
    for item in parsed.items:
        _open(parsed, item, changes)
    return lines.apply(text, changes)


def _open(parsed: RustFile, item: Item, changes: list[Change]) -> None:
    if any("test" in condition for condition in item.cfgs()) or any(attr.path == ("test",) for attr in item.attrs):
        return
    if item.kind == "macro_rules":
        if item.attr("macro_export") is None:
            start = item.span.start
            line = parsed.file.text.rfind("\n", 0, start) + 1
            indent = parsed.file.text[line:start]
            changes.append((start, start, f"#[macro_export]\n{indent if not indent.strip() else ''}"))
        return
    if (item.kind in OPENED and item.name != "_") or (item.kind == "use" and item.vis not in ("", "pub(self)")):
        if item.vis_span is None:
            changes.append((item.keyword_span.start, item.keyword_span.start, "pub "))
        elif item.vis != "pub":
            changes.append((item.vis_span.start, item.vis_span.end, "pub"))
    if item.kind in ("struct", "union"):
        _fields(parsed, item.node, changes)
    if item.kind == "mod" or (item.kind == "impl" and item.trait is None):
        for child in item.children:
            _open(parsed, child, changes)


def _fields(parsed: RustFile, node: Node, changes: list[Change]) -> None:
    body = node.child_by_field_name("body")
    for child in body.children if body is not None else []:
        if child.type == "field_declaration":
            modifier = next((part for part in child.children if part.type == "visibility_modifier"), None)
            _field(parsed, child, modifier, changes)
        elif body is not None and body.type == "ordered_field_declaration_list" and child.is_named:
            before = child.prev_named_sibling
            if child.type in ("attribute_item", "visibility_modifier") or "comment" in child.type:
                continue
            modifier = before if before is not None and before.type == "visibility_modifier" else None
            _field(parsed, child, modifier, changes)


def _field(parsed: RustFile, node: Node, modifier: Node | None, changes: list[Change]) -> None:
    if modifier is None:
        start = parsed.span(node).start
        changes.append((start, start, "pub "))
    elif parsed.text(modifier) != "pub":
        span = parsed.span(modifier)
        changes.append((span.start, span.end, "pub"))


# --- what tests may use of it ---


def beside(division: Division, library: str) -> Beside | None:
    """What the tests of the packages may use of the library; None where there is none."""
    if not division.shared:
        return None
    units = [unit for unit in division.code.units if id(unit) in division.shared]
    harmless = {
        (library, *unit.module.path, unit.name)
        for unit in units
        if unit.item.kind in USED
        and not any(REACHING.search(_own(division, at)) for at in division.closure({id(unit)}))
    }
    traits = [child.name for unit in units if unit.item.kind == "trait" for child in unit.item.children]
    text = [unit.item.span.file.text[lines.item_start(unit.item) : unit.item.span.end] for unit in units]
    return Beside(harmless, set(traits), "\n".join(text))


def _own(division: Division, at: int) -> str:
    unit = division.by_id[at]
    return division.code.blanked[unit.module.mod_file.path][unit.item.span.start : unit.item.span.end]


# --- macros that are called from other crates ---


def macro_changes(division: Division) -> dict[str, list[Change]]:
    """`$crate::` paths in the bodies of shared macros: what stands beside the macro is not in scope where it is
    called. Path of the file -> changes in the original text."""
    found: dict[str, list[Change]] = {}
    for unit in division.code.units:
        if unit.item.kind == "macro_rules" and id(unit) in division.shared:
            found.setdefault(unit.module.mod_file.path, []).extend(_paths(division, unit))
    return found


def _paths(division: Division, unit: Unit) -> list[Change]:
    code, module = division.code, unit.module
    text = module.mod_file.rust.file.text
    found: list[Change] = []
    for mention in unit.words:
        first, start = mention.segments[0], mention.start
        if text[:start].rstrip().endswith("$") or first == "":
            continue
        at: tuple[str, ...] | None = None
        if first == "crate":
            at = ()
        elif first in ("self", "super"):
            at = module.path if first == "self" else module.path[:-1]
        else:
            meaning = code.resolve(module, (first,), [])
            if mention.after[:1] == "!" and len(mention.segments) == 1:
                meaning = code.macros.get(first)
                at = (first,) if meaning is not None and id(meaning) in division.shared else None
            elif isinstance(meaning, Module):
                at = meaning.path
            elif not isinstance(meaning, Extern) and meaning is not None and id(meaning) in division.shared:
                at = (*meaning.module.path, meaning.name)
        if at is not None:
            end = start + len(first) + (2 if text.startswith("r#", start) else 0)
            found.append((start, end, "::".join(("$crate", *at))))
    return found


# --- Cargo.toml ---


def manifest(cargo: CargoToml, files: dict[str, str], root: str, about: str, package: Crate) -> None:
    """Make the old crate's Cargo.toml, already under the library's name, that of the library. package: one of the new
    packages, which says where Cloacina's crates come from."""
    whole = "\n".join(text for path, text in files.items() if path.endswith(".rs"))
    tables = ["lib", "bin", "example", "test", "bench"]
    named = features(whole)
    for feature in list(cargo.doc.get("features") or {}):
        if feature not in named:
            cargo.drop(("features", feature), "")
    if not cargo.doc.get("features"):
        tables.append("features")
    keys = ["default-run", "links", "metadata", "autobins", "keywords", "categories"]
    script = cargo.manifest.build_script
    if script not in files:
        tables.append("build-dependencies")
        keys.append("build")
    for table in tables:
        if cargo.doc.has(table):
            cargo.drop((table,), "")
    for key in keys:
        if cargo.doc.has("package", key):
            cargo.drop(("package", key), "")
    for dependency in reversed(list(cargo.manifest.dependencies)):
        if dependency.kind == "build":
            continue
        if dependency.package.startswith(FAMILY) or not _names(whole, dependency.import_name):
            cargo.drop(dependency.path, "")
    for dependency in package.manifest.dependencies:
        ours = dependency.kind == "normal" and dependency.package.startswith(FAMILY)
        if ours and _names(whole, dependency.import_name):
            value = package.manifest.doc.get(*dependency.path)
            value = value.get("version", value) if isinstance(value, dict) else value  # `packaged` is for packages
            cargo.put(("dependencies",), str(dependency.path[-1]), toml_layout.value_text(value))
    for table in ("dependencies", "dev-dependencies"):
        if cargo.doc.has(table) and not cargo.doc.get(table):
            cargo.drop((table,), "")
    text = toml_edit.string(about)
    if cargo.doc.has("package", "description"):
        cargo.edit(toml_edit.replace(cargo.doc, ("package", "description"), text))
    else:
        cargo.put(("package",), "description", text)
    if root != "src/lib.rs":
        cargo.put(("lib",), "path", toml_edit.string(root))


def features(code: str) -> set[str]:
    """The features that code asks for."""
    return set(re.findall(r'\bfeature\s*=\s*"([^"]+)"', code))


def _names(code: str, crate: str) -> bool:
    return re.search(rf"\b{re.escape(crate)}\b", code) is not None
