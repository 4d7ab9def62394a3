"""Room: unified diffs of texts, as `patch -p0` and `git apply -p0` take them."""

from __future__ import annotations

from difflib import unified_diff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .report import Style

NO_NEWLINE = "\\ No newline at end of file\n"
COLORS = {"-": 31, "+": 32, "@": 36}


def unified(path: str, before: str | None, after: str | None, style: Style) -> str:
    """The diff of one file, empty where both texts are the same; None: there is no file.

    Lines end with LF; a CR before it is part of the line and stays in the diff. With colour, which is for eyes, control
    characters of the file are not sent to the terminal.
    """
    if before == after:
        return ""
    lines = unified_diff(
        _lines(before),
        _lines(after),
        _name(path if before is not None else None),
        _name(path if after is not None else None),
    )
    parts = []
    for number, line in enumerate(lines):
        whole = line if line.endswith("\n") else f"{line}\n{NO_NEWLINE}"
        parts.append(_painted(whole, number < 2, style) if style.color else whole)
    if not parts:  # an empty file comes or goes: there is no line to show
        parts = [
            f"--- {_name(path if before is not None else None)}\n",
            f"+++ {_name(path if after is not None else None)}\n",
        ]
    return "".join(parts)


def _name(path: str | None) -> str:
    """A path as it stands in a header: the tab ends one with a space in it."""
    if path is None:
        return "/dev/null"
    return f"{path}\t" if " " in path else path


def _lines(text: str | None) -> list[str]:
    if not text:
        return []
    lines = [f"{line}\n" for line in text.split("\n")]
    if lines[-1] == "\n":
        return lines[:-1]
    lines[-1] = lines[-1][:-1]
    return lines


def _painted(text: str, header: bool, style: Style) -> str:
    shown = []
    for line in text.splitlines() if header else text.split("\n")[:-1]:
        plain = "".join(char if char == "\t" or char.isprintable() else "\ufffd" for char in line.removesuffix("\r"))
        codes = (1,) if header else ((COLORS[line[0]],) if line[:1] in COLORS else ())
        shown.append(style.paint(plain, *codes) + "\n")
    return "".join(shown)
