"""Room migrate/manifest/: the dependencies of a service-mode crate: companions in, engine and runtime to the tests."""

from __future__ import annotations

import re

from ... import contracts
from ...requirement import is_plain, lower_bound, matches, one_minor
from ...source import toml_edit, toml_layout
from . import code
from .entries import BUILD, DEV, CargoToml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...cargo import Dependency

ENGINE = "cloacina"
OF_ENGINE = re.compile(r"\b(?:engine|runner|DefaultRunner|embedded)\b", re.I)  # a comment on it, not on all Cloacina
TIGHT = re.compile(r"\s*([=~])\s*\d+\.\d+\.\d+\s*$")


def family() -> set[str]:
    """The Cloacina crates that share one version."""
    names = {name for contract in contracts.known() for name in contract.crates if name.startswith("cloacina-")}
    return names | {ENGINE}


def write(cargo: CargoToml, *, library_mode: bool) -> None:
    """library_mode: the crate ran the engine itself, so that it gets all that the template's tests have."""
    _companions(cargo)
    _engine(cargo)
    _runtime(cargo)
    _tests(cargo, library_mode)
    _outdated(cargo)
    _versions(cargo)


def needed(cargo: CargoToml) -> list[str]:
    """The crates that the macros' code or the guide wants, of this version."""
    contract, facts = cargo.contract, cargo.crate.facts
    uses = set(facts.needed_for())
    if contract.package_macro and facts.declares_anything:
        uses.add("package")
    return [name for name, needs in contract.crates.items() if needs.get("guide") or uses & set(needs["for"])]


def _companions(cargo: CargoToml) -> None:
    added = []
    template = cargo.contract.data["template"]
    for name in needed(cargo):
        needs = cargo.contract.crates[name]
        if needs.get("kind") == "build":
            continue  # with the build script: see ../packaging.py
        features = template["workflow-features"] if name == "cloacina-workflow" else []
        entry = cargo.plain(name, "normal")
        if entry is None:
            value = _value(cargo, name, features)
            cargo.put(cargo.table(("dependencies",)), name, value)
            added.append(name)
            continue
        if entry.optional and not _on(cargo, entry):
            _turn_on(cargo, entry)
        if name == "cloacina-workflow":
            for key in ("default-features", "default_features"):  # package!() needs them all
                if cargo.doc.get(*entry.path, key) is False and cargo.unset(entry.path, key):
                    cargo.done(f"`{name}`: with its default features")
            if more := cargo.features(entry.path, ["packaged"]):
                cargo.done(f"`{name}`: features {', '.join(more)}")
    if added:
        cargo.done(f"added to [dependencies]: {', '.join(added)}")


def build_dependency(cargo: CargoToml) -> None:
    """cloacina-build, which the build script calls."""
    if not cargo.entries("cloacina-build", "build"):
        cargo.put(cargo.table(BUILD), "cloacina-build", _value(cargo, "cloacina-build", []))
        cargo.done("added to [build-dependencies]: cloacina-build")


def _value(cargo: CargoToml, name: str, features: list[str]) -> str:
    version = requirement(cargo, name)
    return toml_layout.value_text({"version": version, "features": features} if features else version)


def requirement(cargo: CargoToml, name: str) -> str:
    """What to ask for of a companion: Cloacina's own as tightly as the crate asks for the others (`=0.6.1`)."""
    wanted = cargo.contract.requirement(name)
    names = family()
    if name not in names:
        return wanted
    for entry in cargo.manifest.dependencies:
        asked = entry.requirement if entry.package in names and entry.source is None else None
        tight = TIGHT.match(asked or "")
        if tight is not None and _fits(asked, wanted):
            return f"{tight[1]}{wanted}"
    return wanted


def _on(cargo: CargoToml, entry: Dependency) -> bool:
    """Whether a plain build turns an optional dependency on."""
    own, foreign = cargo.manifest.default_features()
    listed = {item for feature in own for item in cargo.manifest.features.get(feature, [])}
    return f"dep:{entry.key}" in listed or entry.key in own or any(key == entry.key for key, _ in foreign)


