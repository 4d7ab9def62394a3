"""Room tests/: what an examination with unseen crates found wrong in the migration, and stays cured."""

from __future__ import annotations

from pathlib import Path

import pytest
from cloacina_lint.crate import Crate, CrateError
from cloacina_lint.migrate.outcome import RefusedError
from cloacina_lint.migrate.plan import Plan, plan
from cloacina_lint.source.tree import Tree

from tests.lint import tea
from tests.linting import write

MANIFEST = tea.MANIFEST.replace("serde_json", 'cloacina-workflow = "0.6.1"\nserde_json')
WORKFLOW = tea.workflow()


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


PROGRAM = """\
use cloacina::*;
mod ext;
use crate::ext::Put;

struct Shop {
    tea: u64,
    label: &'static str,
}

impl Shop {
    fn new() -> Self {
        Self { tea: 3, label: "shop" }
    }
    fn label(&self) -> String {
        self.label.to_string()
    }
}

fn weight() -> u64 {
    Shop::new().tea
}

#[tokio::main]
async fn main() {
    println!("{}", Shop::new().label());
    let runner = DefaultRunner::new("sqlite://tea.db").await.unwrap();
    let mut context = Context::new();
    context.put("grams", 7).unwrap();
    let result = runner.execute("tea", context).await.unwrap();
    println!("{:?}", result.status);
}

"""
EXT = """\
pub fn weigh(context: &mut cloacina::Context<serde_json::Value>, weight: u64) {
    context.put("weight", weight).ok();
}

pub trait Put {
    fn put(&mut self, key: &str, value: u64) -> Result<(), String>;
}

impl Put for cloacina::Context<serde_json::Value> {
    fn put(&mut self, key: &str, value: u64) -> Result<(), String> {
        self.insert(key, value.into()).map_err(|e| e.to_string())
    }
}
"""
FLOW = WORKFLOW.replace(
    "        context.insert(", "        crate::ext::weigh(context, weight());\n        context.insert("
)


def with_extension(root: Path) -> Plan:
    return migrated(root, {"src/main.rs": PROGRAM + FLOW, "src/ext.rs": EXT})


def test_an_own_trait_that_only_main_called_upon_is_not_imported_any_more(tmp_path: Path) -> None:
    assert "use crate::ext::Put;" not in text(with_extension(tmp_path), "src/lib.rs")


def test_a_field_that_only_what_left_read_makes_no_warning(tmp_path: Path) -> None:
    library = text(with_extension(tmp_path), "src/lib.rs")
    assert "    #[allow(dead_code)]\n    label: &'static str,\n" in library
    assert library.count("allow(dead_code)") == 1


def test_a_method_of_the_crate_that_fills_the_context_is_not_left_out_silently(tmp_path: Path) -> None:
    """A test that ran with what is left would fail."""
    done = with_extension(tmp_path)
    test = text(done, "tests/service_mode.rs")
    assert "let mut context" not in test
    assert "#[ignore" in test
    assert any("not in the test's context" in line for line in done.report.person)


def test_a_workflow_under_a_condition_is_named_as_such(tmp_path: Path) -> None:
    code = 'use cloacina::*;\n\n#[cfg(feature = "flow")]\n' + WORKFLOW + "\nfn main() {}\n"
    with pytest.raises(RefusedError, match=r'src/main.rs:4:1: this workflow is compiled under .*feature = "flow"'):
        migrated(tmp_path, {"src/main.rs": code}, MANIFEST + "\n[features]\nflow = []\n")


def test_a_version_that_was_never_published_is_refused_in_one_line(tmp_path: Path) -> None:
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/main.rs": "use cloacina::*;\n\n" + WORKFLOW + "\nfn main() {}\n"})
    with pytest.raises(CrateError, match=r"--to '0.6.2': not a version that is known here; there is 0.6.0, 0.6.1"):
        plan(Crate(Tree(str(tmp_path))), "0.6.2")


def test_the_version_that_could_is_the_newest_of_its_minor(tmp_path: Path) -> None:
    code = "use cloacina::*;\n\n" + WORKFLOW.replace(
        "Context<serde_json::Value>)", "Context<serde_json::Value>, handle: &mut TaskHandle)"
    )
    with pytest.raises(RefusedError) as refused:
        migrated(tmp_path, {"src/main.rs": code + "\nfn main() {}\n"})
    assert "--to 0.11.1" in str(refused.value) + str(vars(refused.value))


FIELD = """
fn field(context: &Context<serde_json::Value>, key: &str) -> Result<u64, TaskError> {
    let missing = TaskError::ValidationFailed { message: key.to_string() };
    context.get(key).and_then(|g| g.as_u64()).ok_or(missing)
}

"""
BY_FIELD = FIELD + WORKFLOW.replace(
    """context.get("grams").and_then(|g| g.as_u64()).ok_or_else(|| TaskError::ValidationFailed {
            message: "no grams".into(),
        })?;""",
    'field(context, "grams")?;',
)
FROM_ARGS = """
fn input(grams: u64) -> Context<serde_json::Value> {
    let mut context = Context::new();
    context.insert("grams", grams.into()).unwrap();
    context
}

#[tokio::main]
async fn main() {
    let grams: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let runner = DefaultRunner::new("sqlite://tea.db").await.unwrap();
    let result = runner.execute("tea", input(grams)).await.unwrap();
    println!("{:?}", result.status);
}

#[cfg(test)]
mod tests;
"""
INPUT_TEST = '#[test]\nfn has_grams() {\n    assert!(super::input(1).get("grams").is_some());\n}\n'


