"""Room tests/lint/: the library's code after a migration: texts in, texts out."""

from __future__ import annotations

from pathlib import Path

import pytest
from cloacina_lint.migrate.library.leaving import BOTH, LEAVES, STAYS
from cloacina_lint.migrate.outcome import RefusedError

from tests.lint.moving import CALL, IMPORTS, MAIN, WORKFLOW, Migrating, migrating_fixture

migrating = migrating_fixture


def test_the_usual_crate(migrating: Migrating) -> None:
    done = migrating({"src/main.rs": f"use cloacina::*;\n\n{WORKFLOW}\n{MAIN}"})
    assert done["src/lib.rs"] == f"{IMPORTS}\n{CALL}\n{WORKFLOW}"
    assert done.texts["src/main.rs"] is None
    leaving = done.leaving
    assert [left.item.name for left in leaving.functions] == ["main"]
    assert leaving.functions[0].span.text == MAIN
    assert (leaving.root, leaving.library, leaving.workflow) == ("src/main.rs", "src/lib.rs", ("w",))


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    done = Migrating(tmp_path / "one")({"src/main.rs": f"use cloacina::*;\n\n{WORKFLOW}\n{MAIN}"})
    again = Migrating(tmp_path / "two")({"src/lib.rs": done["src/lib.rs"]})
    assert again.texts == {}
    assert again.report.done == []


def test_what_main_alone_reaches_leaves_with_its_comments(migrating: Migrating) -> None:
    done = migrating(
        {
            "src/main.rs": """\
//! About it.

use cloacina::*;
use serde::Deserialize;

/// Used by both.
const LIMIT: usize = 3;

// What the command line
// says.
#[derive(Debug)]
struct Options {
    count: usize,
}

impl Options {
    fn read() -> Self {
        Options { count: LIMIT }
    }
}

#[derive(Deserialize)]
struct Settings {
    #[serde(default = "five")]
    count: u32,
}

fn five() -> u32 {
    5
}

#[workflow(name = "w")]
pub mod w {
    use super::*;

    #[task(id = "a", dependencies = [], on_success = crate::noted)]
    pub async fn a(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let settings: Settings = serde_json::from_str("{}").unwrap();
        context.insert("x", serde_json::json!(format!("{LIMIT} {}", settings.count)))?;
        Ok(())
    }
}

async fn noted(_: &str, _: &Context<serde_json::Value>) -> Result<(), TaskError> {
    Ok(())
}

fn start() -> DefaultRunner {
    todo!()
} // the engine

fn main() {
    start();
    Options::read();
}
"""
        }
    )
    text = done["src/lib.rs"]
    for name in ("Options", "What the command", "start", "the engine"):
        assert name not in text
    for name in ("const LIMIT", "struct Settings", "fn five", "async fn noted", "//! About it."):
        assert name in text
    assert "\n\n\n" not in text
    assert text.endswith("    Ok(())\n}\n")
    fates = {item.name: done.leaving.fate(item) for item in done.leaving.home.tree.root.items if item.name}
    assert (fates["LIMIT"], fates["five"], fates["Options"], fates["main"]) == (BOTH, STAYS, LEAVES, LEAVES)
    spans = {left.item.name: left.span.text for left in done.leaving.items if left.item.kind != "impl"}
    assert spans["Options"].startswith("// What the command line\n// says.\n#[derive(Debug)]\nstruct Options {")
    assert spans["start"].endswith("} // the engine\n")


def test_what_tests_alone_need_is_for_tests_alone(migrating: Migrating) -> None:
    tests = """
#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn runs() {
        let mut context = Context::new();
        context.insert("n", serde_json::json!(count())).unwrap();
        engine().await.execute("w", context).await.unwrap();
    }
}
"""
    helpers = """
fn count() -> usize {
    env::args().count()
}

async fn engine() -> DefaultRunner {
    DefaultRunner::new("x").await.unwrap()
}
"""
    main = "\nfn main() {\n    let _ = (engine(), count());\n}\n"
    text = migrating.lib(f"use cloacina::*;\nuse std::env;\n\n{WORKFLOW}{helpers}{main}{tests}")
    imports = f"#[cfg(test)]\nuse cloacina::*;\n{IMPORTS}#[cfg(test)]\nuse std::env;\n"
    gated = helpers.replace("fn count", "#[cfg(test)]\nfn count").replace("async fn", "#[cfg(test)]\nasync fn")
    assert text == f"{imports}\n{WORKFLOW}{gated}{tests}"


