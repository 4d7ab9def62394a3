"""Room migrate/programs/: what the crate's programs, examples and tests did with the engine, in a packaged crate."""

from __future__ import annotations

import re

from ..service_test import composing, harness
from ..service_test.carried import Workflow, Writer, new_library
from ..service_test.formatting import formatted
from ..survey.crate import LIB
from . import binaries, started
from . import embedded as embedded_tests
from .embedded import CARRIED, IN_PART
from .runs import Programs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...contracts import Contract
    from ...source.rust_item import Item
    from ..draft import Draft
    from ..library.leaving import Leaving
    from ..outcome import Report
    from ..survey.crate import Survey
    from ..survey.targets import Target

OTHER_PATH = "tests/built_library.rs"
NAME = harness.SIGNATURE.removeprefix("async fn ").removesuffix("()")


def write(draft: Draft, survey: Survey, leaving: Leaving, contract: Contract, report: Report) -> None:
    """tests/service_mode.rs, the other programs and the embedded tests."""
    writer = Writer(draft, survey, leaving, report, Workflow(survey, leaving, new_library(draft, survey), contract))
    possible = contract.minor not in composing.NO_ENGINE and bool(writer.workflow.name)
    entries = _entries(survey, leaving)
    embedded = embedded_tests.find(survey)
    path = _path(draft, bool(embedded) or any(target.kind == "bin" for target, _, _ in entries))
    if possible and path is not None:
        _carry(writer, entries, embedded)
        text = writer.text()
        draft.create(path, formatted(text, survey.crate))
        report.done.append(f"{path}: loads the built library and runs the workflow through it")
    elif not possible and writer.workflow.name and (entries or embedded):
        report.person.append(
            f"no test loads the library: the engine of Cloacina {contract.version} was never published as a crate"
        )
    binaries.write(draft, survey, leaving, report)
    embedded_tests.write(draft, survey, leaving, embedded, report, path if possible else None)
    started.write(draft, survey, leaving, report)


def _entries(survey: Survey, leaving: Leaving) -> list[tuple[Target, Item, Programs]]:
    """The entry functions that run the workflow: the program's, or else those of the other programs and examples."""
    found: list[tuple[Target, Item, Programs]] = []
    program = leaving.program or survey.program
    others = [target for target in survey.of_kind("bin", "example") if target is not program]
    for group in ([program] if program is not None else [], others):
        for target in group:
            programs = functions(target)
            main = target.entry
            if main is not None and main.name in programs.running:
                found.append((target, main, programs))
            elif target is program and programs.running:
                outer = next(iter(programs.running.values()))
                found.append((target, outer, programs))
        if found:
            break
    if not found and survey.home.kind == LIB and leaving.items:
        programs = functions(survey.home)
        last = _outermost(programs)
        if last is not None:
            found.append((survey.home, last, programs))
    return found


def _outermost(programs: Programs) -> Item | None:
    """The function of a library that runs the workflow and that no other such function calls."""
    running = list(programs.running.values())
    for item in running:
        inner = re.compile(rf"\b{re.escape(item.name)}\s*\(")
        if not any(other is not item and inner.search(other.span.text) for other in running):
            return item
    return running[0] if running else None


def functions(target: Target) -> Programs:
    """A target's own functions, tests left out."""
    items = [
        item
        for file in target.tree.files
        for item in file.rust.walk()
        if item.kind == "fn" and not embedded_tests.is_test(item) and (file.decl is None or not file.decl.cfgs())
    ]
    return Programs(items)


def _path(draft: Draft, needed: bool) -> str | None:
    if draft.read(composing.PATH) is None:
        loads = any(
            (file := draft.read(f"tests/{name}")) is not None and "PackageLoader" in file.text
            for name in draft.tree.names("tests")
            if name.endswith(".rs")
        )
        return None if loads else composing.PATH
    if needed and draft.read(OTHER_PATH) is None:
        return OTHER_PATH
    return None


def _carry(
    writer: Writer, entries: list[tuple[Target, Item, Programs]], embedded: list[embedded_tests.Embedded]
) -> None:
    for number, (target, entry, programs) in enumerate(entries):
        name = NAME if number == 0 else f"it_does_what_{target.name.replace('-', '_')}_did"
        writer.carry(target, entry, programs, name, program=True)
    for test in embedded:
        name = test.item.name
        while any(body.name == name for body in writer.bodies) or name in writer.taken:
            name += "_through_the_library"
        sliced = writer.carry(test.target, test.item, test.programs, name, program=False)
        if sliced is not None:
            test.carried = IN_PART if sliced.opaque or sliced.lost else CARRIED
