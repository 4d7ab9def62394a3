"""Room rules/: CL303 package-name."""

from __future__ import annotations

from ..finding import ERROR, WARNING, Edit, Fix
from ..manifest_values import unfit_name
from ..rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..crate import Crate
    from ..finding import Finding


class PackageName(Rule):
    code = "CL303"
    name = "package-name"
    group = "manifest"
    severity = ERROR
    since = (0, 6)
    summary = "package.toml's name is not Cargo.toml's"
    why = """
Tasks are registered under the Cargo package's name, the workflow is looked up under package.toml's. If they differ,
even in `-` and `_`, the package builds and then fails on the server with `Workflow validation failed: EmptyWorkflow`
(run on the real server, 0.6.1; the same code to 0.12.0). A package of graphs alone loads all the same.
"""
    fixable = True
    failing = """
--- package.toml
[package]
name = «"my_workflow"»
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"

[metadata]
language = "rust"
workflow_name = "data"
"""
    passing = """
--- package.toml
[package]
name = "my-workflow"
version = "0.1.0"
interface = "cloacina-workflow-plugin"
interface_version = 1
extension = "cloacina"

[metadata]
language = "rust"
workflow_name = "data"
"""
    proof = r"load: EmptyWorkflow|no tasks|not found"

    def check(self, crate: Crate) -> Iterator[Finding]:
        package = crate.package_toml
        name = package.get("package", "name") if package is not None else None
        cargo = crate.manifest.name
        if package is None or not isinstance(name, str) or cargo is None or name == cargo or unfit_name(cargo):
            return
        span = package.value_span("package", "name")
        assert span is not None
        yield self.finding(
            f"package.toml says `{name}`, Cargo.toml says `{cargo}`: the server finds no tasks",
            span,
            severity="" if crate.facts.tasks else WARNING,
            help=f'write `name = "{cargo}"`',
            related=[(crate.manifest.name_span, "the package's name")],
            fix=Fix(f"name it `{cargo}`", [Edit(span, f'"{cargo}"')]),
        )
