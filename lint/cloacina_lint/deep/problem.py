"""Room deep/: Problem, one thing that cargo reports, and how many of one cause become one finding."""

from __future__ import annotations

from ..finding import ERROR, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..source.text import Span
    from .meaning import Meaning

NAMES = {"CL006": "builds-library", "CL007": "tests-pass", "CL201": "package-macro"}
GROUPS = {"CL006": "guide", "CL007": "guide", "CL201": "load"}
MAX_RELATED = 4


def finding(
    code: str, message: str, span: Span, advice: str = "", related: list[tuple[Span, str]] | None = None
) -> Finding:
    """A finding of one of the three rules that need cargo."""
    return Finding(code, NAMES[code], GROUPS[code], ERROR, message, span, help=advice, related=related)


class Problem:
    """One error of cargo, rustc or a test.

    message: one line. place: where. notes: what the reporting program itself advises. related: further places.
    in_macro: it lies in code that a macro wrote. meaning: what it means in a Cloacina crate, None where the table does
    not know it. advice: that, filled in.
    """

    __slots__ = ("advice", "in_macro", "meaning", "message", "notes", "place", "related")

    def __init__(
        self,
        message: str,
        place: Span,
        *,
        notes: list[str] | None = None,
        related: list[tuple[Span, str]] | None = None,
        meaning: Meaning | None = None,
        advice: str = "",
        in_macro: bool = False,
    ) -> None:
        self.message = message
        self.place = place
        self.notes = notes or []
        self.related = related or []
        self.meaning = meaning
        self.advice = advice
        self.in_macro = in_macro

    @property
    def cause(self) -> tuple[object, ...]:
        """Problems of one cause are told once: the same meaning with the same names, else the same words there."""
        if self.meaning is not None:
            return (self.meaning.id, self.advice)
        return (self.message, self.place)


def merged(problems: list[Problem], code: str) -> list[Finding]:
    """One finding for each cause, in the order met; the first place is its place, a few others are related."""
    causes: dict[tuple[object, ...], list[Problem]] = {}
    for problem in _without_consequences(problems):
        causes.setdefault(problem.cause, []).append(problem)
    findings = []
    for group in causes.values():
        first = group[0]
        related = list(first.related)
        seen = {_line(first.place), *(_line(place) for place, _ in related)}
        others = []
        for problem in group[1:]:
            if _line(problem.place) not in seen:
                seen.add(_line(problem.place))
                others.append(problem.place)
        related += [(place, "the same here") for place in others[:MAX_RELATED]]
        lines = [first.advice] if first.advice else [note for note in first.notes if note]
        if len(others) > MAX_RELATED:
            lines.append(f"The same at {len(others) - MAX_RELATED} more places.")
        findings.append(finding(code, first.message, first.place, "\n".join(lines), related))
    return findings


def _without_consequences(problems: list[Problem]) -> list[Problem]:
    """Leave out what follows from a problem that the table explains: further errors in the same macro's code."""
    ids = {problem.meaning.id for problem in problems if problem.meaning is not None}
    explained = {_line(problem.place) for problem in problems if problem.meaning is not None and problem.in_macro}
    kept = []
    for problem in problems:
        if problem.meaning is None:
            if problem.in_macro and _line(problem.place) in explained:
                continue
        elif ids.intersection(problem.meaning.follows):
            continue
        kept.append(problem)
    return kept


def _line(place: Span) -> tuple[str, int]:
    return place.file.path, place.line
