"""Room tests/: what a program did becomes a test through the built library (migrate/programs/, service_test/)."""

from __future__ import annotations

from pathlib import Path

import pytest
from cloacina_lint.migrate.service_test import composing, harness

from tests.lint.tea import MANIFEST, WORKFLOW, Migrated, in_main, migrated
from tests.linting import write
from tests.support import bake

# --- the harness ---


def test_the_harness_is_that_of_the_template(tmp_path: Path) -> None:
    done = bake(tmp_path, crate_name="tea-shop", workflow_name="tea")
    assert done.returncode == 0, done.stderr
    template = (tmp_path / "tea-shop" / "tests" / "service_mode.rs").read_text(encoding="utf-8")
    start = template.index("    let mut context = Context::new();")
    end = template.index("    runner.shutdown()")
    body = composing.Body(harness.SIGNATURE.removeprefix("async fn ").removesuffix("()"), template[start:end])
    made = composing.compose("tea", ["extract", "transform", "load"], [body], {"json": "serde_json::json"}, [], [])
    assert made == template


def test_no_test_where_the_engine_was_never_published(tmp_path: Path) -> None:
    main = in_main('    runner.execute("tea", Context::new()).await?;')
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/main.rs": f"use cloacina::*;\n{WORKFLOW}\n{main}"})
    made = Migrated(tmp_path, "0.5.1")
    assert made.draft.read(composing.PATH) is None
    assert any("0.5.1 was never published" in line for line in made.report.person)


# --- the context and the assertions ---