def _turn_on(cargo: CargoToml, entry: Dependency) -> None:
    items = [item for values in cargo.manifest.features.values() for item in values]
    name = f"dep:{entry.key}" if f"dep:{entry.key}" in items else entry.key
    cargo.edit(toml_edit.add_to_array(cargo.doc, ("features",), "default", toml_edit.string(name)))
    cargo.done(f"the optional `{entry.key}` is on by default: the macros' code needs it")


def _engine(cargo: CargoToml) -> None:
    for _ in cargo.entries(ENGINE, "normal"):
        entry = cargo.entries(ENGINE, "normal")[0]
        alias = entry.key != ENGINE and code.anywhere(cargo.draft, entry.import_name)
        key = entry.key if alias else ENGINE
        path = cargo.move(entry, cargo.table(DEV), key, OF_ENGINE)
        cargo.unset(path, "optional")
        if not alias:
            cargo.unset(path, "package")
        cargo.forget(entry.key)
        cargo.done(f"`{entry.key}` moved to [dev-dependencies]: the engine is the host's, only tests run it")
    template = cargo.contract.data["template"]["dev"].get(ENGINE)
    if template is None:
        _without_engine(cargo)
        return
    for entry in cargo.entries(ENGINE, "dev"):
        _slim(cargo, entry, template)


def _without_engine(cargo: CargoToml) -> None:
    """Cargo resolves dev-dependencies in every build: one on a version that was never published would stop them all."""
    why = f"`{ENGINE}` {cargo.contract.name} was never published"
    while entries := cargo.entries(ENGINE, "dev"):
        if not cargo.drop(entries[0].path, why):
            return
        cargo.done(f"`{entries[0].key}` taken out of [dev-dependencies]: {why}")
    for path in code.files(cargo.draft):
        if code.mentions(cargo.draft, path, ENGINE):
            cargo.report.person.append(f"{path}: it runs the engine, and {why}: it cannot be compiled")


def _slim(cargo: CargoToml, entry: Dependency, template: dict[str, Any]) -> None:
    """The features of the tests' engine: the template's, and what the tests name beyond them."""
    there = list(entry.features)
    drop = [one for one in template["left-out"] if not code.says(cargo.draft, one)]
    drop += template["gone"]
    more = [one for one in template["left-out"] if entry.default_features and one not in drop and one not in there]
    wanted = [*(one for one in there if one not in drop), *more]
    wanted += [one for one in template["features"] if one not in wanted]
    wanted.sort(key=lambda one: template["features"].index(one) if one in template["features"] else 99)
    cargo.unset(entry.path, "default_features")
    cargo.value(entry.path, "default-features", "false")
    span = cargo.doc.value_span(*entry.path, "features")
    if set(there) - set(wanted) and span is not None and "#" not in span.text:
        cargo.value(entry.path, "features", toml_layout.value_text(wanted))
    else:
        cargo.features(entry.path, wanted)


def _runtime(cargo: CargoToml) -> None:
    """tokio leaves with `main`, unless code of the library or of a program that stays names it."""
    crates = cargo.contract.crates
    for entry in cargo.entries("tokio", "normal"):
        word = entry.import_name
        if (
            ("tokio" in crates and cargo.crate.facts.graphs)
            or code.in_library(cargo.crate, word)
            or code.in_programs(cargo.draft, cargo.crate, word)
        ):
            continue
        path = cargo.move(entry, cargo.table(DEV), entry.key)
        cargo.unset(path, "optional")
        cargo.forget(entry.key)
        cargo.done(f"`{entry.key}` moved to [dev-dependencies]: the library does not name it")
        return  # a second entry for other targets waits: one name has one place there


