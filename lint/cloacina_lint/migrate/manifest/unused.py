"""Room migrate/manifest/: dependencies that only the code which left has named: to the tests, or told."""

from __future__ import annotations

import re

from ..survey import targets
from .entries import DEV

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...cargo import Dependency
    from ...crate import Crate
    from ...source.rust import RustFile
    from ..survey.targets import Target
    from .entries import CargoToml

PACKAGED = re.compile(r'\[\[package\]\]\nname = "([^"]+)"\n((?:(?!\[\[package\]\])[^\n]*\n?)*)')
LISTED = re.compile(r"dependencies = \[([^\]]*)\]")
# Crates whose macros write paths into the crate they are named after, which the code itself then does not name.
WRITING = re.compile(r"[-_](?:derives?|macros?|attributes|codegen|impl)$")


def write(cargo: CargoToml, others: set[str]) -> None:
    """others: packages that have their place already."""
    before = _code(targets.find(cargo.draft.original))
    after: list[Target] | None = None
    left = []
    for entry in list(cargo.manifest.dependencies):
        if entry.kind != "normal" or entry.optional or entry.target is not None or entry.package in others:
            continue
        if _in_features(cargo, entry.key) or not _called(before, entry.import_name):
            continue
        after = targets.find(cargo.draft.crate(cargo.contract.version)) if after is None else after
        code = _code(after)
        if _named(code, entry.import_name) or _written_by_macros(cargo, entry, code):
            continue
        if not _called(after, entry.import_name) or not _alone(cargo, entry):
            left.append(f"`{entry.key}`")
            continue
        cargo.move(entry, cargo.table(DEV), entry.key)
        cargo.done(f"`{entry.key}` moved to [dev-dependencies]: the library does not name it")
    if left:
        stay = "it stays in [dependencies]" if len(left) == 1 else "they stay in [dependencies]"
        cargo.person(f"no code of the library names {', '.join(left)} any more; {stay}: take out what nothing needs")


def _code(found: list[Target]) -> list[Target]:
    """What sees [dependencies] alone."""
    return [target for target in found if target.kind in (targets.LIB, targets.BIN)]


def _in_features(cargo: CargoToml, key: str) -> bool:
    items = [item for values in cargo.manifest.features.values() for item in values]
    return any(re.split(r"[/?]", item.removeprefix("dep:"))[0] == key for item in items)


def _called(found: list[Target], word: str) -> bool:
    return any(file.rust.mentions(word) for target in found for file in target.tree.files)


def _named(found: list[Target], word: str) -> bool:
    """Whether code may name a crate: in a string too, as serde's attributes do."""
    name = re.compile(rf"\b{re.escape(word)}\b")
    return any(_outside_comments(file.rust, name) for target in found for file in target.tree.files)


def _outside_comments(rust: RustFile, name: re.Pattern[str]) -> bool:
    places = [match.start() for match in name.finditer(rust.file.text)]
    comments = [(span.start, span.end) for span in rust.comments()] if places else []
    return any(not any(start <= at < end for start, end in comments) for at in places)


def _written_by_macros(cargo: CargoToml, entry: Dependency, code: list[Target]) -> bool:
    first = re.split(r"[-_]", entry.package)[0]
    return any(
        WRITING.search(other.package) and re.split(r"[-_]", other.package)[0] == first
        for other in cargo.manifest.dependencies
        if other.kind == "normal" and other.key != entry.key and _named(code, other.import_name)
    )


def _alone(cargo: CargoToml, entry: Dependency) -> bool:
    """Whether the library's build is the same without an entry: another crate may need its features."""
    if not entry.features:
        return True
    roots = {other.package for other in cargo.manifest.dependencies if other.kind == "normal"} - {entry.package}
    return entry.package not in (_below(cargo.draft.original, roots) or {entry.package})


def _below(crate: Crate, roots: set[str]) -> set[str] | None:
    """The packages that these need, by Cargo.lock; None where it does not tell."""
    if crate.lock is None:
        return None
    needs: dict[str, set[str]] = {}
    for match in PACKAGED.finditer(crate.lock.text.replace("\r\n", "\n")):
        listed = LISTED.search(match[2])
        names = re.findall(r'"([^" ]+)', listed[1]) if listed is not None else []
        needs.setdefault(match[1], set()).update(names)
    if not roots <= set(needs):
        return None
    found, todo = set(roots), list(roots)
    while todo:
        for name in needs.get(todo.pop(), set()) - found:
            found.add(name)
            todo.append(name)
    return found