def test_a_key_that_a_helper_asks_for_and_only_a_unit_test_still_puts_in(tmp_path: Path) -> None:
    done = migrated(
        tmp_path,
        {"src/main.rs": "use cloacina::*;\n" + BY_FIELD + FROM_ARGS, "src/tests.rs": INPUT_TEST},
    )
    assert '#[ignore = "put `grams` into the context first' in text(done, "tests/service_mode.rs")


def test_a_unit_test_in_another_file_that_runs_the_engine_through_a_function_is_ignored(tmp_path: Path) -> None:
    calls = "#[tokio::test]\nasync fn the_whole() {\n    super::run(1).await.unwrap();\n}\n"
    main = "\n#[tokio::main]\nasync fn main() {\n    run(3).await.unwrap();\n}\n\n#[cfg(test)]\nmod tests;\n"
    done = migrated(tmp_path, {"src/main.rs": "use cloacina::*;\n\n" + WORKFLOW + RUN + main, "src/tests.rs": calls})
    assert "#[ignore = " in text(done, "src/tests.rs")


def test_checks_on_what_comes_of_a_key_that_is_lost_do_not_run(tmp_path: Path) -> None:
    main = """
#[tokio::main]
async fn main() {
    let runner = DefaultRunner::new("sqlite://tea.db").await.unwrap();
    let mut context = Context::new();
    context.insert("grams", serde_json::json!(1)).unwrap();
    context.insert("sugar", serde_json::json!(std::fs::read_to_string("sugar.txt").unwrap())).unwrap();
    let result = runner.execute("tea", context).await.unwrap();
    assert_eq!(result.final_context.get("sugar").and_then(|s| s.as_str()), Some("two"));
}
"""
    done = migrated(tmp_path, {"src/main.rs": "use cloacina::*;\n\n" + WORKFLOW + main})
    test = text(done, "tests/service_mode.rs")
    assert "#[ignore = " in test


def test_a_database_that_an_embedded_run_left_is_told_and_no_reason_to_refuse(tmp_path: Path) -> None:
    (tmp_path / "tea.db-wal").write_bytes(b"\0" * 1_200_000)
    done = migrated(tmp_path, {"src/main.rs": "use cloacina::*;\n\n" + WORKFLOW + "\nfn main() {}\n"})
    assert any("tea.db-wal" in line and "CL811" in line for line in done.report.person)


def test_steps_of_another_file_have_that_files_names(tmp_path: Path) -> None:
    other = "use cloacina::{Context, DefaultRunner, WorkflowExecutor};\n" + RUN
    main = "\nmod start;\n\n#[tokio::main]\nasync fn main() {\n    start::run(3).await.unwrap();\n}\n"
    code = "use cloacina::{task, workflow, TaskError};\nuse cloacina::Context as Bag;\n" + WORKFLOW.replace(
        "Context<", "Bag<"
    )
    done = migrated(tmp_path, {"src/main.rs": code + main, "src/start.rs": other})
    assert 'context.insert("grams", ' in text(done, "tests/service_mode.rs")


def test_examples_in_documentation_name_the_library_as_it_is_called_now(tmp_path: Path) -> None:
    library = "//! ```\n//! tea_house::brew();\n//! ```\nuse cloacina::*;\n\n" + WORKFLOW + "\npub fn brew() {}\n"
    done = migrated(tmp_path, {"src/lib.rs": library}, MANIFEST + '\n[lib]\nname = "tea_house"\n')
    assert "//! tea_shop::brew();\n" in text(done, "src/lib.rs")


def test_what_needs_a_person_is_written_down_also_where_nothing_left(tmp_path: Path) -> None:
    workflow = WORKFLOW.replace("dependencies = []", "dependencies = [], retry_attempts = 2")
    done = migrated(tmp_path, {"src/lib.rs": "use cloacina::*;\n\n" + workflow})
    assert not done.report.kept
    assert "service mode ignores `retry_attempts`" in text(done, "MIGRATION.md")
    assert "## Kept" not in text(done, "MIGRATION.md")


def test_what_a_rules_cure_did_says_of_what(tmp_path: Path) -> None:
    code = "//! Tea.\n#![deny(missing_docs)]\nuse cloacina::*;\n\n" + WORKFLOW
    done = migrated(tmp_path, {"src/lib.rs": code})
    (line,) = [line for line in done.report.done if "a warning" in line]
    assert "make `missing_docs` a warning (deny(missing_docs): " in line
