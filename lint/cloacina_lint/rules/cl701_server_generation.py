"""Room rules/: CL701 server-generation."""

from __future__ import annotations

from .. import contracts
from ..finding import ERROR, INFO, WARNING
from ..rule import Rule
from ..versions import minor, newest_known, place, refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding
    from ..source.text import Span


class ServerGeneration(Rule):
    code = "CL701"
    name = "server-generation"
    group = "version"
    severity = ERROR
    summary = "The package is built for another generation than the server's"
    why = """
What the server and the package say to each other has five forms: 0.5, 0.6 to 0.7, 0.8 to 0.9, 0.10, 0.11 to 0.12.
Within a generation any version loads in any other; across two of them none does (every pair from 0.6.1 to 0.11.1 built
and loaded). The build is recorded as a success. Then the server's log says at each reconcile tick either
"incompatible ABI version", or "Failed to call get_task_metadata: deserialization error" where only the messages
differ. Name the server with `--server VERSION` or `server = "VERSION"` in the crate's settings.
"""
    no_fix = "because another generation can need other crates too: see the migration"
    failing = """
--- Cargo.toml
[package.metadata.cloacina-lint]
server = "0.6.1"

[dependencies]
cloacina-workflow = { version = «"0.8.0"», features = ["packaged"] }
cloacina-workflow-plugin = "0.8.0"
cloacina-computation-graph = "0.8.0"
cloacina-macros = "0.8.0"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"

[build-dependencies]
cloacina-build = "0.8.0"
"""
    passing = """
--- Cargo.toml
[package.metadata.cloacina-lint]
server = "0.7.0"
"""
    proof = r"load: (?i)deserialization"

    def check(self, crate: Crate) -> Iterator[Finding]:
        server = crate.server
        if server is None:
            return
        host = contracts.load(server)
        if host is None:
            return
        package = crate.contract
        where, related = _places(crate)
        if minor(server) > minor(newest_known()):
            yield self.finding(
                f"Cloacina {server} is newer than any known here ({newest_known()}): whether it loads this package, "
                f"built for {package.name}, is not known",
                where,
                help="update cloacina-lint",
                severity=INFO,
                related=related,
            )
        elif host.name != package.name:
            yield self.finding(
                f"Cloacina {package.version} builds a package for {package.name}; the server has {server}, of "
                f"{host.name}, and says at each load: {refusal(package, host)}",
                where,
                help=f"depend on the Cloacina crates of {server}, or upload to a server of {package.name}",
                severity=WARNING if host.since < (0, 6) else "",
                related=related,
            )


def _places(crate: Crate) -> tuple[Span, list[tuple[Span, str]]]:
    """The version that decides, and where the server is named."""
    manifest = crate.manifest
    setting = None
    for path in (("package", "metadata"), ("workspace", "metadata")):
        setting = setting or manifest.doc.value_span(*path, "cloacina-lint", "server")
    related = [(setting, "the server is named here")] if setting is not None else []
    for name in ("cloacina-workflow", "cloacina-workflow-plugin", "cloacina-macros", "cloacina"):
        dependency = manifest.find(name)
        if dependency is not None:
            return place(dependency), related
    return manifest.name_span, related
