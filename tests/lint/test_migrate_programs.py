"""Room tests/: what a program did becomes a test through the built library (migrate/programs/, service_test/)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cloacina_lint import contracts
from cloacina_lint.crate import Crate
from cloacina_lint.migrate import notes
from cloacina_lint.migrate.draft import Draft
from cloacina_lint.migrate.library import step as library
from cloacina_lint.migrate.outcome import RefusedError, Report
from cloacina_lint.migrate.programs import step as programs
from cloacina_lint.migrate.service_test import composing, harness
from cloacina_lint.migrate.survey.crate import read
from cloacina_lint.source import rust
from cloacina_lint.source.text import SourceFile
from cloacina_lint.source.tree import Tree

from tests.lint import tea
from tests.linting import write
from tests.support import bake

CRATES = Path(__file__).parents[1] / "e2e" / "migrating" / "crates"
WORKFLOW = tea.workflow(
    """
    #[task(id = "ask", dependencies = ["weigh"])]
    pub async fn ask(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let sugar = context.get("sugar").and_then(|s| s.as_bool()).unwrap_or(false);
        context.insert("sweet", serde_json::json!(sugar))?;
        Ok(())
    }
"""
)


class Migrated:
    def __init__(self, directory: Path, version: str = "0.6.1") -> None:
        crate = Crate(Tree(os.fspath(directory)), explicit=True, version=version)
        contract = contracts.load(version)
        assert contract is not None
        self.draft, self.report = Draft(crate), Report()
        found = read(crate)
        leaving = library.write(self.draft, found, contract, self.report)
        programs.write(self.draft, found, leaving, contract, self.report)
        notes.write(self.draft, contract, self.report)

    def text(self, path: str) -> str:
        file = self.draft.read(path)
        assert file is not None, path
        return file.text.replace("\r\n", "\n")

    @property
    def test(self) -> str:
        return self.text(composing.PATH)

    @property
    def middle(self) -> str:
        """What the first test does between the engine's start and its end, on one line."""
        text = self.test
        start = text.index('.expect("an engine on a SQLite file");')
        if "async fn engine()" in text:
            start = text.index("let (_directory, runner) = engine().await;")
        end = text.index("runner.shutdown()", start)
        return " ".join(text[text.index("\n", start) : end].split())


def migrated(tmp_path: Path, main: str, *, above: str = "", files: dict[str, str] | None = None) -> Migrated:
    source = f"use cloacina::*;\nuse serde_json::json;\n{above}\n{WORKFLOW}\n{main}\n"
    write(tmp_path, {"Cargo.toml": tea.MANIFEST, "src/main.rs": source, **(files or {})})
    return Migrated(tmp_path)


def in_main(body: str) -> str:
    return (
        "#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n"
        f'    let runner = DefaultRunner::new("sqlite://t.db").await?;\n{body}\n'
        "    runner.shutdown().await?;\n    Ok(())\n}\n"
    )


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
    write(tmp_path, {"Cargo.toml": tea.MANIFEST, "src/main.rs": f"use cloacina::*;\n{WORKFLOW}\n{main}"})
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
        ["std::iter::once(PACKAGE.to_owned())", "json!(grams)"],
        ["env::args"],
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


def test_a_key_that_no_task_insists_on_may_be_missing(tmp_path: Path) -> None:
    body = """    let mut context = Context::new();
    context.insert("grams", json!(1))?;
    context.insert("sugar", json!(std::path::Path::new("sugar.txt").exists()))?;
    runner.execute("tea", context).await?;"""
    made = migrated(tmp_path, in_main(body))
    assert "sugar" not in made.test
    assert "#[ignore" not in made.test
    assert any("`sugar` is not in the test's context" in line for line in made.report.person)


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


# --- other programs, tests ---


