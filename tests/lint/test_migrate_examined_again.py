"""Room tests/: what an examination found wrong in the tests that a migration writes, and stays cured: what is not
understood is not carried, and a run that lacks something does not run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.tea import MANIFEST, WORKFLOW, Migrated, in_main, migrated
from tests.linting import write

FILL = '    let mut context = Context::new();\n    context.insert("grams", json!(2))?;\n'


def with_test(root: Path, test: str, above: str = "") -> Migrated:
    """The tea shop as a library, with one test in tests/ that runs the workflow."""
    text = f"use cloacina::*;\nuse serde_json::json;\n\n{above}\n#[tokio::test]\nasync fn sells() {{\n{test}\n}}\n"
    files = {"Cargo.toml": MANIFEST, "src/lib.rs": f"use cloacina::*;\n{WORKFLOW}", "tests/shop.rs": text}
    write(root, files)
    return Migrated(root)


def not_carried(made: Migrated) -> list[str]:
    return [line for line in made.report.person if ": not carried over to tests/service_mode.rs: " in line]


# --- what is not understood is not carried ---

DOUBTFUL = {
    "in an iterator": """    let all = futures::future::try_join_all((1..=3).map(|n| one(&runner, n))).await?;
    assert_eq!(all, [3, 6, 9]);""",
    "several at once": """    let (a, b) = tokio::join!(one(&runner, 1), one(&runner, 2));
    assert_eq!(a? + b?, 9);""",
    "an error that is looked at": """    let outcome = one(&runner, 1).await;
    assert!(outcome.is_err());""",
    "a result that may be an error": """    let outcome = runner.execute("tea", Context::new()).await;
    assert!(outcome.is_ok());""",
    "an Option made of the result": """    let price = runner.execute("tea", Context::new()).await.ok();
    assert!(price.is_some());""",
    "one of several": """    let price = if grams() > 1 { one(&runner, 1).await? } else { one(&runner, 2).await? };
    assert_eq!(price, 3);""",
    "a value that is set": """    let mut price = 0;
    price += one(&runner, 1).await?;
    assert_eq!(price, 3);""",
    "an arm that wants a failure": """    match runner.execute("tea", Context::new()).await {
        Ok(result) => panic!("{:?}", result.status),
        Err(error) => println!("{error}"),
    }""",
    "a handle that is ended": """    let handle = runner.execute_async("tea", Context::new()).await?;
    handle.cancel().await?;
    let result = handle.wait_for_completion().await?;
    println!("{:?}", result.status);""",
    "one of some builds": """    #[cfg(unix)]
    let price = one(&runner, 1).await?;
    assert_eq!(price, 3);""",
    "a type that is said elsewhere": """    let price: u8 = narrow(&runner).await;
    let same = narrow(&runner).await;
    assert_eq!(price, same);""",
    "a handle that nobody waits for": """    let handle = runner.execute_async("tea", Context::new()).await?;
    assert!(!handle.get_status().await?.is_terminal());""",
}
ONE = """
async fn one(runner: &DefaultRunner, grams: i64) -> Result<i64, Box<dyn std::error::Error>> {
    let mut context = Context::new();
    context.insert("grams", json!(grams))?;
    let r = runner.execute("tea", context).await?;
    Ok(r.final_context.get("price").and_then(|p| p.as_i64()).unwrap_or_default())
}

fn grams() -> i64 {
    2
}

type Small = u8;

async fn narrow(runner: &DefaultRunner) -> Small {
    let r = runner.execute("tea", Context::new()).await.unwrap();
    r.task_results.len().try_into().unwrap()
}

