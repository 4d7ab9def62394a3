"""Room migrate/rust/: the names that code mentions, read from its text: macro arguments, format strings count too."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...source.rust import RustFile

WORD = r"(?:r#)?[^\W\d]\w*"
KEYWORDS = (
    "as|async|await|box|const|dyn|else|for|if|impl|in|let|loop|match|move|mut|pub|ref|return|unsafe|use|where|while"
)
PATH = re.compile(rf"(?<![\w'])(?:::\s*)?(?!(?:{KEYWORDS})\b){WORD}(?:\s*::\s*{WORD})*")
PART = re.compile(WORD)
HOLE = re.compile(r"(?<!\{)\{([^\W\d]\w*)")
WIDTH = re.compile(r"[:.>^<]([^\W\d]\w*)\$")
QUOTED_PATH = re.compile(rf"{WORD}(?:::{WORD})*")


class Mention:
    """One path in code, of one part or more.

    segments: its names, "" first for a leading `::`; ends: the offset behind each named part; after: what follows it
    ("!", "(", "::<" ..., one character or two); in_attr: it is the path of an attribute.
    """

    __slots__ = ("after", "ends", "in_attr", "segments", "start")

    def __init__(self, start: int, segments: tuple[str, ...], ends: list[int], after: str) -> None:
        self.start = start
        self.segments = segments
        self.ends = ends
        self.after = after
        self.in_attr = False

    @property
    def end(self) -> int:
        return self.ends[-1]

    def __repr__(self) -> str:
        return f"Mention({'::'.join(self.segments)})"


def code(rust: RustFile) -> str:
    """The text with comments and literals as blanks of the same length; what format strings and attributes name in
    quotes stays."""
    text = rust.file.text
    attrs = [(attr.span.start, attr.span.end) for attr, _ in rust.attrs()]
    out = []
    at = 0
    for start, end in rust.not_code():
        if end <= at:
            continue
        start = max(start, at)
        out += [text[at:start], _blank(text[start:end], any(s <= start and end <= e for s, e in attrs))]
        at = end
    return "".join(out) + text[at:]


def _blank(literal: str, in_attr: bool) -> str:
    kept = [" " if character not in "\r\n" else character for character in literal]
    if '"' in literal[:4] and not literal.startswith("/"):
        inner = literal.strip('rbc#"')
        if in_attr and QUOTED_PATH.fullmatch(inner):
            at = literal.index(inner)
            kept[at : at + len(inner)] = inner
        for pattern in (HOLE, WIDTH):
            for match in pattern.finditer(literal):
                kept[match.start(1) : match.end(1)] = match.group(1)
    return "".join(kept)


def mentions(rust: RustFile, blanked: str | None = None) -> list[Mention]:
    """Every path in a file's code, in order. Method and field names, lifetimes and `$names` are none."""
    text = code(rust) if blanked is None else blanked
    attrs = [attr.span for attr, _ in rust.attrs()]
    attr_paths = {attr.path_span.start for attr, _ in rust.attrs()}
    found = []
    for match in PATH.finditer(text):
        start = match.start()
        before = text[:start].rstrip()[-2:] if start < 400 else text[start - 400 : start].rstrip()[-2:]
        whole = match.group()
        if before.endswith("$") and not whole.startswith("crate"):
            continue
        touching = text[start - 1 : start]
        if whole.startswith("::") and (touching in (">", ")", "]") or touching.isalnum()):
            continue
        if before.endswith(".") and not before.endswith(".."):
            continue
        if before == "::":  # behind `<T as A>::` or `a::<T>::`
            continue
        segments: list[str] = [""] if whole.startswith("::") else []
        ends = []
        for part in PART.finditer(whole):
            segments.append(part.group().removeprefix("r#"))
            ends.append(start + part.end())
        after = text[ends[-1] : ends[-1] + 20].lstrip()[:2]
        assigned = len(segments) == 1 and after[:1] == "=" and after not in ("==", "=>")
        if assigned and any(attr.start <= start < attr.end for attr in attrs):
            continue  # the key of an argument: `graph = ..`
        mention = Mention(start, tuple(segments), ends, after)
        mention.in_attr = start in attr_paths
        found.append(mention)
    return found


def bound(name: str, text: str) -> bool:
    """Whether a piece of code may have a variable, parameter or field of this name."""
    word = re.escape(name)
    return (
        re.search(rf"\b(?:let|mut|ref|for)\s+{word}\b|\b{word}\s*:(?!:)|\|[^|;{{}}]*\b{word}\b[^|;{{}}]*\|", text)
        is not None
        or re.search(rf"\b(?:let|for)\s+(?:\w+\s*)?[(\[{{][^=;]*\b{word}\b|[(,]\s*{word}\s*[,)][^=;]*=>", text)
        is not None
    )


def calls(text: str) -> set[str]:
    """Names of methods and associated functions that (blanked) code calls: `.name(`, `::name(`, `.name::<T>(`."""
    found = set(re.findall(r"(?:\.|::)\s*([^\W\d]\w*)\s*(?:::\s*<[^;{}]*?>\s*)?\(", text))
    return found | {"write_fmt"} if re.search(r"\bwrite(?:ln)?\s*!", text) else found
