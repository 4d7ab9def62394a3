"""Room: which version of each Cloacina crate a package gets, and which hosts load what comes of it."""

from __future__ import annotations

from . import contracts
from .contracts import parse_version
from .judged_by import newest_matching
from .requirement import is_plain, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .cargo import Dependency
    from .contracts import Contract
    from .crate import Crate
    from .source.text import Span

# The crates whose types meet in the package.
AUTHORING = ("cloacina-workflow", "cloacina-workflow-plugin", "cloacina-computation-graph")


def resolved(crate: Crate, dependency: Dependency) -> str | None:
    """The version a dependency gets: Cargo.lock's, else the newest published one; None where it cannot be known."""
    if dependency.requirement is None or dependency.source is not None:
        return None
    locked = [v for v in crate.locked_versions(dependency.package) if matches(dependency.requirement, v)]
    return locked[-1] if locked else newest_matching(dependency.requirement)


def minor(version: str) -> tuple[int, int]:
    parsed = parse_version(version)
    return parsed[:2] if parsed is not None else (0, 0)


def newest_known() -> str:
    """The newest version any contract was proved with."""
    version: str = contracts.known()[-1].data["published"][-1]
    return version


def place(dependency: Dependency) -> Span:
    """What a person edits to change a dependency's version: the crate's own entry, or the workspace's."""
    return dependency.version_span or dependency.key_span


def allowed(requirement: str) -> list[str]:
    """Every published version that the contracts know and a requirement allows, oldest first."""
    if not is_plain(requirement):
        return []
    published: list[str] = [version for contract in contracts.known() for version in contract.data["published"]]
    return [version for version in published if matches(requirement, version)]


def refusal(package: Contract, host: Contract) -> str:
    """What a host says about a package of another generation."""
    built, wanted = package.data["wire"]["abi"], host.data["wire"]["abi"]
    if built == wanted:
        return "Failed to call get_task_metadata: deserialization error"
    return f"incompatible ABI version: got {0 if package.since < (0, 6) else built}, expected {wanted}"
