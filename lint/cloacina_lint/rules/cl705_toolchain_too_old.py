"""Room rules/: CL705 toolchain-too-old."""

from __future__ import annotations

from ..contracts import parse_version
from ..finding import ERROR, WARNING
from ..rule import Rule
from ..toolchain import needed, pinned, short, too_old

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class ToolchainTooOld(Rule):
    code = "CL705"
    name = "toolchain-too-old"
    group = "version"
    severity = ERROR
    since = (0, 12)
    summary = "The crate's Rust is older than its Cloacina crates allow"
    why = """
The crates of 0.12 say `rust-version = "1.99"`, and cargo refuses an older compiler ("rustc 1.95.0 is not supported by
the following packages", built). A toolchain file that pins an older one makes every build fail. A `rust-version` of
the crate's own below it promises what cannot be kept: a warning.
"""
    no_fix = "because the toolchain, or Cloacina's version, is yours to choose"
    version = "0.11.1"
    failing = """
--- rust-toolchain.toml
[toolchain]
channel = «"1.95.0"»
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.12.0", features = ["packaged"] }
cloacina-workflow-plugin = "0.12.0"
serde_json = "1"
"""
    passing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.11.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.11.1"
serde_json = "1"
"""
    proof = r"build: requires rustc 1\.99"

    def check(self, crate: Crate) -> Iterator[Finding]:
        least = needed(crate)
        if least is None:
            return
        pin = pinned(crate)
        help_text = f"take Rust {short(least)} or later, or an older Cloacina"
        if pin is not None and too_old(crate, pin[0]):
            yield self.finding(
                f"pins Rust {pin[0]}, and Cloacina {crate.contract.version} needs {short(least)}: cargo refuses",
                pin[1],
                help=help_text,
            )
        written = crate.manifest.package("rust-version")
        version = parse_version(written) if isinstance(written, str) else None
        span = crate.manifest.doc.value_span("package", "rust-version")
        if version is not None and span is not None and version < least:
            yield self.finding(
                f"promises Rust {written}, and Cloacina {crate.contract.version} needs {short(least)}",
                span,
                help=help_text,
                severity=WARNING,
            )
