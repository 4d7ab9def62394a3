"""Room migrate/: the library's code: src/main.rs becomes src/lib.rs, what only `main` reaches leaves."""

from __future__ import annotations

from .leaving import Leaving

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..contracts import Contract
    from .draft import Draft
    from .outcome import Report
    from .survey import Survey


def write(draft: Draft, survey: Survey, contract: Contract, report: Report) -> Leaving:
    """Raises RefusedError where the engine would be needed in the library."""
    raise NotImplementedError
