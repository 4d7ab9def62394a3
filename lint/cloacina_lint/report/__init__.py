"""Room report/: one file a format, each with `render(run, style) -> str`. A report knows nothing of rules."""

from __future__ import annotations

import os
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..engine import Run

FORMATS = sorted(
    name[:-3] for name in os.listdir(os.path.dirname(__file__)) if name.endswith(".py") and not name.startswith("_")
)


class Style:
    """How to print: colour or not."""

    __slots__ = ("color",)

    def __init__(self, color: bool = False) -> None:
        self.color = color

    def paint(self, text: str, *codes: int) -> str:
        """Text in ANSI colours where colour is on."""
        if not self.color or not codes:
            return text
        return f"\x1b[{';'.join(map(str, codes))}m{text}\x1b[0m"


def render(run: Run, format: str, style: Style) -> str:  # noqa: A002 - the option's name
    """The whole report in one format, ending in a newline."""
    text: str = import_module(f"{__name__}.{format}").render(run, style)
    return text


def plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
