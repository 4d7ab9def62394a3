"""Room migrate/programs/: tests that run the workflow on an engine of their own, which no longer finds it."""

from __future__ import annotations

from ...finding import Edit
from ..outcome import place
from .runs import Programs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust_item import Item
    from ...source.rust_mods import ModFile
    from ..draft import Draft
    from ..library.leaving import Leaving
    from ..outcome import Report
    from ..survey.crate import Survey
    from ..survey.targets import Target

CARRIED, IN_PART = "is carried over to", "is in part in"
IGNORED = "ran the workflow in library mode; {path} runs it through the built library"
IGNORED_ALONE = "ran the workflow in library mode, where the engine no longer finds it"
BY_HAND = ("PackageLoader", "TaskRegistrar", "register_workflow", "register_package_tasks", "runtime_arc")


class Embedded:
    """One test function. carried: what a test of the new file does of it: CARRIED, IN_PART or ""."""

    __slots__ = ("carried", "item", "programs", "target")

    def __init__(self, target: Target, item: Item, programs: Programs) -> None:
        self.target = target
        self.item = item
        self.programs = programs
        self.carried = ""


def is_test(item: Item) -> bool:
    return any(attr.name in ("test", "rstest", "test_case") and attr.path[:1] != ("cfg",) for attr in item.attrs)


def find(survey: Survey) -> list[Embedded]:
    """The tests, of the crate's own files and in tests/, that execute a workflow by the engine, and are not ignored."""
    found: list[Embedded] = []
    seen: set[str] = set()
    for target in [survey.home, *survey.targets]:
        if target.kind not in ("lib", "bin", "test"):
            continue
        for file in target.tree.files:
            if file.path in seen:
                continue
            seen.add(file.path)
            if any(file.rust.mentions(word) for word in BY_HAND):
                continue
            items = [item for item in file.rust.walk() if item.kind == "fn"]
            programs = Programs(items + _elsewhere(survey, target, file))
            for item in items:
                if is_test(item) and item.attr("ignore") is None and programs.running.get(item.name) is item:
                    found.append(Embedded(target, item, programs))
    return found


def _elsewhere(survey: Survey, target: Target, here: ModFile) -> list[Item]:
    """Free functions of the crate's other files, which a test may call."""
    files = [*target.tree.files, *(survey.home.tree.files if target.kind == "test" else ())]
    return [
        item
        for file in files
        if file is not here
        for item in file.rust.walk()
        if item.kind == "fn"
        and (item.parent is None or item.parent.kind == "mod")
        and not is_test(item)
        and item.name != "main"
    ]


def write(
    draft: Draft, survey: Survey, leaving: Leaving, tests: list[Embedded], report: Report, path: str | None
) -> None:
    """Mark the tests as ignored, in the files as they are now."""
    by_file: dict[str, list[Embedded]] = {}
    for test in tests:
        original = _path_of(test)
        by_file.setdefault(_now(draft, leaving, original), []).append(test)
    for now, group in by_file.items():
        parsed = draft.rust(now)
        if parsed is None:
            continue
        edits: list[Edit] = []
        for test in group:
            item = next(
                (
                    one
                    for one in parsed.walk()
                    if one.kind == "fn" and one.name == test.item.name and one.mod_path[-1:] == test.item.mod_path[-1:]
                ),
                None,
            )
            if item is None or any(attr.name == "ignore" for attr in item.attrs):
                continue
            told = path is not None and bool(test.carried)
            reason = IGNORED.format(path=path) if told else IGNORED_ALONE
            at = item.span.start
            line_start = parsed.file.text.rfind("\n", 0, at) + 1
            pad = parsed.file.text[line_start:at]
            pad = pad if not pad.strip() else ""
            edits.append(Edit(parsed.file.span(at, at), f'#[ignore = "{reason}"]\n{pad}'))
            where = f"; what it did {test.carried} {path}" if told else ""
            report.person.append(f"{place(item.span)}: `{item.name}` is ignored now{where}")
        draft.edit(edits)
    del survey


def _path_of(test: Embedded) -> str:
    return next(file.path for file in test.target.tree.files if file.rust is test.item.rust)


def _now(draft: Draft, leaving: Leaving, path: str) -> str:
    if draft.read(path) is not None:
        return path
    if path in leaving.renamed:
        return leaving.renamed[path]
    return "src/lib.rs" if path in leaving.removed else path
