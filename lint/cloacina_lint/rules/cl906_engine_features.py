"""Room rules/: CL906 engine-features."""

from __future__ import annotations

from ..finding import INFO
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class EngineFeatures(Rule):
    code = "CL906"
    name = "engine-features"
    group = "test"
    severity = INFO
    summary = "The tests' engine comes with all its databases"
    why = """
The default features of `cloacina` take in PostgreSQL as well as SQLite, and up to 0.9 Kafka (read in its manifest): the
first test build then wants libpq, and up to 0.9 builds librdkafka from C. The guide's dev-dependency asks for
`macros` and `sqlite` alone. A note: where the libraries are there, it only takes longer.
"""
    no_fix = "because a test may need PostgreSQL"
    failing = """
--- Cargo.toml
[dev-dependencies]
cloacina = «"0.6.1"»
"""
    passing = """
--- Cargo.toml
[dev-dependencies]
cloacina = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] }
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        engine = crate.manifest.find("cloacina", "dev")
        if engine is not None and engine.default_features and crate.manifest.find("cloacina") is None:
            yield self.finding(
                "the engine's default features build PostgreSQL support into the tests",
                engine.version_span or engine.key_span,
                help='write `default-features = false, features = ["macros", "sqlite"]`, as the guide does',
            )
