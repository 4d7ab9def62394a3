"""Room tests/lint: a migrated Cargo.toml beside its dependencies: inherited keys, targets, library, profile."""

from __future__ import annotations

from pathlib import Path

import pytest
from cloacina_lint.contracts import load
from cloacina_lint.crate import Crate
from cloacina_lint.migrate import packaging
from cloacina_lint.migrate.draft import Draft
from cloacina_lint.migrate.manifest import step as manifest
from cloacina_lint.migrate.outcome import Report
from cloacina_lint.source.tree import Tree

from tests.lint.test_migrate_manifest import CODE, ENGINE, HEAD, comments, made, values
from tests.linting import write

WORKSPACE = """\
[workspace]
members = ["crates/*"]
resolver = "2"

[workspace.package]
version = "2.0.0"
edition = "2021"
authors = ["Ada <ada@example.org>", "O\\"N"]
rust-version = "1.70"
license = "MIT"
publish = false
readme = "README.md"

[workspace.dependencies]
cloacina = { version = "0.6.1", features = ["macros"] }
cloacina-workflow = { git = "https://example.org/c", tag = "v0.6.1" }
serde = { version = "1", default-features = false, features = ["std"] }
serde_json = "1.0"
tokio = { version = "1", features = ["rt"] }
regex = "1"
inner = { path = "crates/till/inner" }

[workspace.lints.rust]
unsafe_code = "forbid"
unused = { level = "warn", priority = -1 }

[workspace.lints.clippy]
all = "warn"
"""
MEMBER = """\
[package]
name = "till"
version.workspace = true # the release
edition = { workspace = true }
authors.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true
readme.workspace = true

[dependencies]
cloacina = { workspace = true, features = ["sqlite"] }
cloacina-workflow.workspace = true
serde = { workspace = true, features = ["derive"] } # wire
tokio = { workspace = true, features = [
    "macros", # main
] }
regex.workspace = true
inner.workspace = true

[dependencies.serde_json]
workspace = true
features = ["preserve_order"]

# as everywhere
[lints]
workspace = true
"""


def test_what_a_member_inherits_is_written_out(tmp_path: Path) -> None:
    write(tmp_path, {"Cargo.toml": WORKSPACE})
    result = made(tmp_path / "crates/till", MEMBER)
    data = result.data()
    assert data["package"] == {
        "name": "till",
        "version": "2.0.0",
        "edition": "2021",
        "authors": ["Ada <ada@example.org>", 'O"N'],
        "rust-version": "1.88",
        "license": "MIT",
        "publish": False,
    }
    dependencies = data["dependencies"]
    assert dependencies["serde"] == {"version": "1", "default-features": False, "features": ["derive", "std"]}
    assert dependencies["serde_json"] == {"version": "1.0", "features": ["preserve_order"]}
    assert dependencies["regex"] == "1"
    assert dependencies["inner"] == {"path": "inner"}
    assert dependencies["cloacina-workflow"] == {"version": "0.6.1", "features": ["packaged"]}
    assert data["dev-dependencies"]["tokio"]["features"] == ["macros", "rt", "rt-multi-thread"]
    assert data["dev-dependencies"]["cloacina"] == {**ENGINE, "features": ["sqlite", "macros"]}
    assert data["lints"] == values(WORKSPACE)["workspace"]["lints"]
    assert "workspace" not in result.text()
    for comment in comments(MEMBER):
        assert comment in result.text()
    assert 'version = "2.0.0" # the release\n' in result.text()
    assert result.data("package.toml")["package"]["version"] == "2.0.0"
    assert result.text(".gitignore") == "*.cloacina\n"


def test_a_root_keeps_inheriting_from_itself(tmp_path: Path) -> None:
    cargo = (
        '[package]\nname = "till"\nversion.workspace = true\nedition = "2021"\n\n[workspace]\nmembers = ["."]\n\n'
        '[workspace.package]\nversion = "1.2.3"\n\n[workspace.dependencies]\ncloacina = "0.6.1"\nregex = "1"\n\n'
        "[dependencies]\ncloacina.workspace = true\nregex.workspace = true\n"
    )
    data = made(tmp_path, cargo).data()
    assert data["package"]["version"] == {"workspace": True}
    assert data["dependencies"]["regex"] == {"workspace": True}
    assert data["dev-dependencies"]["cloacina"] == ENGINE
    assert data["workspace"]["dependencies"] == {"cloacina": "0.6.1", "regex": "1"}


