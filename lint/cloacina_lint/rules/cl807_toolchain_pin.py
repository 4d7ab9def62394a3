"""Room rules/: CL807 toolchain-pin."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule
from ..toolchain import pinned, too_old

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class ToolchainPin(Rule):
    code = "CL807"
    name = "toolchain-pin"
    group = "pack"
    severity = WARNING
    summary = "A pinned toolchain goes into the archive"
    why = """
Pack takes `rust-toolchain.toml` along, and where the compiler service's cargo is rustup's, it obeys: it asks for that
very channel instead of the one in the service's image (built: "toolchain '1.70.0' is not installed" where it cannot
be fetched). Where it can, every first build downloads a toolchain. What the host accepts does not depend on the
channel, so nothing is gained by the pin there.
"""
    no_fix = "because the pin may be wanted for development: only the archive should lack it"
    failing = """
--- rust-toolchain.toml
[toolchain]
channel = «"1.85.0"»
"""
    passing = """
--- rust-toolchain.toml (absent)
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        pin = pinned(crate)
        if pin is not None and not too_old(crate, pin[0]):
            channel, span = pin
            yield self.finding(
                f"pins the toolchain `{channel}`, which the compiler service has to have or to fetch",
                span,
                help="keep the file at the repository's root, above the package, or take it away",
            )
