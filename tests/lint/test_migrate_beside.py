"""Room tests/lint: the programs, examples and tests beside the one that runs the workflow (migrate/programs/)."""

from __future__ import annotations

import re
from pathlib import Path

from cloacina_lint.migrate.programs import step as programs

from tests.lint.tea import MANIFEST, WORKFLOW, Migrated, in_main, migrated
from tests.linting import write


def test_a_program_beside_the_library_becomes_an_example(tmp_path: Path) -> None:
    main = in_main('    runner.execute("tea", Context::new()).await?;').replace("fn main", "fn main")
    files = {
        "Cargo.toml": MANIFEST,
        "src/lib.rs": f"use cloacina::*;\n{WORKFLOW}",
        "src/bin/sell.rs": f"// sells\nuse cloacina::*;\nuse tea_shop as _;\n{main}",
        "src/bin/plain.rs": 'fn main() {\n    println!("no engine");\n}\n',
    }
    write(tmp_path, files)
    made = Migrated(tmp_path)
    assert made.draft.read("src/bin/sell.rs") is None
    assert made.text("examples/sell.rs") == files["src/bin/sell.rs"]
    assert made.draft.read("src/bin/plain.rs") is not None
    assert any(line.startswith("examples/sell.rs:5:1:") for line in made.report.person)


def test_embedded_tests_are_ignored_and_carried_over(tmp_path: Path) -> None:
    test = """use cloacina::*;
use serde_json::json;

#[tokio::test]
async fn sells() {
    let runner = DefaultRunner::new("sqlite://x.db").await.unwrap();
    let mut context = Context::new();
    context.insert("grams", json!(11)).unwrap();
    let result = runner.execute("tea", context).await.unwrap();
    assert_eq!(result.final_context.get("price"), Some(&json!(33)));
}

#[test]
fn adds() {
    assert_eq!(1 + 1, 2);
}
"""
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/lib.rs": f"use cloacina::*;\n{WORKFLOW}", "tests/shop.rs": test})
    made = Migrated(tmp_path)
    changed = made.text("tests/shop.rs")
    assert changed.count("#[ignore") == 1
    assert re.search(r"#\[tokio::test\]\n#\[ignore = \"[^\n]*tests/service_mode\.rs[^\n]*\"\]\nasync fn sells", changed)
    assert "async fn sells()" in made.test
    assert "json!(11)" in made.test


def test_a_test_of_that_name_stays(tmp_path: Path) -> None:
    own = "#[test]\nfn own() {}\n"
    main = in_main('    runner.execute("tea", Context::new()).await?;')
    made = migrated(tmp_path, main, files={"tests/service_mode.rs": own})
    assert made.text("tests/service_mode.rs") == own
    assert "PackageLoader" in made.text(programs.OTHER_PATH)


def test_a_helper_inside_an_assertion(tmp_path: Path) -> None:
    test = """use cloacina::*;
use serde_json::json;

async fn price(grams: u64) -> serde_json::Value {
    let runner = DefaultRunner::new("sqlite://x.db").await.unwrap();
    let mut context = Context::new();
    context.insert("grams", json!(grams)).unwrap();
    let result = runner.execute("tea", context).await.unwrap();
    result.final_context.get("price").cloned().unwrap()
}

#[tokio::test]
async fn sells() {
    assert_eq!(price(2).await, json!(6));
}
"""
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/lib.rs": f"use cloacina::*;\n{WORKFLOW}", "tests/shop.rs": test})
    made = Migrated(tmp_path)
    assert made.middle.startswith("let grams: u64 = 2; let mut context = Context::new();")
    assert (
        'let value = result.final_context.get("price").cloned().unwrap(); assert_eq!(value, json!(6));' in made.middle
    )


def test_the_engine_under_another_name(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("cloacina = {", 'engine = { package = "cloacina",')
    program = (
        "use engine::{DefaultRunner, WorkflowExecutor};\n#[tokio::main]\nasync fn main() {\n"
        '    let runner = DefaultRunner::new("sqlite://t.db").await.unwrap();\n'
        '    runner.execute("tea", engine::Context::new()).await.unwrap();\n}\n'
    )
    source = f"extern crate engine as cloacina;\nuse engine::*;\n{WORKFLOW}"
    write(tmp_path, {"Cargo.toml": manifest, "src/lib.rs": source, "src/bin/sell.rs": program})
    made = Migrated(tmp_path)
    assert made.text("examples/sell.rs") == program.replace("engine::", "cloacina::")
    assert ".execute(WORKFLOW, cloacina::Context::new())" in made.test


def test_what_a_program_includes_is_found_from_examples_too(tmp_path: Path) -> None:
    program = (
        "use cloacina::*;\nuse tea_shop as _;\n#[tokio::main]\nasync fn main() {\n"
        '    println!("{}", include_str!("../../data/prices.txt"));\n'
        '    let runner = DefaultRunner::new("sqlite://t.db").await.unwrap();\n'
        '    runner.execute("tea", Context::new()).await.unwrap();\n}\n'
    )
    source = f"use cloacina::*;\n{WORKFLOW}"
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/lib.rs": source, "src/bin/sell.rs": program})
    assert 'include_str!("../data/prices.txt")' in Migrated(tmp_path).text("examples/sell.rs")