def test_programs_that_left_are_taken_out(tmp_path: Path) -> None:
    cargo = (
        '[package]\nname = "till"\nversion = "1.2.3"\nedition = "2021"\ndefault-run = "till"\n\n'
        '# the runner\n[[bin]]\nname = "till"\npath = "src/main.rs" # here\n\n[[bin]]\nname = "report"\n\n'
        '[dependencies]\ncloacina = "0.6.1"\n'
    )
    result = made(tmp_path, cargo, src__bin__report_rs="fn main() {}\n")
    data = result.data()
    assert data["bin"] == [{"name": "report"}]
    assert "default-run" not in data["package"]
    assert [item.text for item in result.report.kept] == [
        '# the runner\n[[bin]]\nname = "till"\npath = "src/main.rs" # here'
    ]


def test_a_default_program_that_stays_is_kept(tmp_path: Path) -> None:
    cargo = HEAD + 'default-run = "report"\n\n[dependencies]\ncloacina = "0.6.1"\n'
    data = made(tmp_path, cargo, src__bin__report_rs="fn main() {}\n").data()
    assert data["package"]["default-run"] == "report"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[lib]\ncrate-type = ["cdylib", "rlib"]\n'),
        ("[lib]\ndoctest = false\n", '[lib]\ncrate-type = ["cdylib", "rlib"]\ndoctest = false\n'),
        ('[lib]\ncrate_type = ["lib"]\n', '[lib]\ncrate-type = ["cdylib", "lib"]\n'),
        ('[lib]\ncrate-type = ["cdylib"] # for the host\n', '[lib]\ncrate-type = ["cdylib", "rlib"] # for the host\n'),
        ('[lib]\ncrate-type = [\n  "rlib",\n]\n', '[lib]\ncrate-type = [\n  "rlib",\n  "cdylib",\n]\n'),
        ('[lib]\ncrate-type = "rlib"\n', '[lib]\ncrate-type = ["cdylib", "rlib"]\n'),
        ('[lib]\nname = "shop"\n', '[lib]\ncrate-type = ["cdylib", "rlib"]\nname = "till"\n'),
    ],
)
def test_library(tmp_path: Path, before: str, after: str) -> None:
    result = made(tmp_path, HEAD + "\n" + before + '\n[dependencies]\ncloacina = "0.6.1"\n')
    assert after in result.text()


def test_code_follows_the_library_name(tmp_path: Path) -> None:
    cargo = HEAD + '\n[lib]\nname = "shop"\n\n[dependencies]\ncloacina = "0.6.1"\n'
    test = "use shop::nightly;\n// shop is open\nfn f(shop: u8) -> u8 {\n    ::shop::rest();\n    shop\n}\n"
    result = made(tmp_path, cargo, src__lib_rs=CODE + "pub mod shop {}\n", tests__open_rs=test)
    assert result.text("tests/open.rs") == test.replace("use shop", "use till").replace("::shop", "::till")
    assert "pub mod shop {}" in result.text("src/lib.rs")


def test_profile_patch_and_rust_version(tmp_path: Path) -> None:
    cargo = (
        '[package]\nname = "till"\nversion = "1.2.3"\nedition = "2021"\nrust-version = "1.75.0"\n\n'
        '[profile.release]\npanic = "abort" # small\nlto = true\n\n[patch.crates-io]\ncloacina = { path = "../c" }\n'
        'serde = { path = "vendor/serde" }\n\n[dependencies]\ncloacina = "0.6.1"\n'
    )
    result = made(tmp_path, cargo)
    data = result.data()
    assert data["profile"]["release"] == {"lto": True}
    assert data["patch"] == {"crates-io": {"serde": {"path": "vendor/serde"}}}
    assert data["package"]["rust-version"] == "1.88"
    assert [item.text for item in result.report.kept] == ['panic = "abort" # small']
    assert made(tmp_path / "later", cargo, "0.12.0").data()["package"]["rust-version"] == "1.99"


