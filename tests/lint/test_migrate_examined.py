"""Room tests/: what an examination with unseen crates found wrong in the migration, and stays cured."""

from __future__ import annotations

from pathlib import Path

from cloacina_lint.crate import Crate
from cloacina_lint.migrate.plan import Plan, plan
from cloacina_lint.source.tree import Tree

from tests.linting import write

MANIFEST = """\
[package]
name = "tea-shop"
version = "0.1.0"
edition = "2021"

[dependencies]
cloacina = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] }
cloacina-workflow = "0.6.1"
serde_json = "1"
tokio = { version = "1", features = ["full"] }
"""
WORKFLOW = """\
#[workflow(name = "tea", description = "Sells tea")]
pub mod tea {
    use super::*;

    #[task(id = "weigh", dependencies = [])]
    pub async fn weigh(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let grams = context.get("grams").and_then(|g| g.as_u64()).ok_or_else(|| TaskError::ValidationFailed {
            message: "no grams".into(),
        })?;
        context.insert("price", serde_json::json!(grams * 3))?;
        Ok(())
    }
}
"""


def migrated(root: Path, files: dict[str, str], manifest: str = MANIFEST) -> Plan:
    write(root, {"Cargo.toml": manifest, **files})
    return plan(Crate(Tree(str(root))))


def text(done: Plan, path: str) -> str:
    found = done.changes[path]
    assert found is not None
    return found


RUN = """
pub async fn run(grams: u64) -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://tea.db").await?;
    let mut context = Context::new();
    context.insert("grams", serde_json::json!(7))?;
    let result = runner.execute("tea", context).await?;
    println!("{grams} {:?}", result.status);
    Ok(())
}
"""
MAIN = "#[tokio::main]\nasync fn main() {\n    tea_shop::run(3).await.unwrap();\n}\n"


def test_a_run_in_the_library_that_main_calls_is_carried(tmp_path: Path) -> None:
    done = migrated(tmp_path, {"src/lib.rs": "use cloacina::*;\n\n" + WORKFLOW + RUN, "src/main.rs": MAIN})
    test = text(done, "tests/service_mode.rs")
    assert 'context.insert("grams", serde_json::json!(7))' in test
    assert "_completes" in test


def test_what_only_the_program_put_in_is_still_asked_for(tmp_path: Path) -> None:
    """The value comes from the command line: a test without it would fail."""
    run = RUN.replace("json!(7)", "json!(grams)")
    done = migrated(tmp_path, {"src/lib.rs": "use cloacina::*;\n\n" + WORKFLOW + run, "src/main.rs": MAIN})
    assert "#[ignore" in text(done, "tests/service_mode.rs")
