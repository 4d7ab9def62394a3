"""Room migrate/: MIGRATION.md: what was done, what needs a person, and every line of the user's that left the code."""

from __future__ import annotations

import re

from ..source.tree import display_path
from .outcome import Kept

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..contracts import Contract
    from .draft import Draft
    from .outcome import Report

PATH = "MIGRATION.md"
REWRITTEN = re.compile(
    r"\b(?:cloacina|cloacina_workflow|cloacina_macros|cloacina_workflow_plugin)::|\bpub(?:\([^)]*\))?\s+|\s+"
)
LANGUAGES = {"rs": "rust", "toml": "toml", "sh": "sh"}


def write(draft: Draft, contract: Contract, report: Report) -> None:
    """Write MIGRATION.md where something left the crate's code, or is left to do."""
    report.kept += rest(draft, report)
    if not draft.changed() or not (report.kept or report.person):
        return
    manifest = draft.toml()
    name, version = manifest.get("package", "name"), manifest.get("package", "version")
    package = f"target/{name}-{version if isinstance(version, str) else '0.1.0'}.cloacina"
    commands = ["cargo build --release --lib", "cargo test", f"cloacinactl package pack . --out {package}"]
    new = text(report, str(name), contract.version, commands, display_path(draft.tree.root))
    before = draft.read(PATH)
    if before is None:
        draft.create(PATH, new)
    elif new not in before.text.replace("\r\n", "\n"):
        draft.put(PATH, ("\ufeff" if before.bom else "") + before.text.rstrip() + "\n\n" + new)


def text(
    report: Report, crate_name: str, version: str, commands: list[str], root: str = "", *, now: str = ""
) -> str:  # fmt: skip
    """The page. root: prefix of the places in the report, left out of them here. now: what the crate is, if not a
    package."""
    what = now or f"a package for Cloacina {version}"
    lines = [
        "# From library mode to service mode",
        "",
        f"`{crate_name}` is {what} now. This page is for you to read once; delete it",
        "when you have taken from it what you need.",
        "",
        "## Done",
        "",
        *[f"- {_short(line, root)}" for line in report.done],
    ]
    if report.person:
        lines += ["", "## Needs a person", "", *[f"- [ ] {_short(line, root)}" for line in report.person]]
    lines += ["", "## Next", "", "```sh", *commands, "```"]
    if report.kept:
        lines += [
            "",
            "## Kept",
            "",
            "Code that is no longer in the crate, as it stood, with its place in the old files.",
        ]
    for kept in sorted(report.kept, key=lambda one: (one.span.file.path, one.span.start)):
        lines += ["", *_quoted(kept, root)]
    return "\n".join(lines) + "\n"


def _short(line: str, root: str) -> str:
    line = line.replace("\n", " ")
    return line if root in ("", ".") else line.replace(f"{root}/", "")


def _quoted(kept: Kept, root: str) -> list[str]:
    code = kept.text.replace("\r\n", "\n").strip("\n")
    file, span = kept.span.file, kept.span
    raw = span.text.replace("\r\n", "\n")
    first = file.position(span.start + (len(raw) - len(raw.lstrip("\n"))))[0]
    last = max(first, file.position(max(span.start, span.end - 1))[0])
    where = f"line {first}" if first == last else f"lines {first}-{last}"
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall(r"`+", code))])
    path = _short(file.display, root)
    language = LANGUAGES.get(path.rpartition(".")[2], "")
    return [f"### `{path}`, {where}", "", f"{kept.why}:", "", f"{fence}{language}", *code.split("\n"), fence]


# --- lines that nobody spoke of ---


def rest(draft: Draft, report: Report) -> list[Kept]:
    """Lines of the original Rust files that are neither in the new tree nor quoted yet; imports left aside."""
    changes = draft.changed()
    told = [content for path, content in changes.items() if content is not None and path != PATH]
    told += [kept.text for kept in report.kept]
    known = _plain("\n".join(told))
    found: list[Kept] = []
    for path in changes:
        before = draft.original.tree.read(path)
        if before is None or not path.endswith(".rs"):
            continue
        parsed = draft.original.rust(path)
        imports = [item.span for item in parsed.walk() if item.kind in ("use", "extern_crate")] if parsed else []
        start: int | None = None
        end = at = 0
        for line in [*before.text.split("\n"), ""]:
            stop = at + len(line)
            aside = any(span.start < stop and at < span.end for span in imports)
            bare = _plain(line)
            if len(bare) > 1 and not aside and bare not in known:
                start, end = (at if start is None else start), stop
            elif start is not None and bare:
                found.append(Kept(before.span(start, end), "changed, or no longer there"))
                start = None
            at = stop + 1
        if start is not None:
            found.append(Kept(before.span(start, min(end, len(before.text))), "changed, or no longer there"))
    return found


def _plain(code: str) -> str:
    """Code without spaces, visibility and the crates that names come from."""
    return REWRITTEN.sub("", code)
