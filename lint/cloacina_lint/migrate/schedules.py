"""Room migrate/: schedules that a program registered with its runner become cron triggers of the package."""

from __future__ import annotations

import re

from ..finding import Edit
from ..source import toml_edit
from .outcome import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..contracts import Contract
    from ..source.text import Span
    from .draft import Draft
    from .library.leaving import Leaving
    from .outcome import Report
    from .survey.crate import Survey

METHOD = "register_cron_workflow"
TEXT = r'"((?:[^"\\]|\\.)*)"'
ARGUMENTS = re.compile(rf"\(\s*{TEXT}\s*,\s*{TEXT}\s*,\s*{TEXT}\s*,?\s*\)")
TRIGGER = """
/// Starts the workflow on a schedule, always in UTC. The body is never run.
#[cloacina_workflow::trigger(on = {workflow}, cron = {cron}, name = {workflow})]
pub fn {function}() {{}}
"""


def write(draft: Draft, survey: Survey, leaving: Leaving, contract: Contract, report: Report) -> None:
    """A schedule given in literals becomes a trigger at the end of the library's root file; any other is told."""
    workflow = survey.workflow
    program = leaving.program
    name = workflow.text("name") if workflow is not None else None
    if program is None or name is None:
        return
    made = any(trigger.argument("cron") is not None for trigger in survey.triggers)
    for mod_file in program.tree.files:
        for span in mod_file.rust.mentions(METHOD):
            found = ARGUMENTS.match(span.file.text, span.end)
            if found is None or found[1] != name or made or not _takes(found[2], contract):
                if span.file.text[: span.start].rstrip().endswith("."):
                    report.person.append(_told(span, found))
                continue
            made = True
            _append(draft, leaving, name, found[2])
            report.done.append(f"{leaving.library}: a cron trigger for the schedule {found[2]!r} of {place(span)}")
            if found[3] not in ("UTC", "Etc/UTC"):
                report.person.append(f"{place(span)}: the server runs the schedule in UTC, not in {found[3]}")


def _takes(cron: str, contract: Contract) -> bool:
    """Whether `#[trigger]` of this version takes the expression."""
    rules = contract.data["cron"]
    low, high = rules["macro-fields"]
    parts = cron.split()
    return (
        low <= len(parts) <= high
        and len(parts) in rules["fields"]
        and all(character in rules["macro-characters"] for part in parts for character in part)
    )


def _append(draft: Draft, leaving: Leaving, workflow: str, cron: str) -> None:
    """At the end of the file, before its unit tests."""
    assert leaving.library is not None
    rust = draft.rust(leaving.library)
    assert rust is not None
    file = rust.file
    function = "".join(character if character.isalnum() else "_" for character in workflow.lower())
    quoted = toml_edit.string(workflow)  # letters, digits, `_`, `-` and spaces are the same in Rust
    text = TRIGGER.format(workflow=quoted, cron=f'"{cron}"', function=f"{function}_schedule")
    tests = [item for item in rust.items if item.kind == "mod" and any("test" in cfg for cfg in item.cfgs())]
    if tests:
        at = min([tests[0].span.start, *(attr.span.start for attr in tests[0].attrs)])
        edit = Edit(file.span(at, at), f"{text.lstrip()}\n")
    else:
        end = len(file.text.rstrip())
        edit = Edit(file.span(end, len(file.text)), f"\n{text}")
    draft.edit([edit])


def _told(span: Span, found: re.Match[str] | None) -> str:
    what = f"the schedule {found[2]!r} of `{found[1]}`" if found is not None else "the schedule registered here"
    return (
        f"{place(span)}: {what} does not come along; write a function with "
        "`#[cloacina_workflow::trigger(on = .., cron = .., name = ..)]` in the library"
    )
