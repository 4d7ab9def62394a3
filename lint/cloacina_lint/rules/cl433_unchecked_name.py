"""Room rules/: CL433 unchecked-name."""

from __future__ import annotations

from ..finding import WARNING
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class UncheckedName(Rule):
    code = "CL433"
    name = "unchecked-name"
    group = "workflow"
    severity = WARNING
    summary = "A name that switches the macro's dependency check off"
    why = """
`#[workflow]` does not check dependencies in a package or library whose name contains `test` or is `cloacina`: a
dependency on a task that is not there then builds, and the package does not load ("Workflow validation failed:
MissingDependency", built and loaded, 0.6.1). `latest` and `contest` contain it too.
"""
    no_fix = "because the name is part of what others call"
    failing = """
--- Cargo.toml
[package]
name = «"latest-orders"»
version = "0.1.0"
edition = "2021"
--- package.toml
[package]
name = "latest-orders"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"
"""
    passing = """
--- Cargo.toml
[package]
name = "recent-orders"
version = "0.1.0"
edition = "2021"
--- package.toml
[package]
name = "recent-orders"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"
"""

    def check(self, crate: Crate) -> Iterator[Finding]:
        manifest = crate.manifest
        if not crate.facts.workflows:
            return
        for name, span in (
            (manifest.name, manifest.name_span),
            (manifest.lib_name, manifest.doc.value_span("lib", "name") or manifest.name_span),
        ):
            if name is not None and ("test" in name or name == "cloacina"):
                what = "contains `test`" if "test" in name else "is `cloacina`"
                yield self.finding(
                    f"the name `{name}` {what}: #[workflow] does not check the dependencies of tasks",
                    span,
                    help="take another name; until then, look at each `dependencies` yourself",
                )
                return
