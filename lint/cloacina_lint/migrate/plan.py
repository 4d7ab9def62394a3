"""Room migrate/: the whole migration as a plan: every file as it will be, and the account of it. Nothing is written."""

from __future__ import annotations

from .. import contracts
from ..crate import CrateError
from ..engine import Selection
from ..finding import ERROR, WARNING
from ..fixing import settle
from . import notes, packaging, refusals, schedules
from .draft import Draft
from .library import step as library
from .manifest import step as manifest
from .outcome import RefusedError, Report, place
from .programs import step as programs
from .survey import dependants
from .survey.crate import Beside, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..contracts import Contract
    from ..crate import Crate
    from .split.plan import Member

# Told in other words, or of no matter to a crate that has just been migrated.
NOT_TOLD = ("CL013", "CL805", "CL806")


class Plan:
    """changes: path -> new text (byte order mark included), None for a file that goes; empty where all is right as it
    is. before, after: the Cloacina versions. mode: "library" or "service", what the crate was. members: the new crates
    of one that is split; else none."""

    def __init__(self, draft: Draft, report: Report, before: str, after: str, mode: str) -> None:
        self.draft = draft
        self.report = report
        self.before = before
        self.after = after
        self.mode = mode
        self.changes = draft.changed()
        self.members: list[Member] = []


def target_version(crate: Crate, wanted: str | None) -> str:
    """The full version to migrate to: `wanted`, else the crate's own, else the guide's. Raises CrateError."""
    if wanted is None:
        own = crate.version[0]
        return own if contracts.load(own) is not None else contracts.DEFAULT_VERSION
    contract = contracts.load(wanted)
    if contract is None:
        raise CrateError(f"--to {wanted!r}: not a Cloacina version from 0.5 on, such as 0.6.1")
    if wanted.count(".") == 2:
        published = [str(text) for text in contract.data["published"]]
        if wanted not in published and any(text.rpartition(".")[0] == wanted.rpartition(".")[0] for text in published):
            raise CrateError(f"--to {wanted!r}: not a version that is known here; there is {', '.join(published)}")
        return wanted
    newest = [text for text in contract.data["published"] if text.startswith(f"{wanted}.")]
    if not newest:
        raise CrateError(f"--to {wanted!r}: no version is known that begins so; name it in full, such as 0.6.1")
    return str(newest[-1])


def plan(
    crate: Crate,
    wanted: str | None = None,
    *,
    split: bool = False,
    allowed: tuple[str, ...] = (),
    beside: Beside | None = None,
) -> Plan:
    """Raises RefusedError with the reasons, CrateError or UnreadableError; in each case nothing has happened.
    split: several workflows become one crate each. allowed: rules whose errors do not refuse. beside: a library
    that the crate gets by path."""
    if split:
        from .split import plan as splitting

        made = splitting.plan(crate, target_version(crate, wanted))
        if made is not None:
            return made
    version = target_version(crate, wanted)
    contract = contracts.load(version)
    assert contract is not None
    before, mode = crate.version[0], crate.kind
    found = read(crate)
    found.beside = beside
    refusals.check(crate, found.home.path, contract)
    draft, report = Draft(crate), Report()
    leaving = library.write(draft, found, contract, report)
    schedules.write(draft, found, leaving, contract, report)
    programs.write(draft, found, leaving, contract, report)
    manifest.write(draft, found, contract, report)
    packaging.write(draft, found, contract, report)
    dependants.tell(crate, report)
    _settle(draft, contract, report, allowed)
    notes.write(draft, contract, report)
    return Plan(draft, report, before, version, mode)


def _settle(draft: Draft, contract: Contract, report: Report, allowed: tuple[str, ...]) -> None:
    """All that the rules can cure is cured; an error that is left means that the result would not work."""
    settled = settle(draft.crate(contract.version), Selection([], []), unsafe=True)
    if settled.bugs:
        raise CrateError(settled.bugs[0])
    for path, text in settled.files.items():
        draft.put(path, text)
    report.done += [
        f"{finding.file.display}: {finding.fix.title} ({finding.message})" for finding in settled.fixed if finding.fix
    ]
    left = settled.result.findings
    known = (*refusals.AT_RUN_TIME, *refusals.OF_FILES, *allowed)
    errors = [finding for finding in left if finding.severity == ERROR and finding.code not in known]
    if errors:
        raise RefusedError(
            [refusals.reason(finding) for finding in errors],
            plan="these places are in the crate as it would be after the migration",
        )
    for finding in left:
        if finding.severity in (ERROR, WARNING) and finding.code not in NOT_TOLD:
            report.person.append(f"{place(finding.span)}: {finding.message} ({finding.code})")
