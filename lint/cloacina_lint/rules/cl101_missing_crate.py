"""Room rules/: CL101 missing-crate."""

from __future__ import annotations

from ..finding import ERROR, Edit, Fix
from ..rule import Rule
from ..source import toml_edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..cargo import Dependency
    from ..crate import Crate
    from ..finding import Finding


class MissingCrate(Rule):
    code = "CL101"
    name = "missing-crate"
    group = "build"
    severity = ERROR
    summary = "A crate that the macros write into this one is not a dependency"
    why = """
Cloacina's macros expand to paths into other crates, so each of those must be a direct dependency of yours, though
your own code never names it: `#[task]` expands to `chrono::` and `async_trait::` up to 0.9, `package!()` to
`cloacina_computation_graph::`. The guide's own crate lacks two of them. Each one left out alone fails the build
(built, 0.5.1 to 0.11.1: E0433, cannot find crate). Which version needs which is data: see the contract files.
"""
    fixable = True
    failing = """
--- Cargo.toml
«[dependencies]»
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
serde_json = "1"
"""
    passing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
serde_json = "1"
chrono = "0.4"
"""
    proof = r"build: cannot find .*chrono"

    def check(self, crate: Crate) -> Iterator[Finding]:
        contract = crate.contract
        uses = crate.facts.needed_for()
        if contract.package_macro and crate.facts.declares_anything:
            uses.setdefault("package", next(iter(uses.values())))
        for name, needs in contract.crates.items():
            kind = needs.get("kind", "normal")
            reason = next((use for use in needs["for"] if use in uses), None)
            if reason is None:
                continue
            table = "build-dependencies" if kind == "build" else "dependencies"
            found = crate.manifest.find(name, kind)
            if found is not None and not found.optional:
                continue
            line = f'`{name} = "{contract.requirement(name)}"`'
            elsewhere = found or crate.manifest.find(name, None)
            if found is not None and self._enabled(crate, found.key):
                continue
            slip = None if elsewhere is not None else _slip(crate, name)
            if slip is not None:
                plain = slip.doc.key_span(*slip.path) if slip.key == slip.package else None
                edit = [Edit(plain, name)] if plain is not None and plain.text == slip.key else None
                yield self.finding(
                    f"no crate `{slip.package}`: the name is `{name}`, and {needs['because']}",
                    (slip.value_span("package") if slip.key != slip.package else None) or slip.key_span,
                    help=f"write `{name}`",
                    related=[(uses[reason], "needed by this")],
                    fix=Fix(f"write `{name}`", edit) if edit else None,
                )
                continue
            if found is not None:
                message = f"`{name}` is optional and off by default, but {needs['because']}"
                help_text = "take `optional = true` away, or turn it on in the `default` feature"
            elif elsewhere is not None:
                message = f"`{name}` is only a {elsewhere.kind}-dependency, but {needs['because']}"
                help_text = f"add {line} to [{table}]"
            else:
                message = f"no dependency on `{name}`: {needs['because']}"
                help_text = f"add {line} to [{table}]"
            yield self.finding(
                message,
                elsewhere.key_span if elsewhere is not None else crate.manifest.anchor(table),
                help=help_text,
                related=[(uses[reason], "needed by this")],
                fix=None if found is not None else _fix(crate, table, name),
            )

    @staticmethod
    def _enabled(crate: Crate, key: str) -> bool:
        """Whether a plain build turns an optional dependency on."""
        own, _ = crate.manifest.default_features()
        listed = {entry for feature in own for entry in crate.manifest.features.get(feature, [])}
        strong = any(entry.startswith(f"{key}/") for entry in listed)  # `key?/feature` does not turn it on
        return f"dep:{key}" in listed or key in own or strong


def _slip(crate: Crate, name: str) -> Dependency | None:
    """A dependency whose name differs from a crate's in `-` and `_` alone. No two published crates do that."""
    for dependency in crate.manifest.dependencies:
        if dependency.package.replace("_", "-") == name.replace("_", "-") and dependency.source is None:
            return None if dependency.doc.has(*dependency.path, "registry") else dependency
    return None


def _fix(crate: Crate, table: str, name: str) -> Fix | None:
    """One line more in the table, like the other Cloacina crates' lines: their version, or the workspace's."""
    contract = crate.contract
    version = contract.requirement(name)
    if name.startswith("cloacina"):
        others = [d for d in crate.manifest.dependencies if d.package.startswith("cloacina") and d.kind == "normal"]
        if any(other.source for other in others):
            return None
        version = next((other.requirement for other in others if other.requirement), version)
    value = toml_edit.string(version)
    if crate.workspace is not None and crate.workspace.has("workspace", "dependencies", name):
        value = "{ workspace = true }"
    elif name == "cloacina-workflow":
        value = f'{{ version = {value}, features = ["packaged"] }}'
    edits = toml_edit.insert_key(crate.manifest.doc, (table,), name, value)
    return Fix(f"add `{name}` to [{table}]", edits) if edits else None