def _tests(cargo: CargoToml, library_mode: bool) -> None:
    wanted: dict[str, dict[str, Any]] = cargo.contract.data["template"]["dev"]
    added = []
    engine = library_mode or code.anywhere(cargo.draft, ENGINE)
    for name, template in wanted.items():
        if not (library_mode or code.anywhere(cargo.draft, name) or (name == "tokio" and engine)):
            continue
        features = template.get("features", [])
        normal = cargo.plain(name, "normal")
        if normal is not None and (set(features) <= set(normal.features) or "full" in normal.features):
            continue
        entry = cargo.plain(name, "dev")
        if entry is None:
            whole = {"version": template.get("version") or requirement(cargo, name)}
            if normal is not None and normal.requirement is not None:
                whole["version"] = normal.requirement
            whole.update({key: template[key] for key in ("default-features", "features") if key in template})
            cargo.put(cargo.table(DEV), name, toml_layout.value_text(whole if len(whole) > 1 else whole["version"]))
            added.append(name)
        elif "full" not in entry.features:
            cargo.features(entry.path, features)
    if added:
        cargo.done(f"added to [dev-dependencies]: {', '.join(added)}")


def _outdated(cargo: CargoToml) -> None:
    """Companions that the crate's former version wanted and this one does not: plain entries that no code names."""
    former = contracts.load(cargo.draft.original.version[0])
    if former is None or former.name == cargo.contract.name:
        return
    staying = set(needed(cargo))
    features = [item for items in cargo.manifest.features.values() for item in items]
    for name, needs in former.crates.items():
        if name in staying or needs.get("kind") == "build":
            continue
        for entry in cargo.entries(name, "normal"):
            plain = entry.target is None and not (entry.source or entry.optional or entry.features)
            named = any(item.removeprefix("dep:").partition("/")[0].rstrip("?") == entry.key for item in features)
            if not plain or named or code.anywhere(cargo.draft, entry.import_name):
                continue
            if cargo.drop(
                entry.path, f"Cloacina {cargo.contract.version} does not need `{name}`, and no code names it"
            ):
                cargo.done(f"`{entry.key}` taken out: only the macros of {former.name} needed it")


def _versions(cargo: CargoToml) -> None:
    names = family()
    version = cargo.contract.version
    changed = []
    for index in range(len(cargo.manifest.dependencies)):
        entry = cargo.manifest.dependencies[index]
        if entry.package in names:
            right = entry.source is None and _fits(entry.requirement, version)
            if not right and cargo.requirement(entry.path, version):
                changed.append(entry.key)
        elif entry.package.startswith("cloacina") and not _fits(entry.requirement, version):
            cargo.person(f"`{entry.package}` may have no version {version}: bring it to that one yourself")
        elif entry.package in cargo.contract.crates and entry.key == entry.package and entry.source is None:
            wanted = cargo.contract.crates[entry.package].get("version", "")
            if wanted and not _meets(entry.requirement, wanted) and cargo.requirement(entry.path, wanted):
                changed.append(entry.key)
    if changed:
        cargo.done(f"versions brought to Cloacina {version}: {', '.join(dict.fromkeys(changed))}")
    _patches(cargo, names)


def _fits(requirement: str | None, version: str) -> bool:
    return requirement is not None and matches(requirement, version) and one_minor(requirement)


def _meets(requirement: str | None, wanted: str) -> bool:
    """Whether a requirement leaves cargo a version that a companion's requirement allows."""
    if requirement is None or not is_plain(requirement):
        return requirement is not None
    low = lower_bound(wanted) or "0"
    return matches(requirement, low) or matches(wanted, lower_bound(requirement) or "")


def _patches(cargo: CargoToml, names: set[str]) -> None:
    patches = cargo.doc.get("patch")
    for registry, entries in patches.items() if isinstance(patches, dict) else ():
        for key, value in entries.items() if isinstance(entries, dict) else ():
            package = value.get("package", key) if isinstance(value, dict) else key
            if package in names and cargo.drop(("patch", registry, key), "the published crate is used"):
                cargo.done(f"[patch] of `{key}` taken out: the package is built with the published crate")