"""


@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_form_that_is_not_followed_makes_no_test(tmp_path: Path, name: str) -> None:
    """A test stands in that compiles, does not run, and says so; one beside it loads the library."""
    made = migrated(tmp_path, ONE + in_main(DOUBTFUL[name]))
    assert made.test.count("#[tokio::test") == 2
    assert '#[ignore = "do here what the program did: ' in made.test
    assert "assert_eq!(all" not in made.test
    assert not_carried(made)


def test_a_test_that_is_not_followed_stays_where_it_is(tmp_path: Path) -> None:
    """It says nothing of completing: its workflow is ended."""
    test = """    let runner = DefaultRunner::new("t.db").await.unwrap();
    let id = runner.execute_async("tea", Context::new()).await.unwrap();
    assert!(!id.get_status().await.unwrap().is_terminal());
    id.cancel().await.ok();"""
    made = with_test(tmp_path, test)
    assert "sells" not in made.test
    kept = made.draft.read("tests/shop.rs")
    assert kept is not None
    assert '#[ignore = "ran the workflow in library mode, where the engine no longer finds it"]' in kept.text
    assert not_carried(made)


def test_a_test_that_is_to_panic_stays_where_it_is(tmp_path: Path) -> None:
    test = """    let runner = DefaultRunner::new("t.db").await.unwrap();
    let r = runner.execute("tea", Context::new()).await.unwrap();
    assert_eq!(r.status, WorkflowStatus::Completed);"""
    text = f"use cloacina::*;\n\n#[tokio::test]\n#[should_panic]\nasync fn sells() {{\n{test}\n}}\n"
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/lib.rs": f"use cloacina::*;\n{WORKFLOW}", "tests/shop.rs": text})
    made = Migrated(tmp_path)
    assert "sells" not in made.test
    assert any("a panic is expected" in line for line in not_carried(made))


def test_an_error_of_the_programs_own_is_no_error_of_a_test(tmp_path: Path) -> None:
    above = "#[derive(Debug)]\nstruct Oops(String);\n\nimpl<E: std::error::Error> From<E> for Oops {\n"
    above += "    fn from(e: E) -> Self {\n        Oops(e.to_string())\n    }\n}\n\n"
    main = in_main(FILL + '    runner.execute("tea", context).await?;').replace("Box<dyn std::error::Error>", "Oops")
    made = migrated(tmp_path, above + main)
    assert "Oops" not in made.test
    assert any("`Oops`, the error of `main`" in line for line in not_carried(made))


def test_an_error_that_is_one_goes_on(tmp_path: Path) -> None:
    above = "#[derive(Debug)]\nstruct Oops;\n\nimpl std::fmt::Display for Oops {\n    fn fmt(&self, f: &mut "
    above += 'std::fmt::Formatter) -> std::fmt::Result {\n        write!(f, "oops")\n    }\n}\n\n'
    above += "impl std::error::Error for Oops {}\n\nimpl From<ContextError> for Oops {\n"
    above += "    fn from(_: ContextError) -> Self {\n        Oops\n    }\n}\n\n"
    main = in_main(FILL + '    runner.execute("tea", context).await.unwrap();')
    made = migrated(tmp_path, above + main.replace("Box<dyn std::error::Error>", "Oops"))
    assert "#[ignore" not in made.test
    assert not not_carried(made)


# --- what a run lacks ---


def test_a_run_that_lacks_something_does_not_hinder_the_others(tmp_path: Path) -> None:
    body = """    let mut context = Context::new();
    context.insert("grams", json!(2))?;
    let first = runner.execute("tea", context).await?;
    assert_eq!(first.final_context.get("price"), Some(&json!(6)));
    for line in std::io::stdin().lines() {
        let mut context = Context::new();
        context.insert("grams", json!(line?))?;
        let result = runner.execute("tea", context).await?;
        assert!(result.final_context.get("price").is_some());
    }"""
    made = migrated(tmp_path, in_main(body))
    assert "#[ignore" not in made.test
    assert made.test.count(".execute(") == 1
    assert any("this execution is not in the test" in line for line in made.report.person)


def test_a_test_whose_input_is_from_outside_does_not_run(tmp_path: Path) -> None:
    """Whether the tasks do without it cannot be told: one reads it by a helper, and one updates it."""
    helper = "fn read(c: &Context<serde_json::Value>, k: &str) -> u64 {\n"
    helper += "    c.get(k).and_then(|v| v.as_u64()).unwrap_or(0)\n}\n\n"
    flow = WORKFLOW.replace(
        'context.insert("price", serde_json::json!(grams * 3))?;', 'context.update("price", grams.into())?;'
    )
    start, end = flow.index('context.get("grams")'), flow.index("context.update")
    flow = flow[:start] + 'read(context, "grams");\n        ' + flow[end:]
    main = in_main('    let mut context = Context::new();\n    context.insert("price", json!(std::fs::read("p")?))?;\n'
                   '    runner.execute("tea", context).await?;')  # fmt: skip
    write(
        tmp_path,
        {"Cargo.toml": MANIFEST, "src/main.rs": f"use cloacina::*;\nuse serde_json::json;\n\n{helper}{flow}\n{main}"},
    )
    assert '#[ignore = "put `price` into the context first' in Migrated(tmp_path).test


READ_SOFTLY = WORKFLOW.replace('context.get("grams").and_then', 'context.get("kilos").and_then')


@pytest.mark.parametrize("flow", [WORKFLOW, READ_SOFTLY])
def test_no_run_is_made_up_where_a_task_looks_at_the_input(tmp_path: Path, flow: str) -> None:
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/main.rs": f"use cloacina::*;\n\n{flow}\nfn main() {{}}\n"})
    assert ".execute(" not in Migrated(tmp_path).test


def test_what_the_program_sets_up_beside_the_context_is_missed(tmp_path: Path) -> None:
    flow = WORKFLOW.replace('context.get("sugar")', 'std::env::var("SUGAR").ok().map(|s| json!(s)).as_ref()')
    main = in_main('    std::env::set_var("SUGAR", "1");\n' + FILL + '    runner.execute("tea", context).await?;')
    write(
        tmp_path, {"Cargo.toml": MANIFEST, "src/main.rs": f"use cloacina::*;\nuse serde_json::json;\n\n{flow}\n{main}"}
    )
    assert '#[ignore = "set up first what the program sets up: the environment"]' in Migrated(tmp_path).test


def test_a_counter_of_the_library_is_not_that_of_the_test(tmp_path: Path) -> None:
    """The loaded library has its own."""
    above = "pub static SOLD: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);\n\n"
    body = FILL + '    runner.execute("tea", context).await?;\n'
    body += "    assert_eq!(SOLD.load(std::sync::atomic::Ordering::SeqCst), 1);"
    made = migrated(tmp_path, above + in_main(body))
    assert "SOLD" not in made.test
    assert any("`SOLD`, of which the loaded library has its own" in line for line in made.report.person)
