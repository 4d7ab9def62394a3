"""Room tests/lint: tests that start a program of the crate, which a migration takes away (migrate/programs/started)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.tea import MANIFEST, WORKFLOW, Migrated, in_main, migrated
from tests.linting import write

IGNORED = '#[ignore = "it starts the program `tea-shop`, which has left the crate"]\n'
RUN = 'runner.execute("tea", Context::new()).await?;'


def shop(root: Path, files: dict[str, str]) -> Migrated:
    return migrated(root, in_main(RUN), files=files)


@pytest.mark.parametrize(
    ("call", "then"),
    [
        ('Command::new(env!("CARGO_BIN_EXE_tea-shop"))', 'Command::new("tea-shop")'),
        ('Command::new(env!("CARGO_BIN_EXE_tea-shop", "no shop"))', 'Command::new("tea-shop")'),
        ('Command::cargo_bin("tea-shop").unwrap()', None),
        ('Command::cargo_bin(env!("CARGO_PKG_NAME")).unwrap()', None),
        ("Command::new(assert_cmd::cargo::cargo_bin!())", 'Command::new(std::path::Path::new("tea-shop"))'),
        ('cargo_bin_cmd!("tea-shop")', 'assert_cmd::Command::new("tea-shop")'),
        ('Command::new("target/debug/tea-shop")', None),
        ('Command::new(std::env::var("CARGO_BIN_EXE_tea-shop").unwrap())', None),
        ('Command::new("cargo").args(["run", "--quiet"])', None),
        ('Command::new(env!("CARGO")).arg("run").args(["--bin", "tea-shop"])', None),
    ],
)
def test_a_test_that_starts_the_program_compiles_and_is_ignored(tmp_path: Path, call: str, then: str | None) -> None:
    """cargo gives CARGO_BIN_EXE_ only of programs there are: one such test stops `cargo test` as a whole."""
    test = (
        "use std::process::Command;\n\n#[test]\nfn runs() {\n    assert!(CALL.status().unwrap().success());\n}\n\n"
        "#[test]\nfn adds() {\n    assert_eq!(1 + 1, 2);\n}\n"
    )
    done = shop(tmp_path, {"tests/cli.rs": test.replace("CALL", call)})
    assert done.text("tests/cli.rs") == test.replace("CALL", then or call).replace("fn runs", IGNORED + "fn runs")
    assert any("tests/cli.rs:5:1: `runs` is ignored now" in line for line in done.report.person)
    assert not any("`adds`" in line for line in done.report.person)
    if then is not None:
        assert any(call in kept.text for kept in done.report.kept)


def test_helpers_in_other_files_lead_to_it(tmp_path: Path) -> None:
    common = 'pub fn program() -> &\'static str {\n    env!("CARGO_BIN_EXE_tea-shop")\n}\n'
    test = """\
mod common;

struct Cli(&'static str);

impl Cli {
    fn new() -> Self {
        Cli(common::program())
    }
}

mod inner {
    #[test]
    fn far() {
        assert!(!super::Cli::new().0.is_empty());
    }

    #[test]
    fn new_alone() {
        assert!(Vec::<u8>::new().is_empty());
    }
}
"""
    done = shop(tmp_path, {"tests/common/mod.rs": common, "tests/cli.rs": test})
    assert '    "tea-shop"\n' in done.text("tests/common/mod.rs")
    assert done.text("tests/cli.rs") == test.replace("    fn far", f"    {IGNORED}    fn far")


def test_unit_tests_count_and_the_librarys_own_code_does_not(tmp_path: Path) -> None:
    above = (
        'pub fn other() {\n    std::process::Command::new("cargo").arg("run").status().unwrap();\n}\n\n'
        "#[cfg(test)]\nmod tests {\n    use assert_cmd::Command;\n\n    #[test]\n    fn runs() {\n"
        '        Command::cargo_bin("tea-shop").unwrap().assert().success();\n    }\n}\n'
    )
    done = migrated(tmp_path, in_main(RUN), above=above)
    assert f"    {IGNORED}    fn runs" in done.text("src/lib.rs")
    assert len([line for line in done.report.person if "starts the program" in line]) == 1


def test_helpers_that_one_of_two_tests_uses_are_not_named_again(tmp_path: Path) -> None:
    common = 'pub fn program() -> &\'static str {\n    env!("CARGO_BIN_EXE_tea-shop")\n}\n'
    test = "mod common;\n\n#[test]\nfn one() {\n    assert!(BODY);\n}\n"
    tests = {
        "tests/a.rs": test.replace("BODY", "true"),
        "tests/b.rs": test.replace("BODY", "!common::program().is_empty()"),
        "tests/c.rs": test.replace("BODY", "true"),
    }
    done = shop(tmp_path, {"tests/common/mod.rs": common, **tests})
    (line,) = [line for line in done.report.person if "starts the program" in line]
    assert "tests/b.rs:5:1: `one` is ignored now" in line


def test_a_program_that_stays_is_started_as_before(tmp_path: Path) -> None:
    test = (
        '#[test]\nfn lists() {\n    std::process::Command::new(env!("CARGO_BIN_EXE_list")).status().unwrap();\n'
        '    std::process::Command::new("cargo").args(["run", "--bin", "list"]).status().unwrap();\n}\n'
    )
    done = shop(tmp_path, {"src/bin/list.rs": "fn main() {}\n", "tests/cli.rs": test})
    assert done.text("tests/cli.rs") == test
    assert not any("program" in line for line in done.report.person)


def test_where_no_test_can_be_ignored_the_place_is_named(tmp_path: Path) -> None:
    bench = 'fn main() {\n    std::process::Command::new(env!("CARGO_BIN_EXE_tea-shop")).status().unwrap();\n}\n'
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/main.rs": f"use cloacina::*;\n\n{WORKFLOW}\n{in_main(RUN)}"})
    done = shop(tmp_path, {"benches/cold.rs": bench})
    assert '"tea-shop"' in done.text("benches/cold.rs")
    assert any("benches/cold.rs:2:32: it starts the program `tea-shop`" in line for line in done.report.person)
