"""Room tests/: what a helper function comes to in several ways, ends with an error, or takes as a value of any type:
it is carried where it means the same in a test, and else nothing is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.tea import MANIFEST, WORKFLOW, Migrated
from tests.linting import write

GO = """
async fn go(runner: &DefaultRunner, grams: {kind}) -> Result<i64> {{
    let mut context = Context::new();
    context.insert("grams", json!({grams}))?;
    let result = runner.execute("tea", context).await?;
    {end}
}}

#[tokio::main]
async fn main() -> Result<()> {{
    let runner = DefaultRunner::new("sqlite://tea.db").await?;
    {call}
    runner.shutdown().await?;
    Ok(())
}}
"""
PRICE = 'result.final_context.get("price").and_then(|p| p.as_i64())'
CALL = "let price = go(&runner, 2).await?;\n    assert_eq!(price, 6);"
LET_ELSE = f"let Some(p) = {PRICE} else {{ %s }};\n    Ok(p)"


def migrated(
    root: Path, end: str, call: str = CALL, kind: str = "i64", grams: str = "grams", after: str = ""
) -> Migrated:
    head = f"use anyhow::{{anyhow, bail, ensure, Result}};\nuse cloacina::*;\nuse serde_json::json;\n\n{WORKFLOW}"
    text = head + GO.format(end=end, call=call, kind=kind, grams=grams) + after
    write(root, {"Cargo.toml": MANIFEST + 'anyhow = "1"\n', "src/main.rs": text})
    return Migrated(root)


CARRIED = {
    "a match": (
        f'match {PRICE} {{ Some(p) => Ok(p), None => bail!("no price") }}',
        f'let price: i64 = match {PRICE} {{ Some(p) => p, None => panic!("no price") }};',
    ),
    "an error's own constructor": (
        f'match {PRICE} {{ Some(p) => Ok(p), None => Err(anyhow!("no {{}}", "price")) }}',
        f'let price: i64 = match {PRICE} {{ Some(p) => p, None => panic!("no {{}}", "price") }};',
    ),
    "a condition": (
        f'if let Some(p) = {PRICE} {{ Ok(p) }} else if 1 > 2 {{ Ok(0) }} else {{ anyhow::bail!("no price") }}',
        f'let price: i64 = if let Some(p) = {PRICE} {{ p }} else if 1 > 2 {{ 0 }} else {{ panic!("no price") }};',
    ),
    "conditions in arms": (
        f'match {PRICE} {{ Some(p) => {{ let q = p; if q < 0 {{ bail!("less") }} else {{ Ok(q) }} }} None => Ok(0) }}',
        f'match {PRICE} {{ Some(p) => {{ let q = p; if q < 0 {{ panic!("less") }} else {{ q }} }} None => 0 }};',
    ),
    "a let that ends with an error": (
        LET_ELSE % 'bail!("no price")',
        f'let Some(p) = {PRICE} else {{ panic!("no price") }};',
    ),
    "a match in a let": (
        f'let p = match {PRICE} {{ Some(p) => p, None => bail!("no price") }};\n    Ok(p)',
        f'let p = match {PRICE} {{ Some(p) => p, None => panic!("no price") }};',
    ),
}


@pytest.mark.parametrize("name", CARRIED)
def test_what_is_certain_is_carried(tmp_path: Path, name: str) -> None:
    end, wanted = CARRIED[name]
    made = migrated(tmp_path, end)
    assert wanted in made.middle.replace(", }", " }")
    assert made.middle.endswith("assert_eq!(price, 6);")
    assert "anyhow" not in made.test
    assert "#[ignore" not in made.test


def test_a_check_is_an_assertion(tmp_path: Path) -> None:
    check = f"ensure!([{PRICE}, None] == [Some(6), None]"
    made = migrated(tmp_path, f'{check});\n    {check}, "no {{}}", 6);\n    Ok(6)')
    assert made.middle.replace("( [ ", "([").count("assert!([result.") == 2
    assert '"no {}"' in made.middle
    assert "#[ignore" not in made.test


STATUSES = {
    "a match": """match result.status {
        WorkflowStatus::Completed => Ok(%s),
        other => { let e = result.final_context.get("error").unwrap(); bail!("{e} {other:?}") }
    }""",
    "a condition": """if result.status == WorkflowStatus::Completed {
        Ok(%s)
    } else {
        Err(anyhow!("{} {:?}", result.final_context.get("error").unwrap(), result.status))
    }""",
}


@pytest.mark.parametrize("call", [CALL, "let _price = go(&runner, 2).await?;"])
@pytest.mark.parametrize("name", STATUSES)
def test_it_says_how_the_workflow_ends(tmp_path: Path, name: str, call: str) -> None:
    """As the program did, whether its value is looked at or not; what only a failure has is not asked for."""
    made = migrated(tmp_path, STATUSES[name] % f"{PRICE}.unwrap_or(0)", call)
    assert "assert!( matches!(result.status, WorkflowStatus::Completed)," in made.middle
    assert 'assert!(result.final_context.get("error")' not in made.middle
    assert ("assert_eq!(price, 6);" in made.middle) == (call == CALL)


DOUBTFUL = {
    "an error of another kind": f"match {PRICE} {{ Some(p) => Ok(p), None => Err(std::fmt::Error.into()) }}",
    "an error from a variable": f"match {PRICE} {{ Some(p) => Ok(p), None => {{ let e = other(); bail!(e) }} }}",
    "a return from a way": f'match {PRICE} {{ Some(p) => Ok(p), None => return Err(anyhow!("no price")) }}',
    "a value from another function": f"match {PRICE} {{ Some(p) => Ok(p), None => other() }}",
    "an error that ends a let, from a variable": LET_ELSE % "let e = std::fmt::Error; bail!(e)",
    "a check whose error is from a variable": f"ensure!({PRICE} == Some(6), std::fmt::Error);\n    Ok(6)",
    "a check in a way": f'match {PRICE} {{ Some(p) => {{ ensure!(p > 0, "none"); Ok(p) }} None => Ok(0) }}',
}


def doubted(made: Migrated) -> None:
    assert '#[ignore = "do here what the program did: ' in made.test
    assert "anyhow" not in made.test
    assert "assert_eq!(price" not in made.test
    assert any(": not carried over to tests/service_mode.rs: " in line for line in made.report.person)


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_is_not_certain_makes_no_test(tmp_path: Path, name: str) -> None:
    doubted(migrated(tmp_path, DOUBTFUL[name], after="\nfn other() -> Result<i64> {\n    Ok(0)\n}\n"))


def test_a_value_that_nobody_looks_at_is_no_statement(tmp_path: Path) -> None:
    doubted(migrated(tmp_path, CARRIED["a match"][0], call="go(&runner, 2).await?;"))


def test_what_a_program_comes_to_is_a_statement_where_it_has_no_value(tmp_path: Path) -> None:
    end = f'match {PRICE} {{ Some(p) => {{ println!("{{p}}"); Ok(()) }} None => bail!("no price") }}'
    text = GO.format(end="Ok(0)", call="", kind="i64", grams="2")
    text = text[text.index("#[tokio::main]") :].replace("runner.shutdown().await?;\n    Ok(())", end)
    run = 'let mut context = Context::new();\n    context.insert("grams", json!(2))?;\n'
    text = text.replace("    \n", f'    {run}    let result = runner.execute("tea", context).await?;\n')
    head = f"use anyhow::{{bail, Result}};\nuse cloacina::*;\nuse serde_json::json;\n\n{WORKFLOW}"
    write(tmp_path, {"Cargo.toml": MANIFEST + 'anyhow = "1"\n', "src/main.rs": head + text})
    made = Migrated(tmp_path)
    assert f'match {PRICE} {{ Some(p) => {{ println!("{{p}}"); }} None => panic!("no price") }}' in made.middle.replace(
        ", }", " }"
    )
    assert "anyhow" not in made.test


@pytest.mark.parametrize("kind", ["impl Into<i64>", "impl std::fmt::Display + AsRef<str>", "impl Fn() -> i64"])
def test_a_parameter_whose_bound_says_more_than_its_value_makes_no_test(tmp_path: Path, kind: str) -> None:
    doubted(migrated(tmp_path, f"Ok({PRICE}.unwrap_or(0))", kind=kind, grams="grams.into() + 1"))


@pytest.mark.parametrize("kind", ["impl std::fmt::Display", "impl Copy + serde::Serialize", "&impl ToString"])
def test_a_parameter_whose_bound_says_nothing_more_is_a_variable(tmp_path: Path, kind: str) -> None:
    made = migrated(tmp_path, f"Ok({PRICE}.unwrap_or(0))", kind=kind)
    assert "let grams = 2;" in made.middle
    assert "#[ignore" not in made.test


def test_a_value_without_a_type_of_its_own_has_its_parameters(tmp_path: Path) -> None:
    """Where that can be written; its import comes along."""
    call = CALL.replace("2", "2.into()")
    made = migrated(tmp_path, f"Ok({PRICE}.unwrap_or(0))", call, kind="serde_json::Value", grams="grams.clone()")
    assert "let grams: serde_json::Value = 2.into();" in made.middle
    call = CALL.replace("2", "&[].concat()")
    for number, kind in enumerate(["&dyn AsRef<[i64]>", "Box<dyn Fn() -> i64>"]):
        doubted(migrated(tmp_path / str(number), f"Ok({PRICE}.unwrap_or(0))", call, kind=kind))


def test_a_type_parameter_is_as_its_bounds_are(tmp_path: Path) -> None:
    """Those in `where` as well."""
    for number, (bounds, certain) in enumerate({"T: Into<i64>": False, "T: Copy + std::fmt::Debug": True}.items()):
        root = tmp_path / str(number)
        text = GO.format(end=f"Ok({PRICE}.unwrap_or(0))", call=CALL, kind="T", grams="grams")
        text = text.replace("fn go(", "fn go<T>(").replace(
            "-> Result<i64> {", f"-> Result<i64>\nwhere\n    {bounds},\n{{"
        )
        head = f"use anyhow::Result;\nuse cloacina::*;\nuse serde_json::json;\n\n{WORKFLOW}"
        write(root, {"Cargo.toml": MANIFEST + 'anyhow = "1"\n', "src/main.rs": head + text})
        made = Migrated(root)
        assert ("let grams = 2;" in made.middle) == certain
        if not certain:
            doubted(made)


def test_what_only_tests_have_goes_with_them(tmp_path: Path) -> None:
    unit = """
#[cfg(test)]
mod tests {
    use super::*;

    const GRAMS: i64 = 2;

    fn grams(times: i64) -> i64 {
        GRAMS * times
    }

    #[tokio::test]
    async fn sells() {
        let runner = DefaultRunner::new("sqlite://test.db").await.unwrap();
        let price = go(&runner, grams(2)).await.unwrap();
        assert_eq!(price, 12);
        runner.shutdown().await.unwrap();
    }
}
"""
    made = migrated(tmp_path, f"Ok({PRICE}.unwrap_or(0))", after=unit)
    assert "\nfn grams(times: i64) -> i64 {\n    GRAMS * times\n}\n" in made.test
    assert "\nconst GRAMS: i64 = 2;\n" in made.test
    assert "#[ignore" not in made.test
