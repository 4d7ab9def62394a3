"""Room migrate/programs/: tests that start a program of the crate which has left."""

from __future__ import annotations

import re

from ...finding import Edit
from ..manifest import code
from .embedded import is_test

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...source.rust import RustFile
    from ...source.rust_item import Item
    from ...source.text import Span
    from ..draft import Draft
    from ..library.leaving import Leaving
    from ..outcome import Report
    from ..survey.crate import Survey

IGNORED = "it starts the program `{name}`, which has left the crate"
NAMING = ("fn", "const", "static", "macro_rules")
ARGUMENT = r'(?:"(?P<{0}>[^"\\]+)"|(?P<{0}own>env!\s*\(\s*"CARGO_PKG_NAME"\s*\)))\s*,?\s*'
STARTS = re.compile(
    r'\benv!\s*\(\s*"CARGO_BIN_EXE_(?P<exe>[^"\\]+)"\s*(?:,\s*"[^"]*"\s*)?,?\s*\)'
    rf"|(?P<macro>(?:\w+\s*::\s*)*cargo_bin(?P<command>_cmd)?!)\s*\(\s*(?:{ARGUMENT.format('called')})?\)"
    rf"|\bcargo_bin\s*\(\s*{ARGUMENT.format('found')}\)"
    r'|"CARGO_BIN_EXE_(?P<asked>[^"\\]+)"'
    r'|"(?:[^"\\]*/)?target/(?:debug|release)/(?P<built>[\w-]+)(?:\.exe)?"'
    r"|(?P<tried>\btrycmd\s*::\s*TestCases\b)"
)
CARGO = re.compile(r'"cargo"|\benv!\s*\(\s*"CARGO"\s*\)|"CARGO"')
RUN = re.compile(r'"(?:run|r)"(?:(?!;).)*?"--bin"\s*[,)](?:(?!;)[^"])*"([^"]+)"|"(?:run|r)"', re.S)


class Start:
    """A place where a test starts a program, by the program's name. edit: what makes it compile, if it does not."""

    __slots__ = ("edit", "name", "span")

    def __init__(self, span: Span, name: str, edit: Edit | None) -> None:
        self.span = span
        self.name = name
        self.edit = edit


class Programs:
    """The crate's programs, by name: those that stay, and those that left."""

    def __init__(self, draft: Draft, survey: Survey, leaving: Leaving) -> None:
        self.package = survey.crate.manifest.name or ""
        bins = survey.of_kind("bin")
        self.there = {one.name for one in bins if draft.read(one.path) is not None and one.path not in leaving.removed}
        self.gone = {one.name for one in bins} - self.there

    def starts(self, rust: RustFile) -> Iterator[Start]:
        """Where a file starts one that is not there."""
        file, text = rust.file, rust.file.text
        comments = [(span.start, span.end) for span in rust.comments()]
        for match in STARTS.finditer(text):
            if any(start <= match.start() < end for start, end in comments):
                continue
            found = match.groupdict()
            name = found["exe"] or found["called"] or found["found"] or found["asked"] or found["built"] or self.package
            if name in self.there or (found["built"] and name not in self.gone):
                continue
            if found["tried"] and self.there:
                continue
            span = file.span(match.start(), match.end())
            yield Start(span, name, _compiling(match, span, name))
        for item in rust.walk():
            if item.kind == "fn" and CARGO.search(item.span.text):
                for match in RUN.finditer(item.span.text):
                    name = match[1] or (self.package if not self.there else "")
                    if name and name not in self.there:
                        start = item.span.start + match.start()
                        yield Start(file.span(start, start), name, None)


def _compiling(match: re.Match[str], span: Span, name: str) -> Edit | None:
    """cargo says where a program is at compile time, and only for one that there is."""
    if match["exe"]:
        return Edit(span, f'"{name}"')
    if match["command"]:
        return Edit(span, f'assert_cmd::Command::new("{name}")')
    return Edit(span, f'std::path::Path::new("{name}")') if match["macro"] else None


