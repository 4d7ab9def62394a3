"""Room tests/exam/: the crates of the exam, always the same ones in the same order.

Each is a right crate of some version with one change: a mistake that is believed to break it, something the engine
ignores, or a variation that is believed to do no harm; or with two of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.exam import graphs, harmless_manifest, harmless_rust, mistakes_manifest, mistakes_rust
from tests.exam.base import Draft, right, settle
from tests.exam.changes import Change
from tests.exam.corners import CORNERS

MAIN, OTHERS = "0.6.1", ("0.9.0", "0.11.1")
# How many of the changes that hold for every version are also laid on a crate of each other version.
MISTAKES_ELSEWHERE, HARMLESS_ELSEWHERE, PAIRS = 24, 16, 20


class Case:
    """One crate: its `name`, `version`, `files`, the `marks` [(path, line)] where a finding would be in place, and
    what its author means: `tasks`, `workflows`, `triggers`, `graphs`. `belief`: "breaks", "ignored" or "harmless",
    empty where it is open."""

    def __init__(self, name: str, belief: str, draft: Draft) -> None:
        self.name = name
        self.belief = belief
        self.version = draft.version
        self.files, self.marks = settle(draft.files)
        self.tasks, self.workflows, self.triggers = draft.tasks, draft.workflows, draft.triggers
        self.graphs = draft.graphs


def _case(version: str, name: str, belief: str, *changes: Change) -> Case:
    full = f"{version}: {name}"
    draft = (graphs.right_graph if name.startswith("graph: ") else right)(version, random.Random(full))
    for change in changes:
        change(draft)
    return Case(full, belief, draft)


def mistakes(minor: int) -> dict[str, Change]:
    """The changes believed to break a crate of 0.`minor`."""
    found = {**mistakes_manifest.ANY, **mistakes_rust.ANY}
    if minor <= 9:
        found.update(mistakes_manifest.UNTIL_9)
    if minor == 6:
        found.update(mistakes_manifest.ONLY_6)
    if minor <= 7:
        found.update(mistakes_rust.UNTIL_7)
    return found


def harmless(minor: int) -> dict[str, Change]:
    """The changes believed to do a crate of 0.`minor` no harm."""
    found = {**harmless_manifest.ANY, **{f"source: {name}": change for name, change in harmless_rust.ANY.items()}}
    if minor <= 9:
        found.update(harmless_manifest.UNTIL_9)
    if minor == 6:
        found.update(harmless_manifest.ONLY_6)
    if minor >= 8:
        found.update(harmless_rust.FROM_8)
    return found


def _pairs(version: str, count: int) -> Iterator[Case]:
    """A mistake with a variation of the other file, and two variations: each pair that fits together."""
    rng = random.Random(f"pairs {version}")
    wrong = list({**mistakes_rust.ANY}.items())
    fine_rust = list(harmless_rust.ANY.items())
    fine_manifest = list(harmless_manifest.ANY.items())
    made = 0
    while made < count:
        manifest_name, manifest_change = rng.choice(fine_manifest)
        name, change = rng.choice(wrong if made % 2 else fine_rust)
        try:
            case = _case(
                version, f"{name} + {manifest_name}", "breaks" if made % 2 else "harmless", change, manifest_change
            )
        except (AssertionError, KeyError):  # the one took away what the other changes
            continue
        made += 1
        yield case


def cases() -> list[Case]:
    """All crates of the exam."""
    found = [_case(MAIN, name, "harmless", change) for name, change in harmless(6).items()]
    found += [_case(MAIN, name, "breaks", change) for name, change in mistakes(6).items()]
    found += [_case(MAIN, name, "ignored", change) for name, change in mistakes_rust.IGNORED.items()]
    found += _pairs(MAIN, PAIRS)
    for version in OTHERS:
        minor = int(version.split(".")[1])
        rng = random.Random(version)
        everywhere = {**mistakes_manifest.ANY, **mistakes_rust.ANY}
        own = {name: change for name, change in mistakes(minor).items() if name not in everywhere}
        chosen = {**dict(rng.sample(sorted(everywhere.items()), MISTAKES_ELSEWHERE)), **own}
        found += [_case(version, name, "breaks", change) for name, change in chosen.items()]
        fine = dict(rng.sample(sorted(harmless(minor).items()), HARMLESS_ELSEWHERE))
        fine.update({name: harmless(minor)[name] for name in harmless_rust.FROM_8})
        found += [_case(version, name, "harmless", change) for name, change in fine.items()]
        found += [_case(version, name, "ignored", change) for name, change in mistakes_rust.IGNORED_FROM_8.items()]
        found += _pairs(version, 6)
    found += [_case(MAIN, name, "", change) for name, change in CORNERS.items()]
    for version in (MAIN, "0.11.1"):
        found += [_case(version, name, "harmless", change) for name, change in graphs.HARMLESS.items()]
        found += [_case(version, name, "breaks", change) for name, change in graphs.MISTAKES.items()]
        found += [_case(version, name, "ignored", change) for name, change in graphs.IGNORED.items()]
    return found
