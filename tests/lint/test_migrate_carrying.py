"""Room tests/lint: what comes along with a program's run into its test, and what must not (migrate/service_test/)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.tea import in_main, migrated

HELPERS = """
const GRAMS: [u64; 2] = [4, 5];

/// What is bought.
#[derive(serde::Serialize)]
struct Order {
    grams: u64,
}

impl Order {
    fn of(grams: u64) -> Self {
        Order { grams }
    }

    fn unused(&self) -> bool {
        true
    }
}

fn total() -> u64 {
    GRAMS.iter().sum()
}

async fn sell(runner: &DefaultRunner, order: Order) -> Result<WorkflowExecutionResult, WorkflowExecutionError> {
    let mut context = Context::new();
    context.insert("grams", json!(order.grams)).unwrap();
    runner.execute("tea", context).await
}
"""


def test_helpers_come_along_and_functions_are_unfolded(tmp_path: Path) -> None:
    body = """    let result = sell(&runner, Order::of(total())).await?;
    assert_eq!(result.final_context.get("price"), Some(&json!(27)));"""
    made = migrated(tmp_path, HELPERS + in_main(body))
    assert "let order = Order::of(total()); let mut context" in made.middle
    assert "let result = runner .execute(WORKFLOW, context)" in made.middle
    assert "const GRAMS" in made.test
    assert "/// What is bought.\n#[derive(serde::Serialize)]\nstruct Order" in made.test
    assert "fn of(" in made.test
    assert "fn unused(" not in made.test
    assert "fn sell" not in made.test


LOST = {
    "the clock": ('json!(format!("{:?}", std::time::SystemTime::now()))', "SystemTime"),
    "a file": ('json!(std::fs::read_to_string("grams.txt")?)', "read_to_string"),
    "the environment": ('json!(std::env::var("GRAMS")?)', "env::var"),
    "an argument that must be there": ("json!(std::env::args().nth(1).unwrap())", "command line"),
    "an unknown crate": ("json!(weather::grams())", "weather"),
}


@pytest.mark.parametrize("what", LOST)
def test_what_a_test_must_not_do_is_left_out_and_told(tmp_path: Path, what: str) -> None:
    value, why = LOST[what]
    body = f"""    let mut context = Context::new();
    context.insert("sugar", json!(true))?;
    context.insert("grams", {value})?;
    let result = runner.execute("tea", context).await?;
    assert_eq!(result.final_context.get("sweet"), Some(&json!(true)));"""
    made = migrated(tmp_path, in_main(body))
    assert 'context.insert("sugar", json!(true))?;' in made.test
    assert '"grams"' not in made.test
    # `weigh` fails without it: that test waits for a person, and one that loads the library runs
    assert '#[ignore = "put `grams` into the context first' in made.test
    assert made.test.count("#[tokio::test") == 2
    assert any("src/main.rs:" in line and why in line for line in made.report.person)


@pytest.mark.parametrize(("key", "ignored"), [("milk", False), ("sugar", True)])
def test_a_key_that_no_task_looks_at_may_be_missing(tmp_path: Path, key: str, ignored: bool) -> None:
    """What a task comes to with a default of its own cannot be told."""
    body = f"""    let mut context = Context::new();
    context.insert("grams", json!(1))?;
    context.insert("{key}", json!(std::path::Path::new("{key}.txt").exists()))?;
    runner.execute("tea", context).await?;"""
    made = migrated(tmp_path, in_main(body))
    assert f'insert("{key}"' not in made.test
    assert ("#[ignore" in made.test) == ignored
    assert any(f"`{key}` is not in the test's context" in line for line in made.report.person)


def test_names_of_the_harness_stay_its_own(tmp_path: Path) -> None:
    above = 'const TENANT: &str = "t";\nfn workflow() -> u64 {\n    3\n}\n'
    body = """    let mut context = Context::new();
    context.insert("grams", json!(workflow()))?;
    context.insert("tenant", json!(TENANT))?;
    let runner2 = runner;
    let result = runner2.execute("tea", context).await?;
    assert!(result.final_context.get("price").is_some());"""
    made = migrated(tmp_path, above + in_main(body).replace("runner.shutdown", "runner2.shutdown"))
    assert "json!(workflow_of_main())" in made.middle
    assert "fn workflow_of_main() -> u64" in made.test
    assert "const TENANT_OF_MAIN" in made.test
    assert "json!(TENANT_OF_MAIN)" in made.middle


def test_a_check_that_cannot_come_along_is_told(tmp_path: Path) -> None:
    body = """    let mut context = Context::new();
    context.insert("grams", json!(2))?;
    let result = runner.execute("tea", context).await?;
    assert_eq!(result.final_context.get("price"), Some(&json!(std::fs::read_to_string("price.txt")?)));"""
    made = migrated(tmp_path, in_main(body))
    assert "price.txt" not in made.test
    assert any("this check is not in the test" in line and "read_to_string" in line for line in made.report.person)


def test_the_crates_own_result_does_not_hide_the_tests(tmp_path: Path) -> None:
    above = """type Result<T> = std::result::Result<T, String>;
fn grams() -> Result<u64> {
    Ok(3)
}
"""
    body = """    let mut context = Context::new();
    context.insert("grams", json!(grams()?))?;
    runner.execute("tea", context).await?;"""
    main = in_main(body).replace("Result<(), Box", "std::result::Result<(), Box")
    made = migrated(tmp_path, above + main)
    assert "type ResultOfMain<T> = std::result::Result<T, String>;" in made.test
    assert "fn grams() -> ResultOfMain<u64> {" in made.test
    assert "-> Result<(), Box<dyn Error>> {" in made.test


def test_a_method_of_an_own_trait_is_not_carried(tmp_path: Path) -> None:
    above = """trait Heavier {
    fn heavier(&self) -> u64;
}
impl Heavier for u64 {
    fn heavier(&self) -> u64 {
        self + 1
    }
}
"""
    body = """    let mut context = Context::new();
    context.insert("grams", json!(3u64.heavier()))?;
    runner.execute("tea", context).await?;"""
    made = migrated(tmp_path, above + in_main(body))
    assert "heavier" not in made.test
    assert any("trait `Heavier`" in line for line in made.report.person)


def test_types_come_with_what_they_implement(tmp_path: Path) -> None:
    above = """use std::fmt;
struct Grams(u64);
impl fmt::Display for Grams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} g", self.0)
    }
}
"""
    body = """    let mut context = Context::new();
    context.insert("grams", json!(Grams(2).to_string()))?;
    runner.execute("tea", context).await?;"""
    made = migrated(tmp_path, above + in_main(body))
    assert "use std::fmt;" in made.test
    assert "impl fmt::Display for Grams {" in made.test


@pytest.mark.parametrize(("path", "carried"), [("../grams.txt", True), ("grams.txt", False)])
def test_a_file_that_is_compiled_in(tmp_path: Path, path: str, carried: bool) -> None:
    body = """    let grams = DATA.len();
    let mut context = Context::new();
    context.insert("grams", json!(grams))?;
    runner.execute("tea", context).await?;"""
    made = migrated(tmp_path, f'const DATA: &str = include_str!("{path}");\n' + in_main(body))
    assert ("const DATA" in made.test) is carried
    assert ("#[ignore" in made.test) is not carried