def test_a_method_that_needs_the_engine_leaves_its_type(migrating: Migrating) -> None:
    both = "pub struct Both {\n    pub n: u8,\n}\n\n"
    both += "impl Both {\n    pub fn new() -> Self {\n        Both { n: 1 }\n    }\n"
    runner = "\n    /// The engine.\n    pub fn runner(&self) -> DefaultRunner {\n        todo!()\n    }\n"
    workflow = WORKFLOW.replace("json!(1)", "json!(Both::new().n)")
    main = "\nfn main() {\n    Both::new().runner();\n}\n"
    text = migrating.lib(f"use cloacina::*;\n\n{both}{runner}}}\n\n{workflow}{main}")
    assert text == f"{IMPORTS}\n{both}}}\n\n{workflow}"


def test_graphs(migrating: Migrating) -> None:
    code = """#[reactor(name = "r", accumulators = [x], criteria = when_any(x))]
pub struct R;

#[passthrough_accumulator]
fn x(event: u8) -> u8 {
    event
}

#[computation_graph(trigger = reactor("r"), graph = { a(x) -> b })]
mod g {
    use super::*;

    pub async fn a(x: Option<&u8>) -> Result<u8, GraphError> {
        todo!()
    }
}
"""
    text = migrating.lib(
        "use cloacina::computation_graph::{self, types::GraphError};\n"
        "use cloacina::{passthrough_accumulator, reactor, DefaultRunner};\n"
        f"\n{code}\nfn main() {{\n    DefaultRunner::new(1);\n}}\n"
    )
    assert text == (
        "use cloacina_computation_graph::GraphError;\nuse cloacina_macros::computation_graph;\n"
        f"use cloacina_macros::{{passthrough_accumulator, reactor}};\n\n{code}"
    )


def test_modules_of_main_are_no_longer_declared(migrating: Migrating) -> None:
    done = migrating(
        {
            "src/main.rs": f"use cloacina::*;\n\nmod helper;\nmod runner;\n\n{WORKFLOW}\n"
            "fn main() {\n    runner::start();\n    helper::run();\n}\n",
            "src/runner.rs": "use cloacina::DefaultRunner;\npub fn start() -> DefaultRunner { todo!() }\n",
            "src/helper.rs": "use cloacina::{Context, DefaultRunner};\n\n/// Runs.\npub fn run() -> DefaultRunner {\n"
            "    todo!()\n}\n\npub fn other(_: &Context<u8>) {}\n",
        }
    )
    assert "mod helper;" in done["src/lib.rs"]
    assert "mod runner;" not in done["src/lib.rs"]
    assert done["src/helper.rs"] == "use cloacina_workflow::Context;\n\npub fn other(_: &Context<u8>) {}\n"
    assert done.leaving.orphans == ["src/runner.rs"]
    assert "src/runner.rs" not in done.texts
    assert any(line.startswith("src/runner.rs: ") for line in done.report.person)


def test_the_workflow_of_main_becomes_a_module_of_the_library(migrating: Migrating) -> None:
    done = migrating(
        {
            "src/lib.rs": "//! Lib.\n\npub mod model;\n\npub struct A;\n",
            "src/model.rs": "pub struct M;\n",
            "src/extra.rs": "pub fn e() -> u32 {\n    crate::LIMIT + crate::model::m()\n}\n",
            "src/main.rs": "use cloacina::*;\nuse some_crate::A;\nuse some_crate::model::M;\n\n"
            "mod extra;\nmod model;\n\n"
            "const LIMIT: u32 = 1;\n\n"
            "fn used() -> (A, M) {\n    (crate::LIMIT, some_crate::A);\n    extra::e()\n}\n\n"
            f"{WORKFLOW.replace('json!(1)', 'json!(used())')}\n{MAIN}",
        }
    )
    assert done["src/lib.rs"] == f"//! Lib.\n\npub mod model;\nmod extra;\npub mod workflow;\n\n{CALL}\npub struct A;\n"
    assert done["src/workflow.rs"].startswith("use crate::model::M;\n") or "use crate::A;\n" in done["src/workflow.rs"]
    assert "(crate::workflow::LIMIT, crate::A);" in done["src/workflow.rs"]
    assert "use crate::extra;\n" in done["src/workflow.rs"]
    assert "mod model;" not in done["src/workflow.rs"]
    assert done["src/extra.rs"] == "pub fn e() -> u32 {\n    crate::workflow::LIMIT + crate::model::m()\n}\n"
    assert (done.leaving.module, done.leaving.workflow) == (("workflow",), ("workflow", "w"))


