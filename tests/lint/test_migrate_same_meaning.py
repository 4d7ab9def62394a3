"""Room tests/: what a migration carries into tests/service_mode.rs means there what it means in the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.tea import MANIFEST, WORKFLOW, Migrated, in_main, migrated
from tests.lint.test_migrate_examined_again import FILL, ONE, not_carried, with_test
from tests.linting import write


def test_a_name_that_two_functions_give_to_different_things(tmp_path: Path) -> None:
    """In one list of statements `let a = b; let b = a;` makes both the same."""
    two = ONE.replace("grams: i64)", "grams: i64, more: i64)").replace("json!(grams)", "json!(grams - more)")
    body = """    let (grams, more) = (10, 4);
    let there = one(&runner, grams, more).await?;
    let back = one(&runner, more, grams).await?;
    assert_eq!((there, back), (18, -18));"""
    made = migrated(tmp_path, two + in_main(body))
    assert "let more = grams;" not in made.test
    assert any("is another variable" in line for line in not_carried(made))


SHADOWED = {
    "a block": """    let grams = 2;
    {
        let grams = 4;
        let mut context = Context::new();
        context.insert("grams", json!(grams))?;
        runner.execute("tea", context).await?;
    }
    let mut context = Context::new();
    context.insert("grams", json!(grams))?;
    let result = runner.execute("tea", context).await?;
    assert_eq!(result.final_context.get("price"), Some(&json!(6)));""",
    "a pattern": """    let grams = Some(2);
    if let Some(grams) = grams {
        let mut context = Context::new();
        context.insert("grams", json!(grams))?;
        let result = runner.execute("tea", context).await?;
        assert_eq!(result.final_context.get("price"), Some(&json!(6)));
    }""",
}


@pytest.mark.parametrize("name", SHADOWED)
def test_a_name_that_is_another_in_a_block(tmp_path: Path, name: str) -> None:
    assert "#[ignore" in migrated(tmp_path, in_main(SHADOWED[name])).test


def test_statements_of_sql_are_no_runs(tmp_path: Path) -> None:
    body = """    let conn = rusqlite::Connection::open("t.db")?;
    conn.execute(CREATE, [])?;
"""
    made = migrated(
        tmp_path, 'const CREATE: &str = "x";\n\n' + in_main(body + FILL + '    runner.execute("tea", context).await?;')
    )
    assert made.test.count(".execute(") == 1
    assert "#[ignore" not in made.test


def test_the_value_of_a_function_is_all_of_its_last_expression(tmp_path: Path) -> None:
    above = """
fn numbers(v: &serde_json::Value) -> Vec<i64> {
    v.as_i64().into_iter().collect()
}

async fn prices(runner: &DefaultRunner, grams: i64) -> Vec<i64> {
    let mut context = Context::new();
    context.insert("grams", json!(grams)).unwrap();
    let r = runner.execute("tea", context).await.unwrap();
    numbers(r.final_context.get("price").unwrap())
}

"""
    body = "    let t = prices(&runner, 7).await;\n    assert_eq!(t, vec![21]);"
    made = migrated(tmp_path, above + in_main(body))
    assert 'let t: Vec<i64> = numbers(r.final_context.get("price").unwrap()); assert_eq!(t, vec![21]);' in made.middle
    assert "fn numbers(" in made.test


def test_a_value_under_a_condition_is_carried_whole(tmp_path: Path) -> None:
    """The status is the value's matter; the test asks for none of its own."""
    above = """
async fn price(grams: i64) -> Option<serde_json::Value> {
    let runner = DefaultRunner::new("t.db").await.unwrap();
    let mut context = Context::new();
    context.insert("grams", json!(grams)).unwrap();
    let r = runner.execute("tea", context).await.unwrap();
    (r.status == WorkflowStatus::Completed).then(|| r.final_context.get("price").cloned().unwrap())
}

"""
    made = with_test(tmp_path, "    assert_eq!(price(-1).await, None);", above)
    assert "let value = (r.status == WorkflowStatus::Completed) .then(" in made.middle
    assert "matches!(r.status" not in made.middle


STATUS = """
async fn status(grams: i64) -> WorkflowStatus {
    let runner = DefaultRunner::new("t.db").await.unwrap();
    let mut context = Context::new();
    context.insert("grams", json!(grams)).unwrap();
    let r = runner.execute("tea", context).await.unwrap();
    r.status
}

"""


