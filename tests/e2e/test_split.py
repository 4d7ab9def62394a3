"""Room tests/e2e/: crates with several workflows become one package each: the real command on a copy, the linter, one
cargo build of the new workspace, the exported entry points, all tests through the loaded libraries.

tests/e2e/migrating/split/ holds the crates.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import tomli

from tests.e2e.migrating import judging, running
from tests.e2e.migrating.judging import SERVICE_TEST
from tests.e2e.proving import library_name
from tests.support import work_dir

SPLIT = Path(__file__).resolve().parent / "migrating" / "split"
VERSION = "0.6.1"


class Split:
    """One crate and what has to come of it.

    packages: name below the crate's -> ids of its tasks; shared: what the library must hold, none where there is no
    library; holds: path -> texts in the file; stays: files that are still there; tests: test program -> tests that
    pass, all crates together; told: texts in what the command prints.
    """

    def __init__(
        self,
        name: str,
        packages: dict[str, list[str]],
        *,
        shared: list[str],
        holds: dict[str, list[str]],
        stays: list[str],
        tests: dict[str, int],
        told: list[str],
    ) -> None:
        self.name = name
        self.packages = packages
        self.shared = shared
        self.holds = holds
        self.stays = stays
        self.tests = tests
        self.told = told

    @property
    def members(self) -> list[str]:
        return [
            *(f"{self.name}-{package}" for package in self.packages),
            *([f"{self.name}-shared"] * bool(self.shared)),
        ]


CASES = [
    Split(
        "mill-pair",
        {"grind": ["sort", "stamp"], "pack-sacks": ["sort"]},
        shared=[],
        holds={
            "Cargo.toml": ["[workspace]", 'resolver = "2"'],
            "mill-pair-grind/Cargo.toml": ["# The grinding clock.\nchrono"],
            "mill-pair-pack-sacks/Cargo.toml": ["# Grain names.\nregex"],
            "mill-pair-pack-sacks/package.toml": ['workflow_name = "pack_sacks"'],
            "mill-pair-grind/tests/service_mode.rs": ['context.insert("grain", json!("wheat"))?;'],
            "MIGRATION.md": ['runner.execute("pack_sacks", Context::new())'],
        },
        stays=["README.md", "data/grains.txt"],
        tests={SERVICE_TEST: 2},
        told=["CL422"],
    ),
    Split(
        "depot-two",
        {"weigh": ["count_heavy", "sum"], "print-labels": ["labels"]},
        shared=["pub const HEAVY", "pub static DEPOT", "#[macro_export]", "$crate::failed", "pub grams: u64",
                "pub struct Belt(pub Vec<Parcel>)", "pub trait Total", "pub fn label(&self)", "mod tests"],
        holds={
            "Cargo.toml": ["# Symbols are of use in the depot's own crash reports.\n[profile.release]\ndebug = 1\n"],
            "depot-two-weigh/src/lib.rs": ["use depot_two_shared::{need, parcels, Total};", "fn kilograms"],
            "depot-two-weigh/tests/service_mode.rs": ["fn sample() -> Vec<Parcel>", 'get("heavy")'],
            "depot-two-print-labels/src/lib.rs": ["use depot_two_shared::{parcels, Parcel, HEAVY};"],
        },
        stays=[],
        tests={SERVICE_TEST: 2, "src/lib.rs": 2},
        told=['write `depot-two-shared = "0.3.0"` here', 'depot-two-shared = { path = "shared" }'],
    ),
    Split(
        "harbour-three",
        {"arrivals": ["moor"], "cranes": ["lift", "report"], "departures": ["clear"]},
        shared=["pub mod util;"],
        holds={
            "harbour-three-departures/src/lib.rs": ["use harbour_three_shared::util;"],
            "harbour-three-arrivals/src/util/mod.rs": ["pub(crate) use harbour_three_shared::util::ship_of;", "Berth"],
            "harbour-three-cranes/src/util/tons.rs": ["pub use harbour_three_shared::util::tons::Tons;", "fn lifts"],
            "harbour-three-shared/src/util/mod.rs": ["pub fn mark() -> char"],
            "harbour-three-shared/Cargo.toml": ['license = "MIT"'],
            "MIGRATION.md": ["pub struct Office {"],
        },
        stays=[],
        tests={SERVICE_TEST: 3, "src/lib.rs": 2},
        told=[],
    ),
    Split(
        "ledger-pair",
        {"book-entries": ["add"], "close-month": ["close"]},
        shared=["pub mod money;"],
        holds={
            "ledger-pair-book-entries/tests/totals.rs": ["use ledger_pair_book_entries::book::total;"],
            "ledger-pair-shared/tests/printed.rs": ["ledger_pair_shared::money::Money::cents(105)"],
            "ledger-pair-close-month/build.rs": ["LEDGER_YEAR=1999", "cloacina_build::configure();"],
            "ledger-pair-shared/src/money.rs": ["pub cents: i64,"],
        },
        stays=["examples/both.rs"],
        tests={SERVICE_TEST: 2, "tests/totals.rs": 1, "tests/printed.rs": 1},
        told=["examples/both.rs: not in one workflow's crate"],
    ),
]  # fmt: skip


class Place:
    """A copy of a crate in a git work tree, and the commands in it."""

    def __init__(self, name: str) -> None:
        self.root = work_dir() / "migrating" / "split" / name
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(SPLIT / name, self.root)
        self._git("init", "--quiet")
        self._git("add", "--all")
        self._git("commit", "--quiet", "-m", "as it was")

    def _git(self, *arguments: str) -> None:
        ran = running._run(["git", *arguments], self.root, {**os.environ, **running.GIT})
        assert ran.code == 0, ran.output

    def lint_tool(self, *arguments: str) -> running.Ran:
        import sys

        from tests.support import ROOT

        env = {**os.environ, "PYTHONPATH": str(ROOT / "lint"), "NO_COLOR": "1", **running.GIT}
        return running._run([sys.executable, "-m", "cloacina_lint", *arguments], self.root, env)

    def cargo(self, *arguments: str) -> running.Ran:
        """All crates share a target directory: their names differ."""
        shared = os.environ.get("CARGO_BUILD_BUILD_DIR") or str(work_dir() / "target")
        dropped = ("CARGO_PKG_", "RUSTFLAGS", "CARGO_TARGET_DIR")
        env = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
        target = str(self.root.parent / "target")
        env.update(CARGO_TARGET_DIR=target, CARGO_BUILD_BUILD_DIR=shared, CARGO_TERM_COLOR="never")
        nice = ["nice", "-n", "10"] if shutil.which("nice") else []
        return running._run([*nice, "cargo", *arguments], self.root, env, merged=True)

    def files(self) -> dict[str, str]:
        return {
            path.relative_to(self.root).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".git" not in path.relative_to(self.root).parts and path.name != "Cargo.lock"
        }


def ids(case: Split) -> str:
    return case.name


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_each_workflow_becomes_a_package_that_builds_and_runs(case: Split, cargo: str) -> None:
    place = Place(case.name)
    before = place.files()
    ran = place.lint_tool("migrate", ".", "--split")
    assert ran.code == 0, ran.output
    after = place.files()
    assert [text for text in case.told if text not in ran.output] == []
    assert tomli.loads(after["Cargo.toml"])["workspace"]["members"] == members_in_order(case, after)
    _right_files(case, before, after)
    _lint(case, place)

    shutil.copyfile(running.lock_of(VERSION), place.root / "Cargo.lock")
    fast = [part for name in case.members for part in ("--config", f"profile.release.package.{name}.opt-level=0")]
    built = place.cargo("build", "--release", "--lib", *fast)
    assert built.code == 0, judging.errors_of(built.output)
    assert "warning: unused" not in built.output
    for package in case.packages:
        name = f"{case.name}-{package}"
        assert judging.exported(place.root.parent / "target" / "release" / library_name(name)) == []
    tested = place.cargo("test")
    assert tested.code == 0, judging.errors_of(tested.output)
    passed = running.counts(tested.output)
    assert {program: passed.get(program, 0) for program in case.tests} == case.tests


def members_in_order(case: Split, after: dict[str, str]) -> list[str]:
    """As the files declare the workflows; the library last."""
    listed: list[str] = tomli.loads(after["Cargo.toml"])["workspace"]["members"]
    assert sorted(listed) == sorted(case.members)
    assert not case.shared or listed[-1] == f"{case.name}-shared"
    return listed


def _right_files(case: Split, before: dict[str, str], after: dict[str, str]) -> None:
    for path, texts in case.holds.items():
        assert [text for text in texts if text not in after[path]] == [], path
    assert {path: after.get(path) for path in case.stays} == {path: before[path] for path in case.stays}
    assert not [path for path in after if path.startswith("src/")]
    if case.shared:
        library = after[f"{case.name}-shared/src/lib.rs"]
        assert [text for text in case.shared if text not in library] == []
        assert "cloacina::" not in library
    for package, tasks in case.packages.items():
        test = after[f"{case.name}-{package}/{SERVICE_TEST}"]
        assert f"assert_eq!(ids, [{', '.join(json.dumps(task) for task in tasks)}]);" in test
    # nothing of the user's is lost
    whole = " ".join("\n".join(after.values()).split())
    lost = [
        (path, comment)
        for path, text in before.items()
        for comment in judging.comments(path, text)
        if " ".join(comment.split()) not in whole
    ]
    assert lost == []


def _lint(case: Split, place: Place) -> None:
    """Clean, but for the path to the shared library where there is one."""
    for package in case.packages:
        report = place.root.parent / "lint.json"
        name = f"{case.name}-{package}"
        place.lint_tool("--format", "json", "--output", str(report), name)
        found = json.loads(report.read_text(encoding="utf-8"))["findings"]
        errors = {(finding["rule"], finding["path"]) for finding in found if finding["severity"] == "error"}
        uses = bool(case.shared) and f"{case.name}-shared" in (place.root / name / "Cargo.toml").read_text()
        assert errors == ({("CL801", f"{name}/Cargo.toml")} if uses else set())


def test_verify_builds_every_new_crate_before_anything_is_written(cargo: str) -> None:
    place = Place("mill-pair")
    main = place.root / "src" / "main.rs"
    good = main.read_text(encoding="utf-8")
    main.write_text(good.replace('sack("17")', "sack(17)"), encoding="utf-8")
    shutil.copyfile(running.lock_of(VERSION), place.root / "Cargo.lock")
    before = place.files()
    arguments = ("migrate", ".", "--split", "--verify", "--allow-dirty", "--target-dir", str(work_dir() / "target"))
    refused = place.lint_tool(*arguments)
    assert refused.code == 2, refused.output
    assert "mill-pair-pack-sacks" in refused.errors
    assert "mismatched types" in refused.errors
    assert place.files() == before
    main.write_text(good, encoding="utf-8")
    done = place.lint_tool(*arguments)
    assert done.code == 0, done.output
    assert "cargo test" not in done.output
    assert (place.root / "mill-pair-grind" / "package.toml").is_file()


def test_a_second_run_is_refused_and_changes_nothing() -> None:
    place = Place("mill-pair")
    assert place.lint_tool("migrate", ".", "--split").code == 0
    before = place.files()
    again = place.lint_tool("migrate", ".", "--split", "--allow-dirty")
    assert again.code == 2
    assert "name one of its members: `mill-pair-grind`, `mill-pair-pack-sacks`" in again.errors
    assert place.files() == before
    member = place.lint_tool("migrate", "mill-pair-grind", "--allow-dirty")
    assert (member.code, place.files()) == (0, before)
    assert "nothing to do" in member.output
