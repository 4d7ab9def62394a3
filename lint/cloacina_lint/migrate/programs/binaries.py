"""Room migrate/programs/: programs and examples beside the library that use the engine."""

from __future__ import annotations

import posixpath

from ...finding import Edit
from ..outcome import Kept, place
from ..rust import included

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust import RustFile
    from ...source.text import Span
    from ..draft import Draft
    from ..library.leaving import Leaving
    from ..outcome import Report
    from ..survey.crate import Survey
    from ..survey.targets import Target

NOT_FOUND = (
    "it compiles, but its engine no longer finds the workflow, which is registered only when the package is loaded"
)


def write(draft: Draft, survey: Survey, leaving: Leaving, report: Report) -> None:
    """Programs that use the engine become examples, where dev-dependencies are visible; examples that do are named."""
    for target in survey.of_kind("bin"):
        if target is survey.home or target is leaving.program or target is survey.program or not target.engine:
            continue
        if draft.read(target.path) is not None and target.path not in leaving.removed:
            _example(draft, target, report)
    _named_anew(draft, survey)
    for target in survey.of_kind("example"):
        if target.engine and target.entry is not None and ".execute" in target.root.rust.file.text:
            report.person.append(f"{place(target.entry.span)}: {NOT_FOUND}")


def _example(draft: Draft, target: Target, report: Report) -> None:
    paths = [file.path for file in target.tree.files]
    folder = posixpath.dirname(target.path)
    whole = posixpath.basename(target.path) == "main.rs" and folder not in ("src", "")
    moved: dict[str, str] = {}
    if len(paths) == 1 and not whole:
        moved[target.path] = f"examples/{target.name}.rs"
    elif whole and all(path.startswith(f"{folder}/") for path in paths):
        moved = {path: f"examples/{target.name}{path[len(folder) :]}" for path in paths}
    taken = any(draft.tree.is_file(path) for path in (f"examples/{target.name}.rs", f"examples/{target.name}/main.rs"))
    file = draft.read(target.path)
    assert file is not None
    if not moved or taken:
        report.kept.append(Kept(file.span(0, len(file.text)), "a program that uses the engine"))
        draft.remove(target.path)
        report.done.append(f"{target.path} is gone: it used the engine")
        if len(paths) > 1:
            report.person.append(f"{file.display}: this program left; its modules stay on disk as they are")
        return
    for old, new in moved.items():
        text = draft.read(old)
        if text is not None:
            draft.put(new, included.moved(text.whole, old, new))
            draft.remove(old)
    new = moved[target.path]
    report.done.append(f"{target.path} is the example {new} now")
    entry = target.entry
    line = entry.rust.file.position(entry.span.start)[0] if entry is not None else 1
    report.person.append(f"{new}:{line}:1: {NOT_FOUND}")


def _named_anew(draft: Draft, survey: Survey) -> None:
    """The engine has its own name in [dev-dependencies]: paths that begin with another name, in examples and tests."""
    others = set(survey.engine) - {"cloacina"}
    if not others:
        return
    paths = {file.path for target in survey.of_kind("example", "test") for file in target.tree.files}
    for path in sorted(
        {*paths, *(f"examples/{name}" for name in draft.tree.names("examples") if name.endswith(".rs"))}
    ):
        parsed = draft.rust(path)
        if parsed is None:
            continue
        spans = [span for name in others for span in parsed.mentions(name) if _begins_path(parsed, span)]
        draft.edit([Edit(span, "cloacina") for span in spans])


def _begins_path(parsed: RustFile, span: Span) -> bool:
    text = parsed.file.text
    before = text[: span.start].rstrip()
    return text[span.end :].lstrip().startswith("::") and not before.endswith(("::", "."))