@pytest.mark.parametrize(
    ("check", "status"),
    [
        ("assert_eq!(status(-4).await, WorkflowStatus::Failed);", "Failed"),
        ("assert_ne!(status(-4).await, WorkflowStatus::Completed);", "Failed"),
        ("assert!(matches!(status(4).await, WorkflowStatus::Completed));", "Completed"),
    ],
)
def test_the_status_that_a_function_hands_on_is_the_one_expected(tmp_path: Path, check: str, status: str) -> None:
    made = with_test(tmp_path, f"    {check}", STATUS)
    assert f"matches!(r.status, WorkflowStatus::{status})" in made.middle
    assert made.middle.count("WorkflowStatus::") == 1
    assert 'context.insert("grams", json!(grams)).unwrap();' in made.middle


def test_each_run_has_the_status_that_is_asked_of_it(tmp_path: Path) -> None:
    body = """    let bad = runner.execute("tea", Context::new()).await?;
    let mut context = Context::new();
    context.insert("grams", json!(2))?;
    let good = runner.execute("tea", context).await?;
    assert_eq!(bad.status, WorkflowStatus::Failed);
    assert_eq!(good.status, WorkflowStatus::Completed);"""
    made = migrated(tmp_path, in_main(body))
    assert "matches!(bad.status, WorkflowStatus::Failed)" in made.middle
    assert "matches!(good.status, WorkflowStatus::Completed)" in made.middle


def test_a_name_that_goes_over_to_another_workflows_result(tmp_path: Path) -> None:
    body = """    let result = runner.execute("tea", context).await?;
    assert_eq!(result.final_context.get("price"), Some(&json!(6)));
    let result = runner.execute("coffee", Context::new()).await?;
    assert_eq!(result.status, WorkflowStatus::Failed);
    assert_eq!(result.final_context.get("beans"), Some(&json!(1)));"""
    made = migrated(tmp_path, in_main(FILL + body))
    assert "beans" not in made.middle
    assert "WorkflowStatus::Failed" not in made.middle
    assert "Some(&json!(6))" in made.middle


def test_a_test_that_says_nothing_of_the_status_asks_for_none(tmp_path: Path) -> None:
    test = """    let runner = DefaultRunner::new("t.db").await.unwrap();
    let mut context = Context::new();
    context.insert("grams", json!("none")).unwrap();
    let r = runner.execute("tea", context).await.unwrap();
    assert_eq!(r.final_context.get("price"), None);"""
    made = with_test(tmp_path, test)
    assert "WorkflowStatus" not in made.middle
    assert 'assert_eq!(r.final_context.get("price"), None);' in made.middle


def test_a_variable_that_is_called_upon_stays_mutable(tmp_path: Path) -> None:
    body = """    let mut table: Option<serde_json::Value> = None;
    for round in 0..std::env::args().count() {
        let mut context = Context::new();
        context.insert("grams", json!(round))?;
        if let Some(t) = table.take() {
            context.insert("table", t)?;
        }
        let result = runner.execute("tea", context).await?;
        table = result.final_context.get("price").cloned();
    }"""
    made = migrated(tmp_path, in_main(body))
    assert "let table" not in made.test
    assert "#[ignore" in made.test


def test_a_loop_that_is_left_out_takes_what_ends_its_rounds_along(tmp_path: Path) -> None:
    rounds = ROUNDS.format(condition="grams == 2").replace("[1, 2, 3]", "std::env::args().map(|a| a.len()).skip(1)")
    body = rounds.replace("context.insert", "if grams > 9 {\n            break;\n        }\n        context.insert")
    made = migrated(tmp_path, in_main(body))
    assert "for " not in made.middle
    assert "continue" not in made.middle
    assert "break" not in made.middle


def test_a_result_that_is_changed_stays_mutable(tmp_path: Path) -> None:
    body = """    let mut result = runner.execute("tea", context).await?;
    result.final_context.insert("paid", json!(true))?;
    assert!(result.final_context.get("paid").is_some());"""
    assert "let mut result = runner" in migrated(tmp_path, in_main(FILL + body)).middle


ROUNDS = """    for grams in [1, 2, 3] {{
        if {condition} {{
            continue;
        }}
        let mut context = Context::new();
        context.insert("grams", json!(grams))?;
        runner.execute("tea", context).await?;
    }}"""


def test_a_round_that_the_program_leaves_out(tmp_path: Path) -> None:
    made = migrated(tmp_path, in_main(ROUNDS.format(condition="grams == 2")))
    assert "if grams == 2 { continue; }" in made.middle
    assert "#[ignore" not in made.test


def test_a_round_that_the_program_leaves_out_for_a_reason_from_outside(tmp_path: Path) -> None:
    made = migrated(tmp_path, in_main(ROUNDS.format(condition='std::fs::read("no").is_ok()')))
    assert '#[ignore = "leave out first what the program leaves out' in made.test