def test_main_beside_the_library_goes(migrating: Migrating) -> None:
    done = migrating(
        {
            "src/lib.rs": f"use cloacina::*;\n\n{WORKFLOW}\n"
            "/// Starts.\npub fn start() -> DefaultRunner {\n    todo!()\n}\n",
            "src/main.rs": "fn main() {\n    some_crate::start();\n}\n",
        }
    )
    assert done["src/lib.rs"] == f"{IMPORTS}\n{CALL}\n{WORKFLOW}"
    assert done.texts["src/main.rs"] is None
    assert {left.item.name for left in done.leaving.items} == {"start", "main"}


def test_visibility(migrating: Migrating) -> None:
    text = migrating.lib(
        "use cloacina::*;\n\nstruct Inner;\nstruct Shown {\n    pub inner: Inner,\n}\n\n"
        + WORKFLOW.replace("pub mod", "mod").replace("pub async", "async")[:-2]
        + "    pub fn shown() -> Shown {\n        todo!()\n    }\n\n"
        '    #[task(id = "b", dependencies = [])]\n'
        "    pub(super) async fn b(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {\n"
        f"        Ok(())\n    }}\n}}\n\n{MAIN}"
    )
    assert "pub mod w {" in text
    assert "    pub async fn a(" in text
    assert "    pub(super) async fn b(" in text
    assert "pub struct Shown {" in text
    assert "pub struct Inner;" in text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_endings_and_byte_order_mark_stay(migrating: Migrating, newline: str, mark: str) -> None:
    source = f"// Licence\nuse cloacina::*;\n\n{WORKFLOW}\n/* ends */\n{MAIN}"
    done = migrating({"src/main.rs": mark + source.replace("\n", newline)})
    expected = f"// Licence\n{IMPORTS}\n{CALL}\n{WORKFLOW}"
    assert done["src/lib.rs"] == mark + expected.replace("\n", newline)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (
            "pub fn t() -> TriggerError { TriggerError::ConnectionPool(String::new()) }",
            "`TriggerError::ConnectionPool`",
        ),
        ('pub async fn t() { DefaultRunner::new("").await.unwrap(); }', "`DefaultRunner::new`"),
        ("pub async fn t() { cloacina::dal::DAL::new(todo!()); }", "`dal::DAL::new`"),
    ],
)
def test_the_engine_in_the_workflow_is_refused(migrating: Migrating, code: str, says: str) -> None:
    workflow = WORKFLOW.replace("json!(1)", "json!(super::t())")
    with pytest.raises(RefusedError) as refused:
        migrating({"src/main.rs": f"use cloacina::*;\n\n{workflow}\n{code}\n\n{MAIN}"})
    assert says in refused.value.reasons[0]
    assert "src/main.rs:14:" in refused.value.reasons[0]


MODE = """\
#[derive(Clone, Copy, PartialEq, strum::Display)]
enum Mode {
    Exact,
    Rounded,
    Fuzzy,
}

fn rounded(mode: Mode) -> i64 {
    if let Mode::Exact = mode {
        return 1;
    }
    match mode {
        Mode::Exact if mode == Mode::Fuzzy => 1,
        Mode::Exact | Mode::Rounded => i64::from(matches!(mode, Mode::Exact | Mode::Rounded)),
        _ => 3,
    }
}
"""


def test_a_variant_that_only_what_left_made_makes_no_warning(migrating: Migrating) -> None:
    """Patterns take a variant apart, they do not make it."""
    workflow = WORKFLOW.replace("json!(1)", "json!(rounded(Mode::Rounded))")
    main = MAIN.replace("    let runner", "    let _ = (rounded(Mode::Exact), Mode::Fuzzy);\n    let runner")
    text = migrating.lib(f"use cloacina::*;\n\n{MODE}\n{workflow}\n{main}")
    assert (
        text
        == f"{IMPORTS}\n{MODE.replace('    Exact,', '    #[allow(dead_code)]' + chr(10) + '    Exact,')}\n{workflow}"
    )


def test_all_that_left_is_told(migrating: Migrating) -> None:
    above = (
        "struct Config;\nimpl Config {\n    fn load() -> Self {\n        Config\n    }\n}\n"
        "fn used(_: Config) -> i64 {\n    1\n}\n"
        "struct Args;\nimpl Args {\n    fn read() -> Self {\n        Args\n    }\n}\nmod run {\n    pub fn go() {}\n}\n"
    )
    workflow = WORKFLOW.replace("json!(1)", "json!(used(Config))")
    main = MAIN.replace("    let runner", "    run::go();\n    let _ = (Config::load(), Args::read());\n    let runner")
    done = migrating({"src/main.rs": f"use cloacina::*;\n\n{above}\n{workflow}\n{main}"})
    assert "out of the library's code: `impl Config`, `Args`, `mod run`, `main`" in done.report.done
