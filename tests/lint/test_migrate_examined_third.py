"""Room tests/: what a second examination found wrong in the tests that a migration writes, and stays cured."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.tea import MANIFEST, WORKFLOW, Migrated, in_main, migrated
from tests.linting import write

FILL = '    let mut context = Context::new();\n    context.insert("grams", json!(2))?;\n'
RUN = FILL + '    let result = runner.execute("tea", context).await?;\n'
ASK = '#[task(id = "ask", dependencies = ["weigh"])]'


@pytest.mark.parametrize(
    ("rule", "version", "runs"),
    [
        ('context_value("sugar", equals, true)', "0.6.1", False),
        ('all(task_success("weigh"), task_failed("weigh"))', "0.6.1", False),
        ('all(task_success("weigh"))', "0.6.1", True),
        ('context_value("sugar", equals, true)', "0.11.1", True),
    ],
)
def test_a_run_that_trigger_rules_decide_about(tmp_path: Path, rule: str, version: str, runs: bool) -> None:
    """Up to 0.7 a package runs the task all the same, and what the program checked may be otherwise."""
    assert ASK in WORKFLOW
    flow = WORKFLOW.replace(ASK, f"{ASK[:-2]}, trigger_rules = {rule})]")
    main = in_main(RUN + '    assert_eq!(result.final_context.get("price"), Some(&json!(6)));')
    source = f"use cloacina::*;\nuse serde_json::json;\n\n{flow}\n{main}"
    write(tmp_path, {"Cargo.toml": MANIFEST.replace("0.6.1", version), "src/main.rs": source})
    made = Migrated(tmp_path, version)
    assert ("#[ignore" not in made.test) == runs
    if not runs:
        assert "ignores `trigger_rules`: the task `ask` always runs" in made.test


HELPER = """
pub struct Price(pub u64);

pub struct Oops;

type Alias<T> = std::result::Result<T, Oops>;

async fn one(runner: &DefaultRunner) -> {kind} {{
    let mut context = Context::new();
    context.insert("grams", json!(2)).unwrap();
    let result = runner.execute("tea", context).await{end};
    Ok(Price(result.final_context.get("price").and_then(|price| price.as_u64()).unwrap_or(0)))
}}
"""


@pytest.mark.parametrize(
    ("kind", "end", "carried"),
    [
        ("anyhow::Result<Price>", "?", True),
        ("Result<Price, Box<dyn std::error::Error>>", "?", True),
        ("Alias<Price>", ".map_err(|_| Oops)?", False),
        ("Result<Price, Oops>", ".map_err(|_| Oops)?", False),
    ],
)
def test_the_type_of_the_value_is_no_error(tmp_path: Path, kind: str, end: str, carried: bool) -> None:
    above = HELPER.format(kind=kind, end=end)
    tail = "?" if carried else ".unwrap_or(Price(0))"
    made = migrated(
        tmp_path, above + in_main(f"    let price = one(&runner).await{tail};\n    assert_eq!(price.0, 6);")
    )
    told = [line for line in made.report.person if "is no std::error::Error" in line]
    assert not [line for line in told if "`Price`" in line]
    assert (".execute(" in made.test and "#[ignore" not in made.test) == carried, made.test


@pytest.mark.parametrize("read", ['get_as("price")?', 'get_required("price")?'])
def test_a_type_that_the_caller_says_is_not_guessed(tmp_path: Path, read: str) -> None:
    above = (
        "async fn one(runner: &DefaultRunner) -> Result<Option<Price>, Box<dyn std::error::Error>> {\n"
        f"{RUN}    Ok(result.final_context.{read})\n}}\n\n"
        "#[derive(serde::Deserialize)]\npub struct Price(pub u64);\n"
    )
    made = migrated(tmp_path, above + in_main("    assert!(one(&runner).await?.is_none());"))
    assert read not in made.test