def test_what_a_round_leaves_for_the_next_is_carried(tmp_path: Path) -> None:
    body = """    let mut grams = json!(1);
    for _ in 0..2 {
        let mut context = Context::new();
        context.insert("grams", grams.take())?;
        let result = runner.execute("tea", context).await?;
        grams = result.final_context.get("price").cloned().unwrap();
    }
    assert_eq!(grams, json!(9));"""
    made = migrated(tmp_path, in_main(body))
    assert "let mut grams = json!(1);" in made.middle
    assert 'grams = result.final_context.get("price").cloned().unwrap();' in made.middle


def test_a_check_by_hand_is_a_check(tmp_path: Path) -> None:
    main = in_main(
        """    for (grams, price) in [(1, 3), (2, 6)] {
        let mut context = Context::new();
        context.insert("grams", json!(grams)).unwrap();
        let result = runner.execute("tea", context).await.unwrap();
        let paid = result.final_context.get("price").and_then(|p| p.as_i64());
        if paid != Some(price) {
            eprintln!("{grams}: {paid:?}");
            return std::process::ExitCode::FAILURE;
        }
    }"""
    )
    made = migrated(tmp_path, main)
    assert "for (grams, price) in [(1, 3), (2, 6)] {" in made.middle
    assert 'panic!("the program ends with a failure here");' in made.middle


def test_a_value_without_which_the_program_ends(tmp_path: Path) -> None:
    body = """    let result = runner.execute("tea", context).await?;
    let Some(price) = result.final_context.get("price").and_then(|p| p.as_u64()) else {
        std::process::exit(2);
    };
    assert_eq!(price, 6);"""
    made = migrated(tmp_path, in_main(FILL + body))
    assert 'else { panic!("exit status 2"); }; assert_eq!(price, 6);' in made.middle


# --- names ---


def test_a_field_in_json_is_no_variable(tmp_path: Path) -> None:
    above = "#[derive(serde::Serialize)]\nstruct Leaf {\n    grams: u64,\n}\n\n"
    body = """    let mut context = Context::new();
    context.insert("grams", json!(Leaf { grams: 2 }.grams))?;
    let wait = std::time::Duration::from_secs(60);
    let result = tokio::time::timeout(wait, runner.execute("tea", context)).await??;
    assert_eq!(result.final_context.get("price"), Some(&json!(6)));"""
    made = migrated(tmp_path, above + in_main(body))
    assert "json!(Leaf { grams: 2 }.grams)" in made.middle
    assert "let result = runner .execute(WORKFLOW, context)" in made.middle
    assert "#[ignore" not in made.test


def test_names_of_the_crates_own_prelude(tmp_path: Path) -> None:
    prelude = (
        "mod prelude {\n    pub use cloacina::{task, workflow, Context, DefaultRunner, TaskError, WorkflowExecutor};\n"
    )
    prelude += "    pub use serde_json::{json, Value};\n    pub type Bag = Context<Value>;\n}\nuse prelude::*;\n\n"
    flow = WORKFLOW.replace("use super::*;", "use crate::prelude::*;")
    main = in_main(
        """    let mut context = Bag::new();
    context.insert("grams", json!(2))?;
    let result = runner.execute("tea", context).await?;
    assert_eq!(result.final_context.get("price"), Some(&json!(6)));"""
    )
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/main.rs": f"{prelude}{flow}\n{main}"})
    made = Migrated(tmp_path)
    assert "#[ignore" not in made.test
    assert "use serde_json::{json, Value};" in made.test
    assert "type Bag = Context<Value>;" in made.test


def test_a_variable_of_the_same_name_as_a_function(tmp_path: Path) -> None:
    above = "fn grams() -> u64 {\n    2\n}\n\n"
    body = """    let grams = grams();
    let mut context = Context::new();
    context.insert("grams", json!(grams))?;
    runner.execute("tea", context).await?;"""
    made = migrated(tmp_path, above + in_main(body))
    assert "fn grams() -> u64" in made.test


def test_no_arguments_and_a_default_are_the_default(tmp_path: Path) -> None:
    body = """    let who = std::env::args().nth(1).unwrap_or_else(|| "Ana".to_string());
    let mut context = Context::new();
    context.insert("grams", json!(who.len()))?;
    runner.execute("tea", context).await?;"""
    assert 'let who = "Ana".to_string();' in migrated(tmp_path, in_main(body)).middle


def test_the_day_is_the_programs_matter(tmp_path: Path) -> None:
    body = """    let day = chrono::Utc::now().format("%A").to_string();
    let mut context = Context::new();
    context.insert("grams", json!(day.len()))?;
    runner.execute("tea", context).await?;"""
    made = migrated(tmp_path, in_main(body))
    assert "chrono::Utc::now()" in made.middle
    assert "#[ignore" not in made.test
