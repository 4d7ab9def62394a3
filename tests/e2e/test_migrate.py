"""Room tests/e2e/: library-mode crates of our own become service-mode crates: the real command on a copy in a git work
tree, the linter, `cargo build --release --lib`, the exported entry point, `cargo test` through the loaded library.

tests/e2e/migrating/ holds the crates and the judges; `python -m tests.e2e.migrating.try` runs the same by hand. Crates
of versions whose engine nothing else in CI builds are built nightly: `CLOACINA_SERVICE_NIGHTLY=1`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import tomli

from tests.e2e import proving
from tests.e2e.migrating import judging, running
from tests.e2e.migrating.cases import CASES, MIGRATED, REFUSED, Case

KEPT = "tested"
NIGHTLY = os.environ.get("CLOACINA_SERVICE_NIGHTLY") == "1"
BUILT = ("0.6.1", "0.11.1")  # the engines that other tests build as well
RUN = [case for case in CASES if case.runs and (NIGHTLY or case.name in ("parcel-greeter", "fleet-reports"))]


def ids(case: Case) -> str:
    return f"{case.name}-{case.version}"


def builds(case: Case) -> bool:
    return NIGHTLY or case.target in BUILT


@pytest.mark.parametrize("case", MIGRATED, ids=ids)
def test_a_library_mode_crate_becomes_a_service_mode_crate(case: Case, cargo: str) -> None:
    place = running.Place(case, KEPT)
    steps = dict(judging.outcome(place, build=builds(case)))
    wrong = [f"{step}: {text}" for step, found in steps.items() for text in found]
    assert not wrong, "\n".join([*wrong, f"see {place.base}"])
    asked = {"migrated", "clean", "survives", "settled"} | ({"built", "symbol", "tested"} if builds(case) else set())
    assert set(steps) == asked


@pytest.mark.parametrize("case", REFUSED, ids=ids)
def test_a_crate_that_cannot_be_a_package_is_refused_and_untouched(case: Case) -> None:
    ((step, wrong),) = judging.outcome(running.Place(case, KEPT))
    assert (step, wrong) == ("refused", [])


@pytest.mark.parametrize("case", RUN, ids=ids)
def test_the_original_runs_embedded(case: Case, cargo: str) -> None:
    """A crate that never ran shows nothing: all of them nightly, for an original changes seldom."""
    memory = proving.Memory("originals")
    key = running.digest(case)
    wrong = memory.get(key)
    if wrong is None:
        wrong = judging.run_original(case, KEPT)
        if not wrong:
            memory.put(key, wrong)
    assert wrong == []


def names(crate: Path) -> set[str]:
    """Cargo's names of the packages below this directory."""
    manifests = [tomli.loads(path.read_text(encoding="utf-8-sig")) for path in crate.rglob("Cargo.toml")]
    return {manifest["package"]["name"] for manifest in manifests if "package" in manifest}


def test_every_crate_has_a_case_and_a_name_of_its_own() -> None:
    """Libraries of one name would overwrite each other in the shared build directory."""
    folders = sorted(path.name for path in running.CRATES.iterdir())
    assert folders == sorted(case.name for case in CASES)
    packages = [name for folder in folders for name in names(running.CRATES / folder)]
    assert len(packages) == len(set(packages))
    assert all(case.package in names(running.CRATES / case.name) for case in CASES)


def judged(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What the judge of survival says of a migration from `before` to `after`, files as path -> text."""
    case = Case("parcel-greeter", "", gone=(), service=())
    case.holds = {}
    place = running.Place(case, KEPT)
    old, new = ({path: text.encode() for path, text in files.items()} for files in (before, after))
    return judging.survives(place, old, new, "")


MANIFEST = '[package]\nname = "a"\nversion = "1.0.0"\n[dependencies]\nregex = "1"\ncloacina = "0.6.1"\n'


@pytest.mark.parametrize(
    ("after", "says"),
    [
        ({"Cargo.toml": MANIFEST}, "lost: The depot's printers know upper case only."),
        ({"Cargo.toml": MANIFEST.replace('regex = "1"\n', "")}, "the dependency regex is lost"),
        ({"Cargo.toml": MANIFEST.replace('regex = "1"', 'regex = "2"')}, "regex was '1', is '2'"),
        ({"Cargo.toml": MANIFEST.replace("1.0.0", "1.0.1")}, "package.version was '1.0.0', is '1.0.1'"),
        ({"Cargo.toml": MANIFEST, "a.rs": "a\r\nb\n"}, "a.rs: 1 of 2 lines end in CRLF"),
        ({"Cargo.toml": MANIFEST.replace("\n", "\r\n")}, "Cargo.toml: other line ends than before"),
        ({"Cargo.toml": MANIFEST, "a.rs": "a\ufeff"}, "a.rs: a byte order mark inside the file"),
        ({"Cargo.toml": MANIFEST, "b.rs": "a"}, ""),
    ],
)  # fmt: skip
def test_the_judge_of_survival_can_say_no(after: dict[str, str], says: str) -> None:
    wrong = judged({"Cargo.toml": MANIFEST}, after)
    wrong = wrong if "lost: " in says else [text for text in wrong if "lost: " not in text]
    assert any(says in text for text in wrong) if says else not wrong


def test_the_judge_of_tests_counts_those_of_the_service_test() -> None:
    case = Case("parcel-greeter", "", tests={"src/lib.rs": 1})
    ran = "     Running unittests src/lib.rs (target/debug/deps/a-1)\ntest result: ok. 1 passed; 0 failed; 0 ignored\n"
    service = ran.replace("unittests src/lib.rs", "tests/service_mode.rs")
    assert judging.tested(case, 0, ran + service) == []
    assert "no test of tests/service_mode.rs ran" in judging.tested(case, 0, ran)[0]
    assert "src/lib.rs: fewer than 1" in judging.tested(case, 0, service)[0]
    assert judging.tested(case, 101, ran + service)
