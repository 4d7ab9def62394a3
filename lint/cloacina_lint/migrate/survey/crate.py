"""Room migrate/survey/: which cargo targets a crate has, which holds the workflow, and what cannot be migrated."""

from __future__ import annotations

from ...cloacina import HIDING
from ...source.rust_brackets import unclosed
from ..outcome import RefusedError, place
from . import targets
from .targets import BENCH, BIN, ENGINE, EXAMPLE, LIB, TEST, Target, engine_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...cloacina import Declared, Workflow
    from ...crate import Crate
    from ...source.rust_mods import ModFile
    from ...source.text import Span

__all__ = ["BENCH", "BIN", "ENGINE", "EXAMPLE", "LIB", "TEST", "Survey", "Target", "engine_names", "read"]

MARKERS = ("<<<<<<< ", ">>>>>>> ", "||||||| ")


class Beside:
    """A library of the user's own beside the crate, which its code may use (see split/).

    harmless: paths in it, the crate's name first, that a test may use; methods: those of its traits; text: its code.
    """

    __slots__ = ("harmless", "methods", "text")

    def __init__(self, harmless: set[tuple[str, ...]], methods: set[str], text: str) -> None:
        self.harmless = harmless
        self.methods = methods
        self.text = text


class Survey:
    """The targets of a crate.

    home: the library or program that holds the workflow (or, where there is none, the triggers and graphs); program:
    the target whose `main` has to go: the home where it is a program, else src/main.rs beside a library that has the
    workflow, where it uses the engine; None where nothing has to go.
    engine: names under which the engine crate is visible in code ("cloacina", a renamed dependency). beside: a library
    of the user's own, None in most cases.
    """

    __slots__ = ("beside", "crate", "engine", "home", "program", "targets")

    def __init__(self, crate: Crate, targets: list[Target], home: Target, program: Target | None) -> None:
        self.crate = crate
        self.targets = targets
        self.home = home
        self.program = program
        self.engine = engine_names(crate)
        self.beside: Beside | None = None

    @property
    def lib(self) -> Target | None:
        return next((target for target in self.targets if target.kind == LIB), None)

    def of_kind(self, *kinds: str) -> list[Target]:
        return [target for target in self.targets if target.kind in kinds]

    @property
    def workflows(self) -> list[Workflow]:
        """The home's workflows (exactly one, or none where there are only triggers or graphs)."""
        return self.home.facts.workflows

    @property
    def workflow(self) -> Workflow | None:
        return self.workflows[0] if self.workflows else None

    @property
    def triggers(self) -> list[Declared]:
        return self.home.facts.triggers


def read(crate: Crate, *, several: bool = False) -> Survey:
    """Raises RefusedError for a crate with nothing to migrate, or that cannot be; with several workflows only where
    that is not expected."""
    manifest = crate.manifest
    if not manifest.doc.has("package"):
        _refuse_workspace(crate)
    found = targets.find(crate)
    code = [target for target in found if target.kind in (LIB, BIN)]
    if not code:
        raise RefusedError([f"{crate.display}: no src/lib.rs and no src/main.rs; name the directory of a Rust crate"])
    _check_readable(code)
    _check_hidden(code)
    if not several:
        _check_count(code)
    home = _home(crate, code, found)
    return Survey(crate, found, home, _program(crate, code, home))


def _refuse_workspace(crate: Crate) -> None:
    members: list[str] = []
    listed = crate.manifest.doc.get("workspace", "members")
    for member in listed if isinstance(listed, list) else []:
        folder, _, last = str(member).rpartition("/")
        if last != "*":
            members.append(str(member))
            continue
        for name in crate.tree.names(folder):
            if crate.tree.is_file(f"{folder}/{name}/Cargo.toml".lstrip("/")):
                members.append(f"{folder}/{name}".lstrip("/"))
    names = ", ".join(f"`{member}`" for member in members)
    what = f"name one of its members: {names}" if names else "name the directory of a crate"
    raise RefusedError([f"{crate.display}/Cargo.toml:1:1: a workspace without a package of its own; {what}"])


def _files(code: list[Target]) -> list[ModFile]:
    """Every file of the targets, once."""
    seen: dict[str, ModFile] = {}
    for target in code:
        for file in target.tree.files:
            seen.setdefault(file.path, file)
    return list(seen.values())


