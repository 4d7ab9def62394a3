"""Room: fixes applied to texts. Pure: nothing is written here."""

from __future__ import annotations

from .finding import Finding, Fix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .source.text import SourceFile


def chosen(findings: list[Finding], *, unsafe: bool) -> list[Fix]:
    """The fixes of the findings that can go together: in order of place, one that overlaps an earlier one is left for
    the next round; `unsafe` lets those in that change meaning."""
    taken: list[tuple[str, int, int]] = []
    result = []
    for finding in findings:
        fix = finding.fix
        if fix is None or not (fix.safe or unsafe):
            continue
        places = [(edit.span.file.path, edit.span.start, edit.span.end) for edit in fix.edits]
        if any(a == b and start <= end2 and start2 <= end for a, start, end in places for b, start2, end2 in taken):
            continue
        taken += places
        result.append(fix)
    return result


def apply(fixes: list[Fix]) -> dict[str, str]:
    """Path -> new text (byte order mark included) of every file the fixes change; new files under their own path."""
    by_file: dict[str, tuple[SourceFile, list[tuple[int, int, str]]]] = {}
    texts: dict[str, str] = {}
    for fix in fixes:
        texts.update(fix.new_files)
        for edit in fix.edits:
            file = edit.span.file
            newline = "\r\n" if "\r\n" in file.text else "\n"
            text = edit.text.replace("\r\n", "\n").replace("\n", newline)
            by_file.setdefault(file.path, (file, []))[1].append((edit.span.start, edit.span.end, text))
    for path, (file, edits) in by_file.items():
        text = file.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        texts[path] = ("\ufeff" if file.bom else "") + text
    return texts
