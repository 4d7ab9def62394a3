"""Room rules/: CL008 engine-dependency."""

from __future__ import annotations

from ..finding import WARNING, Fix
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..cargo import Dependency
    from ..crate import Crate
    from ..finding import Finding


class EngineDependency(Rule):
    code = "CL008"
    name = "engine-dependency"
    group = "guide"
    severity = WARNING
    summary = "The `cloacina` engine is a run-time dependency"
    why = """
The host provides the engine. As a run-time dependency the umbrella crate compiles the whole engine into the package:
a build of minutes instead of seconds in the compiler service, and a second copy of the engine beside the host's. The
guide moves it to `[dev-dependencies]`, where tests need it.
"""
    fixable = True
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
«cloacina» = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] }
"""
    passing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"

[dev-dependencies]
cloacina = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] }
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        dependency = crate.manifest.find("cloacina")
        if dependency is not None:
            yield self.finding(
                "`cloacina`, the whole engine, is a run-time dependency",
                dependency.key_span,
                help="move it to [dev-dependencies]; the package itself needs cloacina-workflow",
                fix=to_dev_dependencies(crate, dependency),
            )


def to_dev_dependencies(crate: Crate, dependency: Dependency) -> Fix | None:
    """The entry moved, where the library's code and features do without it and it is written in one plain entry."""
    features = [entry for entries in crate.manifest.features.values() for entry in entries]
    if (
        dependency.optional
        or dependency.target is not None
        or any(entry.removeprefix("dep:").split("/")[0].rstrip("?") == dependency.key for entry in features)
        or any(True for _ in crate.facts.mentions(dependency.import_name))
    ):
        return None
    edits = toml_edit.move(crate.manifest.doc, dependency.path, "dev-dependencies")
    return Fix(f"move `{dependency.key}` to [dev-dependencies]", edits, safe=False) if edits else None
