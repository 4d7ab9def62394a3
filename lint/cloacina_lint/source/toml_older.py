"""Room source/: a TOML 1.1 document written as TOML 1.0, the values and all comments kept."""

from __future__ import annotations

from ..finding import Edit
from . import toml_edit
from .toml_newer import newer_syntax
from .toml_scan import DOTTED, INLINE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .text import Span
    from .toml import TomlDoc


def as_older(doc: TomlDoc) -> list[Edit]:
    """The edits of one round; a table inside a table takes another round. None are left when it is TOML 1.0."""
    edits: list[Edit] = []
    starts = {span.start: path for path in doc.paths() if doc.form(*path) == INLINE and (span := doc.value_span(*path))}
    done = -1
    for span, what in newer_syntax(doc):
        if span.start < done:
            continue
        if what.startswith("the escape"):
            code = "1B" if span.text == "\\e" else span.text[2:]
            edits.append(Edit(span, f"\\u00{code}"))
        elif what.startswith("a time"):
            edits.append(Edit(span, _seconds(span.text)))
        else:
            path = starts.get(span.start) or _around(doc, starts, span)
            whole = doc.value_span(*path)
            assert whole is not None
            line = doc.file.starts[doc.file.position(whole.start)[0] - 1]
            if any(edit.span.end > line for edit in edits):  # its comments go there: in the next round
                continue
            edits += _one_line(doc, path, whole)
            done = whole.end
    return edits


def _around(doc: TomlDoc, starts: dict[int, tuple[str | int, ...]], span: Span) -> tuple[str | int, ...]:
    """The innermost inline table around a place."""
    ends = {start: doc.value_span(*path) for start, path in starts.items()}
    holding = [start for start, whole in ends.items() if whole and start <= span.start < whole.end]
    return starts[max(holding)]


def _seconds(text: str) -> str:
    colon = text.index(":")
    return f"{text[: colon + 3]}:00{text[colon + 3 :]}"


def _one_line(doc: TomlDoc, path: tuple[str | int, ...], whole: Span) -> list[Edit]:
    """`{ a = 1, b = 2 }`; its own comments go above the line it begins on."""
    file = doc.file
    entries, todo = [], [path]
    while todo:
        holder = todo.pop()
        for key in doc.get(*holder) or ():
            if doc.form(*holder, key) == DOTTED:
                todo.append((*holder, key))
            elif (entry := doc.entry_span(*holder, key)) is not None:
                entries.append((entry.start, entry.end))
    entries.sort()
    inside = ", ".join(file.text[start:end] for start, end in entries)
    edits = [Edit(whole, f"{{ {inside} }}" if inside else "{}")]
    comments = [
        comment.text
        for comment in doc.comments()
        if whole.start < comment.start < whole.end and not any(s <= comment.start < e for s, e in entries)
    ]
    line = file.starts[file.position(whole.start)[0] - 1]
    indent = toml_edit.line_indent(file, whole.start)
    if comments:
        edits.append(Edit(file.span(line, line), "".join(f"{indent}{text}\n" for text in comments)))
    return edits
