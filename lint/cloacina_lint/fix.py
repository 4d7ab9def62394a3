"""Room: fixes applied to texts. Pure: nothing is written here.

Fixes go together where none of their edits overlap or touch. Two kinds of edits may meet: the same edit asked for
twice is made once, and whole lines put in at one place follow each other in the order of the fixes. Of those, lines
that open the same new table (`\\n[table]\\nkey = value\\n`) share its header. What cannot go together waits for the
next round, so that rounds converge.
"""

from __future__ import annotations

import os

from .finding import Finding, Fix
from .source.rust_brackets import unclosed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .crate import Crate
    from .source.text import SourceFile

    Piece = tuple[int, int, str]


def _pieces(fix: Fix) -> list[tuple[str, Piece]]:
    return [(edit.span.file.path, (edit.span.start, edit.span.end, edit.text)) for edit in fix.edits]


def _is_line(piece: Piece) -> bool:
    return piece[0] == piece[1] and piece[2].endswith("\n")


def _conflict(one: Piece, other: Piece) -> bool:
    if one == other or (one[0] == other[0] and _is_line(one) and _is_line(other)):
        return False
    return one[0] <= other[1] and other[0] <= one[1]


def paths(fix: Fix) -> set[str]:
    """The files, by their absolute paths, that a fix changes or makes."""
    return {edit.span.file.path for edit in fix.edits} | set(fix.new_files)


def can_be_made(crate: Crate, fix: Fix) -> bool:
    """Whether a fix stays on disk within the crate's directory, or its workspace's: it changes no other files, and no
    archive. Nor does it change Rust whose brackets do not close: what stands where is not known there."""
    if not crate.tree.on_disk:
        return False
    home = os.path.join(crate.tree.root, "")
    above = crate.workspace_root
    if above is not None and home.startswith(os.path.join(above, "")):
        home = os.path.join(above, "")
    if not all(path.startswith(home) for path in paths(fix)):
        return False
    sources = {edit.span.file.path: edit.span.file for edit in fix.edits if edit.span.file.path.endswith(".rs")}
    return all(unclosed(file) is None for file in sources.values())


def chosen(findings: list[Finding], *, unsafe: bool) -> list[Fix]:
    """The fixes of the findings that `together` names."""
    return [finding.fix for finding in together(findings, unsafe=unsafe) if finding.fix is not None]


def together(findings: list[Finding], *, unsafe: bool) -> list[Finding]:
    """The findings whose fixes can go together: in order of place, one that overlaps an earlier one is left for the
    next round; `unsafe` lets those in that change meaning."""
    taken: dict[str, list[Piece]] = {}
    new_files: set[str] = set()
    result: list[Finding] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or not (fix.safe or unsafe):
            continue
        pieces = _pieces(fix)
        if new_files & set(fix.new_files) or any(
            _conflict(piece, other) for path, piece in pieces for other in taken.get(path, ())
        ):
            continue
        for path, piece in pieces:
            taken.setdefault(path, []).append(piece)
        new_files.update(fix.new_files)
        result.append(finding)
    return result


def apply(fixes: list[Fix]) -> dict[str, str]:
    """Path -> new text (byte order mark included) of every file the fixes change; new files under their own path."""
    by_file: dict[str, tuple[SourceFile, list[Piece]]] = {}
    texts: dict[str, str] = {}
    for fix in fixes:
        texts.update(fix.new_files)
        for edit in fix.edits:
            pieces = by_file.setdefault(edit.span.file.path, (edit.span.file, []))[1]
            piece = (edit.span.start, edit.span.end, edit.text)
            if piece not in pieces:
                pieces.append(piece)
    for path, (file, pieces) in by_file.items():
        newline = "\r\n" if "\r\n" in file.text else "\n"
        out = []
        at = 0
        for start, end, new in sorted(_joined(file, pieces), key=lambda piece: piece[:2]):
            out += [file.text[at:start], new.replace("\r\n", "\n").replace("\n", newline)]
            at = end
        texts[path] = ("\ufeff" if file.bom else "") + "".join(out) + file.text[at:]
    return texts


def _joined(file: SourceFile, pieces: list[Piece]) -> list[Piece]:
    """The edits, with all lines that go in at one place as one edit, and a line end before them where it is missing."""
    lines: dict[int, list[str]] = {}
    result = []
    for piece in pieces:
        if _is_line(piece):
            lines.setdefault(piece[0], []).append(piece[2])
        else:
            result.append(piece)
    for offset, texts in lines.items():
        tables: dict[str, list[str]] = {"": []}
        for text in texts:
            header = text[: text.index("\n", 1) + 1] if text.startswith("\n[") else ""
            tables.setdefault(header, []).append(text[len(header) :])
        before = "\n" if offset == len(file.text) and offset and not file.text.endswith("\n") else ""
        joined = "".join(header + "".join(bodies) for header, bodies in tables.items())
        result.append((offset, offset, before + joined))
    return result