def write(draft: Draft, survey: Survey, leaving: Leaving, report: Report) -> None:
    programs = Programs(draft, survey, leaving)
    groups = [[file.path for file in target.tree.files] for target in survey.of_kind("test", "bench")]
    known = {path for group in groups for path in group}
    now = list(code.files(draft))
    groups += [[path] for path in now if path.startswith("tests/") and path not in known]
    groups.append([path for path in now if path.startswith("src/")])
    held: set[tuple[str, int]] = set()
    edits: dict[tuple[str, int], Edit] = {}
    told: dict[tuple[str, int], tuple[Span, str]] = {}
    for group in groups:
        files = [rust for path in group if (rust := draft.rust(path)) is not None]
        starts = [start for rust in files for start in programs.starts(rust)]
        if not starts:
            continue
        for start in starts:
            if start.edit is not None:
                edits[start.span.file.path, start.span.start] = start.edit
        reached = _reached(files, starts)
        tests = [(item, name) for item, name in reached if is_test(item)]
        for item, name in tests:
            if item.attr("ignore") is None:
                edits[item.span.file.path, item.span.start] = _ignore(item, IGNORED.format(name=name))
                line = f"`{item.name}` is ignored now: {IGNORED.format(name=name)}"
                told[item.span.file.path, item.span.start] = (item.span, line)
        for start in starts:
            at = (start.span.file.path, start.span.start)
            around = any(item.rust.file is start.span.file and _holds(item, at[1]) for item, _ in reached)
            if group is groups[-1] or (around and tests):
                held.add(at)  # the library's own code may start what it likes
            else:
                told.setdefault(at, (start.span, IGNORED.format(name=start.name)))
    told = {at: what for at, what in told.items() if at not in held}
    report.person += [f"{_then(told[at][0], edits)}: {told[at][1]}" for at in sorted(told)]
    draft.edit(list(edits.values()))


def _then(span: Span, edits: dict[tuple[str, int], Edit]) -> str:
    """Where a place will be when the edits are made."""
    file = span.file
    line, column = file.position(span.start)
    line += sum(edit.text.count("\n") for (path, at), edit in edits.items() if path == file.path and at <= span.start)
    return f"{file.display}:{line}:{column}"


def _ignore(item: Item, reason: str) -> Edit:
    text, at = item.span.file.text, item.span.start
    indent = text[text.rfind("\n", 0, at) + 1 : at]
    line = f"\n{indent}" if not indent.strip() else " "
    return Edit(item.span.file.span(at, at), f'#[ignore = "{reason}"]{line}')


def _reached(files: list[RustFile], starts: list[Start]) -> list[tuple[Item, str]]:
    """The functions, constants and macros that start a program, themselves or through others of these files."""
    items = [item for rust in files for item in rust.walk() if item.kind in NAMING]
    found: dict[int, tuple[Item, str]] = {}
    for start in starts:
        around = [one for one in items if one.span.file is start.span.file and _holds(one, start.span.start)]
        if around:
            inner = min(around, key=lambda one: one.span.end - one.span.start)
            found.setdefault(id(inner), (inner, start.name))
    todo = list(found.values())
    while todo:
        at, name = todo.pop()
        if is_test(at) or at.name == "main":
            continue
        use = _use(at)
        for other in items:
            if id(other) not in found and other is not at and use.search(other.span.text):
                found[id(other)] = (other, name)
                todo.append(found[id(other)])
    return list(found.values())


def _holds(item: Item, offset: int) -> bool:
    return item.span.start <= offset < item.span.end


def _use(item: Item) -> re.Pattern[str]:
    """How code names an item: a method's name alone says little."""
    name = re.escape(item.name)
    if item.parent is not None and item.parent.kind in ("impl", "trait"):
        return re.compile(rf"\.\s*{name}\s*(?:\(|::)|\b(?:{re.escape(item.parent.name)}|Self)\s*::\s*{name}\b")
    return re.compile(rf"\b{name}\b")