def _check_readable(code: list[Target]) -> None:
    reasons = []
    for file in _files(code):
        source = file.rust.file
        for line, start in enumerate(source.starts, 1):
            if source.text.startswith(MARKERS, start):
                reasons.append(f"{source.display}:{line}:1: a merge conflict marker; finish the merge first")
                break
        else:
            if file.rust.errors:
                fault = unclosed(source)
                where = place(fault.span if fault is not None else file.rust.errors[0])
                reasons.append(f"{where}: not valid Rust, as far as can be read; make the crate build first")
    for target in code:
        for item, tried in target.tree.unresolved:
            if tried and not item.cfgs():
                reasons.append(
                    f"{place(item.span)}: no file for `mod {item.name};` ({' or '.join(tried)}); add it first"
                )
    if reasons:
        raise RefusedError(list(dict.fromkeys(reasons)))


def _check_hidden(code: list[Target]) -> None:
    """Workflows that a macro writes cannot be seen here, and #[workflow] cannot see such tasks either."""
    reasons = []
    for file in _files(code):
        for opaque in file.rust.opaque:
            if opaque.kind == "macro_rules" and any(word in opaque.span.text for word in HIDING):
                reasons.append(
                    f"{place(opaque.span)}: this macro writes Cloacina's attributes, and what it makes cannot be seen "
                    "here; write the workflow and its tasks out"
                )
    if reasons:
        raise RefusedError(reasons)


def _check_count(code: list[Target]) -> None:
    workflows: dict[tuple[str, int], Workflow] = {}
    for target in code:
        for workflow in target.facts.workflows:
            workflows.setdefault((workflow.mod_file.path, workflow.item.span.start), workflow)
    if len(workflows) > 1:
        raise RefusedError(
            [
                f"{place(workflow.attr.span)}: workflow `{workflow.text('name') or workflow.item.name}`: "
                f"a package holds one workflow, and this crate has {len(workflows)}"
                for workflow in workflows.values()
            ],
            "make one crate of each workflow, with the shared code in a library crate of its own, or use `--split`",
        )


def _home(crate: Crate, code: list[Target], found: list[Target]) -> Target:
    """The target that holds what is to be packaged: the library before src/main.rs before other programs."""
    for what in ("workflows", "graphs", "triggers"):
        for target in code:
            if getattr(target.facts, what):
                return target
    raise RefusedError([_nothing(crate, code, found)])


def _nothing(crate: Crate, code: list[Target], found: list[Target]) -> str:
    """Why there is nothing to package."""
    for file in _files(code):
        for item in file.rust.walk():
            for attr in item.attrs:
                if item.kind == "mod" and attr.path[-1:] == ("workflow",) and item.cfgs():
                    when = " and ".join(f"`cfg({condition})`" for condition in item.cfgs())
                    instead = "take the condition off the workflow, or make its feature a default one"
                    return f"{place(attr.span)}: this workflow is compiled under {when} alone; {instead}"
    for target in code:
        for task in target.facts.tasks:
            instead = "put the tasks into a module with #[workflow(name = ..)]"
            return f"{place(task.attr.span)}: tasks, but no #[workflow] module that holds them; {instead}"
    for target in found:
        for workflow in target.facts.workflows:
            where = place(workflow.attr.span)
            return f"{where}: the only workflow is in {target.kind} `{target.name}`; move it into src/ first"
    for file in _files(code):
        for word in ("WorkflowBuilder", "Workflow"):
            for span in file.rust.mentions(word):
                if _called_upon(file, span):
                    instead = "write it as a #[workflow] module with #[task] functions"
                    return f"{place(span)}: a workflow put together in code, which a package cannot have; {instead}"
    for file in _files(code):
        for opaque in file.rust.opaque:
            if opaque.kind == "include":
                return f"{place(opaque.span)}: no workflow is seen here; if this file holds it, write it in place"
    return f"{crate.display}: no #[workflow], #[trigger] or graph here; there is nothing to package"


def _called_upon(file: ModFile, span: Span) -> bool:
    """Whether a word is called upon (`Workflow::new`), not only imported."""
    return file.rust.file.text.startswith("::", span.end)


def _program(crate: Crate, code: list[Target], home: Target) -> Target | None:
    if home.kind == BIN:
        return home
    return next((target for target in code if own_program(crate, target) and target.engine), None)


def own_program(crate: Crate, target: Target) -> bool:
    """Whether a target is the program that is called like the package."""
    return target.kind == BIN and (target.path == "src/main.rs" or target.name == crate.manifest.name)