def test_a_service_crate_of_its_own_version_is_left_as_it_is(tmp_path: Path) -> None:
    from cloacina_lint import examples

    contract = load("0.6.1")
    assert contract is not None
    files = examples.canonical(contract)
    write(tmp_path, {**files, ".gitignore": "target\n*.cloacina\n"})
    draft, report = Draft(Crate(Tree(str(tmp_path)), explicit=True)), Report()
    manifest.write(draft, None, contract, report)
    packaging.write(draft, None, contract, report)
    assert draft.changed() == {}
    assert report.done == []


def test_the_linters_settings_follow(tmp_path: Path) -> None:
    cargo = (
        HEAD
        + '\n[package.metadata.cloacina-lint]\nmode = "library"\ncloacina = "0.6.1" # server\nignore = ["CL012"]\n\n'
        '[dependencies]\ncloacina = "0.6.1"\n'
    )
    metadata = made(tmp_path, cargo, "0.11.1").data()["package"]["metadata"]
    assert metadata == {"cloacina-lint": {"mode": "service", "cloacina": "0.11.1", "ignore": ["CL012"]}}
    text = cargo.replace('"0.6.1" # server', '"0.6"').replace('mode = "library"\n', "")
    assert 'cloacina = "0.6"\n' in made(tmp_path / "b", text).text()


def test_the_workspaces_settings_are_overruled(tmp_path: Path) -> None:
    write(
        tmp_path, {"Cargo.toml": '[workspace]\nmembers = ["a"]\n[workspace.metadata.cloacina-lint]\nmode = "library"\n'}
    )
    data = made(tmp_path / "a", HEAD + '\n[dependencies]\ncloacina = "0.6.1"\n').data()
    assert data["package"]["metadata"] == {"cloacina-lint": {"mode": "service"}}


@pytest.mark.parametrize(
    ("package", "targets", "after"),
    [
        ("autotests = false\n", '[[test]]\nname = "pure"\npath = "tests/pure.rs"\n', "tests/pure.rs"),
        ("autotests = false\n", "", 'edition = "2021"'),
        ("autotests = false\n", 'test = [{ name = "pure", path = "tests/pure.rs" }]\n', ""),
        ("", '[[test]]\nname = "pure"\npath = "tests/pure.rs"\n', None),
        ('EDITION"2015"\n', '[[test]]\nname = "pure"\npath = "tests/pure.rs"\n', "tests/pure.rs"),
        ('EDITION"2015"\n', "", None),
    ],
)
def test_a_new_test_is_listed_where_cargo_does_not_look_for_tests(
    tmp_path: Path, package: str, targets: str, after: str | None
) -> None:
    head = HEAD.replace('edition = "2021"\n', package.replace("EDITION", "edition = "))
    head = head if "edition" in head else head + 'edition = "2021"\n'
    cargo = targets + head if targets.startswith("test") else f"{head}\n{targets}"
    write(tmp_path, {"Cargo.toml": f'{cargo}\n[dependencies]\ncloacina = "0.6.1"\n', "src/lib.rs": CODE})
    write(tmp_path, {"tests/pure.rs": "#[test]\nfn one() {}\n"})
    draft, report = Draft(Crate(Tree(str(tmp_path)), explicit=True)), Report()
    draft.create("tests/service_mode.rs", "#[test]\nfn two() {}\n")
    draft.create("tests/common/mod.rs", "")
    contract = load("0.6.1")
    assert contract is not None
    manifest.write(draft, None, contract, report)
    file = draft.read("Cargo.toml")
    assert file is not None
    tests = [entry["path"] for entry in values(file.text).get("test", [])]
    assert ("tests/service_mode.rs" in tests) == (after is not None)
    assert len(tests) == bool(targets) + (after is not None)
    assert after is None or file.text.index(after) < file.text.index("service_mode")