def test_a_program_beside_the_library_becomes_an_example(tmp_path: Path) -> None:
    main = in_main('    runner.execute("tea", Context::new()).await?;').replace("fn main", "fn main")
    files = {
        "Cargo.toml": tea.MANIFEST,
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
    write(tmp_path, {"Cargo.toml": tea.MANIFEST, "src/lib.rs": f"use cloacina::*;\n{WORKFLOW}", "tests/shop.rs": test})
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


# --- every crate ---


def crates() -> list[str]:
    return sorted(path.name for path in CRATES.iterdir() if (path / "Cargo.toml").is_file())


@pytest.mark.parametrize("name", crates())
def test_nothing_is_lost_and_what_is_written_is_rust(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    shutil.copytree(CRATES / name, place)
    try:
        made = Migrated(place)
    except RefusedError:
        return
    changes = made.draft.changed()
    for path, text in changes.items():
        if path.endswith(".rs") and text is not None:
            parsed = rust.parse(SourceFile(path, text, path))
            assert not parsed.errors, (path, parsed.errors)
    if shutil.which("rustfmt") is not None and composing.PATH in changes:
        done = subprocess.run(
            ["rustfmt", "--edition", "2021", "--check"], input=made.test.encode(), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout.decode()
    everything = notes._plain("\n".join(text for text in changes.values() if text is not None))
    for path in changes:
        before = made.draft.original.tree.read(path)
        if before is None or not path.endswith(".rs"):
            continue
        parsed = rust.parse(before)
        imports = [item.span for item in parsed.walk() if item.kind in ("use", "extern_crate")]
        at = 0
        for line in before.text.split("\n"):
            aside = any(span.start < at + len(line) and at < span.end for span in imports)
            at += len(line) + 1
            assert aside or notes._plain(line) in everything, (path, line)


@pytest.mark.parametrize("name", ["mail-merge", "fleet-reports", "rota-library", "photo-tagger", "orders-nightly"])
def test_a_second_time_nothing_happens(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    shutil.copytree(CRATES / name, place)
    first = Migrated(place).draft.changed()
    for path, text in first.items():
        if text is None:
            (place / path).unlink()
        else:
            write(place, {path: text})
    assert composing.PATH in first
    assert Migrated(place).draft.changed() == {}


def test_code_with_backticks_is_quoted_whole(tmp_path: Path) -> None:
    body = '    // ```\n    println!("````");\n    runner.execute("tea", Context::new()).await?;'
    made = migrated(tmp_path, in_main(body))
    page = made.text(notes.PATH)
    assert "`````rust\n" in page
    assert '    println!("````");' in page
    assert "### `src/main.rs`, lines" in page


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
    write(tmp_path, {"Cargo.toml": tea.MANIFEST, "src/lib.rs": f"use cloacina::*;\n{WORKFLOW}", "tests/shop.rs": test})
    made = Migrated(tmp_path)
    assert made.middle.startswith("let grams = 2; let mut context = Context::new();")
    assert (
        'let value = result.final_context.get("price").cloned().unwrap(); assert_eq!(value, json!(6));' in made.middle
    )


def test_the_engine_under_another_name(tmp_path: Path) -> None:
    manifest = tea.MANIFEST.replace("cloacina = {", 'engine = { package = "cloacina",')
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


MORE = {
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
}


@pytest.mark.parametrize("name", MORE)
def test_other_ways_to_run_it(tmp_path: Path, name: str) -> None:
    CASES[name] = MORE[name]
    test_what_main_does_is_carried_over(tmp_path, name)


def test_a_check_that_cannot_come_along_is_told(tmp_path: Path) -> None:
    body = """    let mut context = Context::new();
    context.insert("grams", json!(2))?;
    let result = runner.execute("tea", context).await?;
    assert_eq!(result.final_context.get("price"), Some(&json!(std::fs::read_to_string("price.txt")?)));"""
    made = migrated(tmp_path, in_main(body))
    assert "price.txt" not in made.test
    assert any("this check is not in the test" in line and "read_to_string" in line for line in made.report.person)


def test_what_nothing_uses_any_more_says_so(tmp_path: Path) -> None:
    body = """    for (round, grams) in [(1, 5), (2, 6)] {
        println!("round {round}");
        let mut context = Context::new();
        context.insert("grams", json!(grams))?;
        runner.execute("tea", context).await?;
    }"""
    made = migrated(tmp_path, in_main(body))
    assert "for (_round, grams) in [(1, 5), (2, 6)] {" in made.middle


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
