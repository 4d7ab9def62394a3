"""Room deep/: Problem, one thing that cargo reports, and how many of one cause become one finding."""

from __future__ import annotations

from ..finding import ERROR, Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..source.text import Span
    from .meaning import Meaning

NAMES = {"CL006": "builds-library", "CL007": "tests-pass", "CL201": "no-registry-symbol"}
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
    meaning: what it means in a Cloacina crate, None where the table does not know it. advice: that, filled in.
    """

    __slots__ = ("advice", "meaning", "message", "notes", "place", "related")

    def __init__(
        self,
        message: str,
        place: Span,
        *,
        notes: list[str] | None = None,
        related: list[tuple[Span, str]] | None = None,
        meaning: Meaning | None = None,
        advice: str = "",
    ) -> None:
        self.message = message
        self.place = place
        self.notes = notes or []
        self.related = related or []
        self.meaning = meaning
        self.advice = advice

    @property
    def cause(self) -> tuple[object, ...]:
        """Problems of one cause are told once: the same meaning with the same names, else the same words there."""
        if self.meaning is not None:
            return (self.meaning.id, self.advice)
        return (self.message, self.place)


def merged(problems: list[Problem], code: str) -> list[Finding]:
    """One finding for each cause, in the order met; the first place is its place, a few others are related."""
    causes: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        causes.setdefault(problem.cause, []).append(problem)
    findings = []
    for group in causes.values():
        first = group[0]
        related = list(first.related)
        seen = {first.place, *(place for place, _ in related)}
        others = []
        for problem in group[1:]:
            if problem.place not in seen:
                seen.add(problem.place)
                others.append(problem.place)
        related += [(place, "the same here") for place in others[:MAX_RELATED]]
        advice = first.advice or "\n".join(first.notes)
        if len(others) > MAX_RELATED:
            advice = f"{advice}\nThe same at {len(others) - MAX_RELATED} more places.".strip()
        findings.append(finding(code, first.message, first.place, advice, related))
    return findings