CASES = {
    "plain": (
        """    let mut context = Context::new();
    context.insert("grams", json!(50))?;
    let result = runner.execute("tea", context).await?;
    assert!(matches!(result.status, WorkflowStatus::Completed));
    assert_eq!(result.final_context.get("price"), Some(&json!(150)));""",
        ['context.insert("grams", json!(50))?;', "WorkflowStatus::Completed", 'get("price"), Some(&json!(150))'],
        ["DefaultRunner"],
    ),
    "another name": (
        """    let mut c = Context::new();
    let grams = 20 + 30;
    c.insert("grams", json!(grams)).expect("new");
    let outcome = runner.execute("tea", c).await.unwrap();
    assert!(outcome.final_context.get("price").is_some(), "{:?}", outcome.error_message);""",
        ["let grams = 20 + 30;", "let outcome = runner .execute(WORKFLOW, c)", "matches!(outcome.status"],
        ["let result"],
    ),
    "a failure that is meant": (
        """    let mut context = Context::new();
    context.insert("grams", json!("none"))?;
    let result = runner.execute("tea", context).await?;
    assert_eq!(result.status, WorkflowStatus::Failed);""",
        ["WorkflowStatus::Failed"],
        ["WorkflowStatus::Completed"],
    ),
    "not completed": (
        """    let result = runner.execute("tea", Context::new()).await?;
    if result.status == WorkflowStatus::Completed {
        return Err("it should have failed".into());
    }""",
        ["WorkflowStatus::Failed"],
        ["WorkflowStatus::Completed", "return"],
    ),
    "match on the execution": (
        """    let mut context = Context::new();
    context.insert("grams", json!(1))?;
    match runner.execute("tea", context).await {
        Ok(done) => {
            println!("{:?}", done.status);
            assert_eq!(done.final_context.get("price"), Some(&json!(3)));
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }""",
        ["let done = runner", 'assert_eq!(done.final_context.get("price"), Some(&json!(3)));'],
        ["exit", "eprintln"],
    ),
    "let match": (
        """    let mut context = Context::new();
    context.insert("grams", json!(1))?;
    let result = match runner.execute("tea", context).await {
        Ok(r) => r,
        Err(e) => return Err(e.into()),
    };
    assert_eq!(result.final_context.get("price").unwrap(), &json!(3));""",
        ["let result = runner", "&json!(3)"],
        ["return"],
    ),
    "if let": (
        """    let mut context = Context::new();
    context.insert("grams", json!(1))?;
    if let Ok(result) = runner.execute("tea", context).await {
        assert_eq!(result.final_context.get("price"), Some(&json!(3)));
    }""",
        ["let result = runner", "Some(&json!(3))"],
        ["if let"],
    ),
    "execute_async": (
        """    let mut context = Context::new();
    context.insert("grams", json!(2))?;
    let execution = runner.execute_async("tea", context).await?;
    println!("{}", execution.execution_id);
    let result = execution.wait_for_completion().await?;
    assert_eq!(result.final_context.get("price"), Some(&json!(6)));""",
        ["let result = runner .execute(WORKFLOW, context)", "Some(&json!(6))"],
        ["execute_async", "wait_for_completion", "execution_id"],
    ),
    "a loop": (
        """    for (grams, price) in [(1, 3), (2, 6)] {
        let mut context = Context::new();
        context.insert("grams", json!(grams))?;
        let result = runner.execute("tea", context).await?;
        assert_eq!(result.final_context.get("price"), Some(&json!(price)));
    }""",
        ["for (grams, price) in [(1, 3), (2, 6)] {", "Some(&json!(price))"],
        [],
    ),
    "in a macro": (
        """    let mut context = Context::new();
    context.insert("grams", json!(7))?;
    println!("{:?}", runner.execute("tea", context).await?.status);""",
        ['context.insert("grams", json!(7))?;', "let result = runner .execute(WORKFLOW, context)"],
        ["println"],
    ),
    "a key that is printed": (
        """    let mut context = Context::new();
    context.insert("grams", json!(7))?;
    let result = runner.execute("tea", context).await?;
    println!("{:?} {:?}", result.final_context.get("price"), result.final_context.get("other"));""",
        ['assert!(result.final_context.get("price").is_some());'],
        ["other", "println"],
    ),
    "a key that is unwrapped": (
        """    let mut context = Context::new();
    context.insert("grams", json!(7))?;
    let result = runner.execute("tea", context).await?;
    println!("{}", result.final_context.get("other").unwrap());
    if result.status == WorkflowStatus::Failed {
        println!("{}", result.final_context.get("why").unwrap());
    }""",
        ['assert!(result.final_context.get("other").is_some());'],
        ["why", "println"],
    ),
    "bound and asserted": (
        """    let mut context = Context::new();
    context.insert("grams", json!(7))?;
    let result = runner.execute("tea", context).await?;
    let price = result.final_context.get("price").and_then(|p| p.as_u64());
    println!("{price:?}");
    if let Some(price) = price {
        assert!(price > 20, "too cheap: {price}");
    } else {
        panic!("no price");
    }""",
        ["let price = result.final_context", "if let Some(price) = price {", 'panic!("no price");'],
        ["println"],
    ),
    "a default for the command line": (
        """    let grams: u64 = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(9);
    let mut context = Context::new();
    context.insert("grams", json!(grams))?;
    runner.execute("tea", context).await?;""",
        ["let grams: u64 = 9;", "json!(grams)"],
        ["env::args"],
    ),
    "a future that is awaited later": (
        """    let mut context = Context::new();
    context.insert("grams", json!(2))?;
    let future = runner.execute("tea", context);
    println!("waiting");
    let done = future.await?;
    assert_eq!(done.final_context.get("price"), Some(&json!(6)));""",
        ["let done = runner .execute(WORKFLOW, context)", "Some(&json!(6))"],
        ["waiting", "future"],
    ),
    "let else": (
        """    let mut context = Context::new();
    context.insert("grams", json!(2))?;
    let result = runner.execute("tea", context).await?;
    let Some(other) = result.final_context.get("other") else {
        panic!("no other");
    };
    println!("{other}");""",
        ['assert!(result.final_context.get("other").is_some());'],
        ["println"],
    ),
    "the final context under a name": (
        """    let mut context = Context::new();
    context.insert("grams", json!(2))?;
    let result = runner.execute("tea", context).await?;
    let end = &result.final_context;
    println!("{}", end.get("other").and_then(|o| o.as_str()).unwrap());""",
        ['assert!(result.final_context.get("other").is_some());'],
        ["println", "let end"],
    ),
    "the status as text": (
        """    let mut context = Context::new();
    context.insert("grams", json!("x"))?;
    let result = runner.execute("tea", context).await?;
    assert_eq!(format!("{:?}", result.status), "Failed");""",
        ["WorkflowStatus::Failed"],
        ["Completed", "format!"],
    ),
    "a collection that is built": (
        """    let mut grams = Vec::new();
    for n in 0..3 {
        grams.push(n);
    }
    let sum: i32 = grams.iter().map(|g| g * 2).sum();
    let unrelated = 4;
    println!("{unrelated}");
    let mut context = Context::new();
    context.insert("grams", json!(sum))?;
    runner.execute("tea", context).await?;""",
        ["let mut grams = Vec::new(); for n in 0..3 { grams.push(n); } let sum: i32 ="],
        ["unrelated"],
    ),
    "a value made where it is asserted": (
        """    let expected = json!(6);
    let mut context = Context::new();
    context.insert("grams", json!(2))?;
    let result = runner.execute("tea", context).await?;
    assert_eq!(result.final_context.get("price"), Some(&expected));""",
        ["let expected = json!(6);", "Some(&expected)"],
        [],
    ),
    "spawned": (
        """    let mut context = Context::new();
    context.insert("grams", json!(2))?;
    let handle = tokio::spawn(async move { runner.execute("tea", context).await });
    let result = handle.await??;
    assert_eq!(result.final_context.get("price"), Some(&json!(6)));
    let runner = DefaultRunner::new("sqlite://u.db").await?;""",
        ["let result = runner .execute(WORKFLOW, context)", "Some(&json!(6))"],
        ["spawn", "handle"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_main_does_is_carried_over(tmp_path: Path, name: str) -> None:
    body, there, not_there = CASES[name]
    made = migrated(tmp_path, in_main(body))
    for text in there:
        assert text in made.middle
    for text in not_there:
        assert text not in made.middle
    assert "#[ignore" not in made.test
    assert made.report.person == []


def test_a_runtime_made_by_hand(tmp_path: Path) -> None:
    main = """fn main() -> Result<(), Box<dyn std::error::Error>> {
    let grams = 3;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let runner = DefaultRunner::new("sqlite://t.db").await?;
        let mut context = Context::new();
        context.insert("grams", json!(grams))?;
        let result = runner.execute("tea", context).await?;
        assert_eq!(result.final_context.get("price"), Some(&json!(9)));
        runner.shutdown().await?;
        Ok(())
    })
}
"""
    made = migrated(tmp_path, main)
    assert made.middle.startswith("let grams = 3; let mut context = Context::new();")
    assert "Some(&json!(9))" in made.middle
    assert "block_on" not in made.test


def test_another_crates_workflow_is_not_run(tmp_path: Path) -> None:
    body = """    let mut context = Context::new();
    context.insert("grams", json!(1))?;
    runner.execute("tea", context).await?;
    let other = runner.execute("coffee", Context::new()).await?;
    assert_eq!(other.final_context.get("beans"), Some(&json!(1)));"""
    made = migrated(tmp_path, in_main(body))
    assert made.test.count(".execute(") == 1
    assert "beans" not in made.test
    assert any('"coffee"' in line for line in made.report.person)


def test_what_nothing_uses_any_more_says_so(tmp_path: Path) -> None:
    body = """    for (round, grams) in [(1, 5), (2, 6)] {
        println!("round {round}");
        let mut context = Context::new();
        context.insert("grams", json!(grams))?;
        runner.execute("tea", context).await?;
    }"""
    made = migrated(tmp_path, in_main(body))
    assert "for (_round, grams) in [(1, 5), (2, 6)] {" in made.middle
