"""Room tests/lint: dependencies that only the code which left has named (migrate/manifest/unused)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cloacina_lint.crate import Crate
from cloacina_lint.migrate.plan import plan
from cloacina_lint.source.tree import Tree

from tests.lint import tea
from tests.lint.test_migrate_manifest import values
from tests.linting import write

MAIN = "#[tokio::main]\nasync fn main() {\n    CALL\n}\n"
TEST = "#[test]\nfn one() {\n    CALL\n}\n"
LOCK = """\
version = 4

[[package]]
name = "tea-shop"
version = "0.1.0"
dependencies = [
 "cloacina",
 "uuid 1.8.0",
]

[[package]]
name = "cloacina-workflow"
version = "0.6.1"
dependencies = [
 "BELOW",
]

[[package]]
name = "rand"
version = "0.8.5"

[[package]]
name = "uuid"
version = "1.8.0"
"""
COMPANIONS = (
    "async-trait", "chrono", "cloacina-computation-graph", "cloacina-macros", "cloacina-workflow-plugin", "serde_json",
)  # fmt: skip


def migrated(root: Path, entry: str, call: str, **files: str) -> tuple[dict[str, Any], str]:
    """(Cargo.toml, what was told of dependencies that nothing names)."""
    names = {"test": "tests/own.rs", "lib": "src/lib.rs", "lock": "Cargo.lock", "program": "src/bin/list.rs"}
    code = "use cloacina::*;\n\n" + tea.workflow()
    main = MAIN.replace("CALL", call)
    sources = {"src/lib.rs": code, "src/main.rs": main} if "lib" in files else {"src/main.rs": code + main}
    more = {names[name]: text for name, text in files.items()}
    more["src/lib.rs"] = files["lib"] + code if "lib" in files else ""
    manifest = tea.MANIFEST.replace("serde_json", f"{entry}\nserde_json")
    write(root, {"Cargo.toml": manifest, **sources, **{path: text for path, text in more.items() if text}})
    done = plan(Crate(Tree(str(root))))
    text = done.changes["Cargo.toml"]
    assert text is not None
    return values(text), "\n".join(line for line in done.report.person if "no code of the library names" in line)


def test_what_only_main_named_is_told_and_stays(tmp_path: Path) -> None:
    cargo, told = migrated(tmp_path, 'clap = "4"\nanyhow = "1"', "clap::parse(anyhow::anyhow!(1));")
    assert {"clap", "anyhow"} <= set(cargo["dependencies"])
    assert "names `clap`, `anyhow` any more; they stay in [dependencies]" in told


def test_what_the_tests_name_goes_to_them(tmp_path: Path) -> None:
    call = "fastrand::u8();"
    cargo, told = migrated(tmp_path, 'fastrand = "2"', call, test=TEST.replace("CALL", call))
    assert "fastrand" not in cargo["dependencies"]
    assert cargo["dev-dependencies"]["fastrand"] == "2"
    assert not told


@pytest.mark.parametrize(("below", "moves"), [("rand", True), ("uuid 1.8.0", False), (None, False)])
def test_features_that_another_crate_may_need_stay(tmp_path: Path, below: str | None, moves: bool) -> None:
    """A crate gets the features that anyone asks for, and in the library's build dev-dependencies do not ask."""
    call = "uuid::Uuid::new_v4();"
    lock = LOCK.replace("BELOW", below or "") + "".join(f'\n[[package]]\nname = "{name}"\n' for name in COMPANIONS)
    files = {"test": TEST.replace("CALL", call)} | ({"lock": lock} if below is not None else {})
    cargo, told = migrated(tmp_path, 'uuid = { version = "1", features = ["v4"] }', call, **files)
    assert ("uuid" in cargo["dev-dependencies"]) == moves
    assert ("uuid" in cargo["dependencies"]) != moves
    assert ("`uuid`" in told) != moves


@pytest.mark.parametrize(
    ("entry", "call", "files"),
    [
        ('csv = { version = "1", optional = true }', "csv::read();", {}),
        ('csv = "1"', "csv::read();", {"lib": "fn read() {\n    csv::read();\n}\n"}),
        ('csv = "1"', "csv::read();", {"lib": '#[serde(with = "csv")]\nstruct Row;\n'}),
        ('csv = "1"', "csv::read();", {"program": "fn main() {\n    csv::read();\n}\n"}),
        ('num-traits = "0.2"\nnum-derive = "0.4"', "num_traits::one();", {"lib": "use num_derive::One;\n"}),
    ],
    ids=["optional", "the library", "a string", "a program", "a derive"],
)
def test_what_may_be_needed_is_left_alone(tmp_path: Path, entry: str, call: str, files: dict[str, str]) -> None:
    cargo, told = migrated(tmp_path, entry, call, test=TEST.replace("CALL", call), **files)
    assert entry.split()[0] in cargo["dependencies"]
    assert not told


def test_what_only_tests_named_before_is_left_alone(tmp_path: Path) -> None:
    cargo, told = migrated(tmp_path, 'csv = "1"', "println!();", test=TEST.replace("CALL", "csv::read();"))
    assert "csv" in cargo["dependencies"]
    assert not told


def test_what_a_feature_names_is_left_alone(tmp_path: Path) -> None:
    features = '[features]\nfast = ["csv/fast"]\n\n[dependencies]\n'
    manifest = tea.MANIFEST.replace("[dependencies]\n", features + 'csv = "1"\n')
    code = "use cloacina::*;\n\n" + tea.workflow() + MAIN.replace("CALL", "csv::read();")
    write(tmp_path, {"Cargo.toml": manifest, "src/main.rs": code})
    assert not any("`csv`" in line for line in plan(Crate(Tree(str(tmp_path)))).report.person)
