"""Room migrate/: programs and examples beside the library that use the engine."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .draft import Draft
    from .leaving import Leaving
    from .outcome import Report
    from .survey import Survey


def write(draft: Draft, survey: Survey, leaving: Leaving, report: Report) -> None:
    """Programs that use the engine become examples; examples that do are named."""
    del draft, survey, leaving, report
