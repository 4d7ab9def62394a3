"""Room migrate/library/: the library's code: src/main.rs becomes src/lib.rs, what only `main` reaches leaves."""

from __future__ import annotations

from ...source import rust, rust_mods, toml_edit
from ...source.text import SourceFile
from ..manifest import step as manifest
from ..manifest.entries import CargoToml
from ..outcome import Kept
from ..rust import included, lines, sorting
from ..survey.crate import own_program
from ..survey.modules import Code
from ..survey.targets import BIN, engine_names
from . import cutting, joining, unread, visibility
from .fates import TYPES, Fates
from .imports import Imports
from .leaving import LEAVES, Leaving, Left
from .names import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...contracts import Contract
    from ...source.rust import RustFile
    from ..draft import Draft
    from ..outcome import Report
    from ..rust.lines import Change
    from ..survey.crate import Survey
    from ..survey.targets import Target

PACKAGE = """\
// Exports what Cloacina looks for in the library. Without it the library loads nowhere.
cloacina_workflow_plugin::package!();
"""
ONLY_MAIN = "only `main` used it"


def write(draft: Draft, survey: Survey, contract: Contract, report: Report) -> Leaving:
    """Raises RefusedError where the engine would be needed in the library."""
    home = survey.home
    leaving = Leaving(home)
    code = Code(home, engine_names(survey.crate, home.tree), Names(contract.version))
    others = [target for target in survey.targets if target is not home and target is not survey.program]
    fates = Fates(code, cutting=not any(target.engine for target in others))
    edition = str(survey.crate.manifest.package("edition") or "2015")
    imports = Imports(fates, edition)
    changes = imports.changes
    _take_out(code, fates, changes, leaving)
    cutting.cut(fates, changes, report)
    _gate(fates, changes)
    unread.allow(fates, changes, report)
    visibility.widen(code, fates, changes, report)
    join = joining.plan(survey, fates)
    join.change(changes)
    for mod_file in home.tree.files:
        if mod_file.path in leaving.orphans:
            continue
        new = join.renamed.get(mod_file.path, mod_file.path)
        source = mod_file.rust.file
        text = join.rewritten(mod_file.path, lines.apply(source.text, changes.get(mod_file.path, [])))
        text = included.moved(text, mod_file.path, new)
        if text != source.text:
            text = sorting.resorted(mod_file.rust, rust.parse(SourceFile(mod_file.path, text)), edition)
        if text != source.text or new != mod_file.path:
            draft.put(new, ("\ufeff" if source.bom else "") + text)
            if new != mod_file.path:
                draft.remove(mod_file.path)
    join.finish(draft)
    leaving.renamed, leaving.module, leaving.library = join.renamed, join.module, join.library
    _needs_engine(survey, fates)
    program = survey.program or (survey.home if leaving.functions else None)
    if program is not None:
        _program(survey, program, fates, leaving, draft)
    if survey.workflow is not None:
        item, mod_file = survey.workflow.item, survey.workflow.mod_file
        leaving.workflow = (*join.module, *mod_file.mod_path, *item.mod_path, item.name)
    if contract.package_macro:
        _package(draft, join.library, report)
    _tell(survey, leaving, imports, report)
    if join.library != survey.crate.manifest.lib_path:
        path = toml_edit.string(join.library)
        manifest.table(CargoToml(draft, contract, report), "lib", "path", path)
        report.done.append(f"Cargo.toml: [lib] path = {path}")
    return leaving


def _take_out(code: Code, fates: Fates, changes: dict[str, list[Change]], leaving: Leaving) -> None:
    for unit in code.units:
        if not fates.leaves(unit.item) or fates.gone(unit.module):
            continue
        if unit.item.parent is not None and unit.item.parent.kind == "impl" and fates.leaves(unit.item.parent):
            continue
        item = unit.item
        mod_file = unit.module.mod_file
        span = lines.with_comments(item.span.file, lines.item_start(item), item.span.end)
        changes.setdefault(mod_file.path, []).append((span.start, span.end, ""))
        entry = unit.module is code.root and item is code.target.entry
        why = "the server starts the workflow, not the package" if entry else ONLY_MAIN
        if fates.cuts is not None and id(unit) in fates.cuts.impls:
            why = cutting.NO_ENGINE
        leaving.items.append(Left(item, mod_file, span, why, entry=entry))
    for module in code.modules:
        if module.item is None and fates.gone(module) and module.mod_file.path not in leaving.orphans:
            leaving.orphans.append(module.mod_file.path)


def _needs_engine(survey: Survey, fates: Fates) -> None:
    """Programs, examples and tests that use what left the library need the engine too."""
    if survey.home.kind == BIN:
        return
    gone = {unit.name for unit in fates.code.units if unit.name and fates.leaves(unit.item)}
    name = survey.crate.manifest.lib_name
    for target in survey.targets:
        if target is survey.home or not gone:
            continue
        spans = [use.span for file in target.tree.files for use in file.rust.uses() if _takes(use.path, name, gone)]
        spans += [
            path.span for file in target.tree.files for path in file.rust.paths() if _takes(path.segments, name, gone)
        ]
        target.engine.extend(spans)
        if survey.program is None and spans and own_program(survey.crate, target):
            survey.program = target


