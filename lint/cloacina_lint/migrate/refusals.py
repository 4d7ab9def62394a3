"""Room migrate/: what a packaged crate of the target version cannot do, with the lines of the crate as it is."""

from __future__ import annotations

from .. import contracts, rules
from ..crate import Crate
from ..finding import ERROR
from ..source import toml_edit
from .draft import Draft
from .manifest.entries import CargoToml
from .outcome import RefusedError, Report, place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..contracts import Contract
    from ..finding import Finding

# The rules' groups that judge the code itself: these are asked before anything is changed, on the code as it stands.
ASKED = ("workflow", "trigger", "graph")
# Errors that a library-mode run has as well: the crate builds and loads, its run goes wrong. Told, not refused.
AT_RUN_TIME = ("CL419", "CL425", "CL430", "CL431", "CL504", "CL505", "CL514")
# A file that lies about, a database of an embedded run mostly, is no reason not to migrate: told as well.
OF_FILES = ("CL811",)


def check(crate: Crate, root: str, contract: Contract) -> None:
    """Raises RefusedError where the code, read from its root file `root`, cannot become a package of this version."""
    draft = Draft(crate)
    if root != crate.manifest.lib_path:
        manifest = draft.toml()
        value = toml_edit.string(root)
        there = manifest.has("lib", "path")
        edits = (
            toml_edit.replace(manifest, ("lib", "path"), value)
            if there
            else toml_edit.insert_key(manifest, ("lib",), "path", value)
        )
        draft.edit(edits)
    cargo = CargoToml(draft, contract, Report())
    for dependency in cargo.entries("cloacina", "normal"):
        cargo.drop(dependency.path, "the package has no engine")
    found = _in(draft, contract.version)
    if found:
        later = (_newest(other) for other in contracts.known() if other.since > contract.since)
        able = next((version for version in later if not _in(draft, version)), None)
        plan = f"a package for Cloacina {able} can have all this: --to {able}" if able is not None else ""
        raise RefusedError([reason(finding) for finding in found], plan)


def _in(draft: Draft, version: str) -> list[Finding]:
    """What stands in the way in a version, in order of place."""
    judged = draft.crate(version)
    found: list[Finding] = []
    for rule in rules.load_for(judged):
        if rule.group in ASKED and rule.severity == ERROR and rule.code not in AT_RUN_TIME and rule.applies(judged):
            found += [finding for finding in rule.check(judged) if finding.fix is None and finding.severity == ERROR]
    return sorted(found, key=lambda finding: finding.sort_key())


def _newest(contract: Contract) -> str:
    """The newest version of the first minor that a contract is about."""
    published: list[str] = contract.data["published"]
    minor = published[0].rpartition(".")[0]
    return [version for version in published if version.rpartition(".")[0] == minor][-1]


def reason(finding: Finding) -> str:
    """A finding as one line of a refusal."""
    hint = finding.help.split("\n", 1)[0].rstrip(".")
    return f"{place(finding.span)}: {finding.message} ({finding.code})" + (f"; {hint}" if hint else "")
