"""Room migrate/: what a migration tells its user: what was done, what was kept, what needs a person, or why not."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..source.text import Span


def place(span: Span) -> str:
    """`src/main.rs:12:5`."""
    line, column = span.file.position(span.start)
    return f"{span.file.display}:{line}:{column}"


class RefusedError(Exception):
    """This crate cannot be migrated, and nothing was changed. reasons: one line each, beginning with the place where
    there is one (`path:line:column: what; what to do`). plan: what a person, or another option, could do."""

    def __init__(self, reasons: list[str], plan: str = "") -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons
        self.plan = plan


class Kept:
    """Lines of the user's that are no longer in the crate's code. why: one line; text: as it stood, attributes and
    comments included; span: where."""

    __slots__ = ("span", "text", "why")

    def __init__(self, span: Span, why: str, text: str | None = None) -> None:
        self.span = span
        self.why = why
        self.text = span.text if text is None else text


class Report:
    """The account of one migration. done: what was changed, one line each, in order; kept: code that left the crate;
    person: what someone has to look at, one line each, with its place in the migrated crate where it has one."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.kept: list[Kept] = []
        self.person: list[str] = []