def _takes(path: tuple[str, ...], library: str | None, gone: set[str]) -> bool:
    parts = [part for part in path if part]
    return parts[:1] == [library] and bool(gone & set(parts[1:]))


def _gate(fates: Fates, changes: dict[str, list[Change]]) -> None:
    """`#[cfg(test)]` on what stays for the unit tests alone."""
    gated = {id(unit.item) for unit in fates.tests_only}
    for unit in fates.tests_only:
        item = unit.item
        if id(item.parent) in gated:
            continue
        start = lines.item_start(item)
        text = item.span.file.text
        line = text.rfind("\n", 0, start) + 1
        indent = text[line:start] if not text[line:start].strip() else ""
        changes.setdefault(unit.module.mod_file.path, []).append((start, start, f"#[cfg(test)]\n{indent}"))


def _program(survey: Survey, program: Target, fates: Fates, leaving: Leaving, draft: Draft) -> None:
    """Tell what became of the program; beside a library it goes as a whole."""
    leaving.program = program
    leaving.root = program.path
    root = program.tree.root
    leaving.uses = [use for use in root.uses() if use.item.parent is None]
    if program is survey.home:
        leaving.fates = {id(item): fates.by_item[id(item)] for item in root.items if id(item) in fates.by_item}
        return
    for item in root.items:
        leaving.fates[id(item)] = LEAVES
        if item.kind in ("use", "extern_crate"):
            continue
        span = lines.with_comments(item.span.file, lines.item_start(item), item.span.end)
        entry = item is program.entry
        why = "the server starts the workflow, not the package" if entry else f"it was part of {program.path}"
        leaving.items.append(Left(item, program.root, span, why, entry=entry))
    draft.remove(program.path)
    leaving.removed.append(program.path)
    others = [target for target in survey.targets if target is not program]
    for mod_file in program.tree.files[1:]:
        if not any(target.holds(mod_file.path) for target in others) and mod_file.path not in leaving.orphans:
            leaving.orphans.append(mod_file.path)


def _package(draft: Draft, root: str, report: Report) -> None:
    """The call of package!(), once, behind the imports at the top."""
    parsed = draft.rust(root)
    if parsed is None:
        return
    tree = rust_mods.load_modules(parsed, root, draft.read)
    if any(call.name == "package" and not call.in_tokens for file in tree.files for call in file.rust.macros()):
        return
    text = parsed.file.text
    at, before, after = _package_place(parsed)
    new = lines.apply(text, [(at, at, before + PACKAGE + after)])
    draft.put(root, ("\ufeff" if parsed.file.bom else "") + new)
    report.done.append(f"{root}: `cloacina_workflow_plugin::package!()`, which makes the library loadable")


def _package_place(rust: RustFile) -> tuple[int, str, str]:
    """(offset, what goes before the call, what behind it)."""
    text = rust.file.text
    last = None
    for item in rust.items:
        if item.kind not in ("use", "extern_crate") and not (item.kind == "mod" and not item.inline):
            break
        last = item
    if last is not None:
        end = text.find("\n", last.span.end)
        if end < 0:
            return len(text), "\n\n", ""
        following = text[end + 1 :].split("\n", 1)[0].strip()
        return end + 1, "\n", "\n" if following else ""
    if not rust.items:
        return len(text), "\n" if text.strip() else "", ""
    first = rust.items[0]
    return lines.with_comments(rust.file, lines.item_start(first), first.span.end).start, "", "\n"


def _names(leaving: Leaving) -> list[str]:
    """What left, an impl only where its type stays."""
    types = {one.item.name for one in leaving.items if one.item.kind in TYPES}
    found = []
    for one in leaving.items:
        item = one.item
        if item.kind == "impl" and item.name in types:
            continue
        around = item.parent.name if item.parent is not None and item.parent.kind == "impl" else ""
        trait = f"{item.trait} for " if item.kind == "impl" and item.trait else ""
        name = f"{around}::{item.name}" if around else f"{trait}{item.name}"
        found.append(f"`{item.kind} {name}`" if item.kind in ("impl", "mod") else f"`{name}`")
    return found


def _tell(survey: Survey, leaving: Leaving, imports: Imports, report: Report) -> None:
    home = survey.home
    if home.kind == BIN and leaving.module:
        report.done.append(f"{home.path} is module `{leaving.module[0]}` of the library now")
    elif home.kind == BIN:
        report.done.append(f"{home.path} is the library {leaving.library} now")
    for path in leaving.removed:
        report.done.append(f"{path} is gone: the server starts the workflow")
    left = _names(leaving)
    if left:
        report.done.append(f"out of the library's code: {', '.join(left)}")
    for one in leaving.items:
        report.kept.append(Kept(one.span, one.why))
    for path in leaving.orphans:
        report.person.append(
            f"{path}: only `main` used this module, and it is no longer part of the crate: delete it, or move what "
            "you need of it into tests/"
        )
    report.person += imports.notes
