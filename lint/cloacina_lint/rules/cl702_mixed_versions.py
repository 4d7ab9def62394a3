"""Room rules/: CL702 mixed-versions."""

from __future__ import annotations

from ..contracts import load, parse_version
from ..finding import ERROR, WARNING
from ..requirement import lower_bound
from ..rule import Rule
from ..versions import AUTHORING, minor, place, resolved

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..cargo import Dependency
    from ..crate import Crate
    from ..finding import Finding


class MixedVersions(Rule):
    code = "CL702"
    name = "mixed-versions"
    group = "version"
    severity = ERROR
    summary = "Cloacina crates of different versions in one package"
    why = """
The crates share types, and two minors of one crate are two crates to rustc: with cloacina-workflow 0.6 beside a plugin
0.7, 0.8 (or 0.8 beside 0.9, 0.10 beside 0.11) the macros' output does not compile (built, each pair: E0277, E0308). So
does cloacina-computation-graph of another minor, where `package!()` uses it. Two exact requirements can exclude each
other (built: `=0.6.0` beside a plugin `0.6.1` gives "failed to select a version"). cloacina-build may have any
version. An engine (`cloacina`) of another generation under `[dev-dependencies]` compiles, but its tests load the
package in a host that cannot read it: a warning.
"""
    no_fix = "because which of the versions is meant cannot be known"
    failing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6.1", features = ["packaged"] }
cloacina-workflow-plugin = «"0.7.0"»
cloacina-computation-graph = "0.6.1"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
"""
    passing = """
--- Cargo.toml
[dependencies]
cloacina-workflow = { version = "0.6", features = ["packaged"] }
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "^0.6"
cloacina-macros = "0.6.1"
async-trait = "0.1"
chrono = "0.4"
serde_json = "1"
"""
    proof = r"build: E0277|E0308"

    def check(self, crate: Crate) -> Iterator[Finding]:
        found: dict[str, tuple[Dependency, str]] = {}
        for name in (*AUTHORING, "cloacina-macros"):
            dependency = crate.manifest.find(name)
            version = resolved(crate, dependency) if dependency is not None else None
            if dependency is not None and version is not None:
                found[name] = dependency, version
        needed = crate.contract.crates.get("cloacina-computation-graph", {}).get("for", ())
        if "package" not in needed and not crate.facts.graphs:
            found.pop("cloacina-computation-graph", None)
        macros = found.pop("cloacina-macros", None)
        minors = [minor(version) for _, version in found.values()]
        if minors:
            yield from self._minors(found, max(minors, key=lambda one: (minors.count(one), one == minors[0])))
            if len(set(minors)) == 1:
                yield from self._exact(found, macros)
                yield from self._macros(crate, macros, minors[0])
                yield from self._engine(crate, minors[0])

    def _minors(self, found: dict[str, tuple[Dependency, str]], most: tuple[int, int]) -> Iterator[Finding]:
        others = [(d, version) for d, version in found.values() if minor(version) == most]
        for dependency, version in found.values():
            if minor(version) != most:
                names = " and ".join(f"`{other.package}` {text}" for other, text in others)
                yield self.finding(
                    f"`{dependency.package}` {version} beside {names}: their types differ, the build fails",
                    place(dependency),
                    help=f"ask for one minor everywhere, here {most[0]}.{most[1]}",
                    related=[(place(other), f"{text} here") for other, text in others],
                )

    def _exact(
        self, found: dict[str, tuple[Dependency, str]], macros: tuple[Dependency, str] | None
    ) -> Iterator[Finding]:
        """The plugin asks for workflow and graph of its own patch or newer, the workflow crate for such macros."""
        chains = [("cloacina-workflow-plugin", lower) for lower in AUTHORING if lower != "cloacina-workflow-plugin"]
        every = dict(found)
        if macros is not None:
            every["cloacina-macros"] = macros
            chains.append(("cloacina-workflow", "cloacina-macros"))
        for upper, lower in chains:
            if upper not in every or lower not in every:
                continue
            dependency, version = every[lower]
            if not _is_exact(dependency.requirement):
                continue
            above, _ = every[upper]
            asked = lower_bound(above.requirement or "") or ""
            if minor(asked) != minor(version):
                continue
            if (parse_version(version) or (0, 0, 0)) < (parse_version(asked) or (0, 0, 0)):
                yield self.finding(
                    f"`{lower}` {dependency.requirement} excludes `{upper}` {above.requirement}, which asks for "
                    f"{asked} or newer: cargo finds no version",
                    place(dependency),
                    help=f'ask for "={asked}" here too, or for "{asked}" without `=`',
                    related=[(place(above), "asks for a newer one")],
                )

    def _macros(self, crate: Crate, macros: tuple[Dependency, str] | None, most: tuple[int, int]) -> Iterator[Finding]:
        if macros is None:
            return
        dependency, version = macros
        mine, theirs = load("{}.{}".format(*most)), load(version)
        if mine is None or theirs is None or mine.name == theirs.name:
            return
        facts = crate.facts
        for declared in (*facts.workflows, *facts.tasks, *facts.triggers):
            origin = facts.resolve(declared.mod_file.rust, declared.attr.path)
            if origin is not None and origin[0] == "cloacina_macros":
                yield self.finding(
                    f"`cloacina-macros` {version} writes code for {theirs.name}, and the other crates are of "
                    f"{mine.name}",
                    place(dependency),
                    help="ask for the other crates' version, or import the macros from cloacina_workflow",
                    severity=WARNING,
                    related=[(declared.attr.span, "one of its macros")],
                )
                return

    def _engine(self, crate: Crate, most: tuple[int, int]) -> Iterator[Finding]:
        engine = crate.manifest.find("cloacina", "dev")
        version = resolved(crate, engine) if engine is not None else None
        if engine is None or version is None:
            return
        mine, theirs = load("{}.{}".format(*most)), load(version)
        if mine is not None and theirs is not None and mine.name != theirs.name:
            yield self.finding(
                f"the tests' engine is `cloacina` {version}, of another generation than this package "
                f"({mine.name}): it cannot load what it is to test",
                place(engine),
                help=f'ask for "{most[0]}.{most[1]}"',
                severity=WARNING,
            )


def _is_exact(requirement: str | None) -> bool:
    return requirement is not None and requirement.strip().startswith("=") and requirement.count(".") == 2
