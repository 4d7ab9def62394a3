"""Room: comments that say "not here": `cloacina-lint: ignore[CL203] reason`, on the line or the line above."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .crate import Crate
    from .finding import Finding
    from .source.text import SourceFile, Span

MARK = "cloacina-lint:"


class Suppression:
    """One comment. codes: as written; reason: "" where there is none; problem: what is wrong with its form, or ""."""

    __slots__ = ("codes", "lines", "problem", "reason", "span", "used")

    def __init__(self, span: Span, codes: list[str], reason: str, problem: str) -> None:
        self.span = span
        self.codes = codes
        self.reason = reason
        self.problem = problem
        self.used: set[str] = set()
        line = span.line
        text = span.file.line_span(line).text
        alone = not text[: span.start - span.file.starts[line - 1]].strip(" \t#/*!")
        self.lines = (line, line + 1) if alone else (line,)

    def covers(self, finding: Finding) -> bool:
        return (
            not self.problem
            and finding.code in self.codes
            and finding.file.path == self.span.file.path
            and finding.span.line in self.lines
        )


def _parse(span: Span) -> Suppression | None:
    """The suppression in a comment, None where the comment is something else."""
    text = span.text
    at = text.find(MARK)
    if text[:at].strip(" \t#/*!"):
        return None
    body = text[at + len(MARK) :].strip().removesuffix("*/").strip()
    place = span.file.span(span.start + at, span.end)
    if not body.startswith("ignore"):
        return Suppression(place, [], "", "only `ignore[CODE] reason` is understood after `cloacina-lint:`")
    rest = body[len("ignore") :].lstrip()
    if not rest.startswith("[") or "]" not in rest:
        return Suppression(place, [], "", "name the rules in brackets: `ignore[CL203] reason`")
    listed, _, reason = rest[1:].partition("]")
    codes = [code.strip().upper() for code in listed.split(",") if code.strip()]
    reason = reason.strip(" \t:-")
    if not codes:
        return Suppression(place, [], reason, "name the rules in brackets: `ignore[CL203] reason`")
    if not reason:
        return Suppression(place, codes, "", "a reason is required: it has no effect without one")
    return Suppression(place, codes, reason, "")


def _files(crate: Crate) -> Iterator[tuple[SourceFile, list[Span]]]:
    """Every file a comment may stand in, with its comments; a file without the mark costs one text search."""
    documents = [crate.manifest.doc, crate.workspace, crate.package_toml]
    seen = set()
    for document in documents:
        if document is not None and document.file.path not in seen and MARK in document.file.text:
            seen.add(document.file.path)
            yield document.file, document.comments()
    rust = [mod_file.rust for mod_file in crate.modules.files] if crate.modules else []
    for parsed in (*rust, crate.build_script, *(crate.rust(path) for path in crate.test_files)):
        if parsed is not None and parsed.file.path not in seen and MARK in parsed.file.text:
            seen.add(parsed.file.path)
            yield parsed.file, parsed.comments()


def collect(crate: Crate) -> list[Suppression]:
    """Every suppression comment of a crate, in order of file and place."""
    found = []
    for _, comments in _files(crate):
        for comment in comments:
            if MARK in comment.text:
                suppression = _parse(comment)
                if suppression is not None:
                    found.append(suppression)
    return found


def apply(findings: list[Finding], suppressions: list[Suppression]) -> list[Finding]:
    """The findings that stay; what covered one is marked used."""
    kept = []
    for finding in findings:
        covering = [suppression for suppression in suppressions if suppression.covers(finding)]
        for suppression in covering:
            suppression.used.add(finding.code)
        if not covering:
            kept.append(finding)
    return kept
