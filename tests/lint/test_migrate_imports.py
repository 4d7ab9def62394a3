"""Room tests/lint: the imports and paths of a migrated library (migrate/library/imports.py)."""

from __future__ import annotations

import pytest
from cloacina_lint.migrate.outcome import RefusedError

from tests.lint.moving import IMPORTS, MAIN, WORKFLOW, Migrating, migrating_fixture

migrating = migrating_fixture


NESTED = "use std::{collections::BTreeMap, env, fs::{self, File}};"
KEPT = f"use anyhow::Context as _;\n{IMPORTS}use std::{{collections::BTreeMap, fs::{{self, File}}}};\n"
SIZES = "fn sizes() -> BTreeMap<u8, File> {\n    fs::read(x)\n}"


@pytest.mark.parametrize(
    ("imports", "expected"),
    [
        ("use cloacina::prelude::*;", IMPORTS),
        ("use ::cloacina::prelude::*;", IMPORTS),
        ("use cloacina::{task, workflow, Context, DefaultRunner, TaskError, WorkflowExecutor};", IMPORTS),
        (
            "use cloacina::{context::Context, error::{TaskError, WorkflowError}, runner, task, workflow};",
            "use cloacina_workflow::{Context, TaskError, task, workflow};\n",
        ),
        (
            "use cloacina::cloacina_workflow::{task, workflow, Context, TaskError};\nuse cloacina::DefaultRunner;",
            IMPORTS,
        ),
        ("use cloacina::*;\nuse std::env;", IMPORTS),
        (f"use anyhow::Context as _;\nuse cloacina::*;\n{NESTED}\n\n{SIZES}", f"{KEPT}\n{SIZES}\n"),
    ],
)
def test_imports(migrating: Migrating, imports: str, expected: str) -> None:
    main = MAIN.replace("let runner", "let _ = env::args();\n    let runner")
    assert migrating.lib(f"{imports}\n\n{WORKFLOW}\n{main}") == f"{expected}\n{WORKFLOW}"


def test_edition_2024_sorts_names_its_way(migrating: Migrating) -> None:
    text = migrating.lib(f"use cloacina::*;\n\n{WORKFLOW}\n{MAIN}", edition="2024")
    assert text.startswith("use cloacina_workflow::{Context, TaskError, task, workflow};\n")


def test_aliases_and_full_paths(migrating: Migrating) -> None:
    text = migrating.lib(
        """\
use cloacina as c;
use cloacina::context;
use cloacina::task as step;

#[c::workflow(name = "w")]
pub mod w {
    use super::{c, context, step};

    #[step(id = "a", dependencies = [])]
    pub async fn a(context: &mut context::Context<serde_json::Value>) -> Result<(), ::cloacina::error::TaskError> {
        use cloacina::retry::RetryPolicy;
        let _ = RetryPolicy::default();
        assert!(matches!(1, _ if true), "{:?}", c::TaskState::Pending);
        Ok(())
    }
}

fn main() {
    drop(c::DefaultRunner::new("x"));
}
"""
    )
    assert text == (
        """\
#[cloacina_workflow::workflow(name = "w")]
pub mod w {
    use cloacina_workflow::task;

    #[task(id = "a", dependencies = [])]
    pub async fn a(context: &mut cloacina_workflow::Context<serde_json::Value>) -> \
Result<(), cloacina_workflow::TaskError> {
        use cloacina_workflow::RetryPolicy;
        let _ = RetryPolicy::default();
        assert!(matches!(1, _ if true), "{:?}", cloacina_workflow::TaskState::Pending);
        Ok(())
    }
}
"""
    )


def test_the_task_handle_is_the_packages_own_from_0_11(migrating: Migrating) -> None:
    workflow = WORKFLOW.replace("Value>)", "Value>, handle: &mut TaskHandle)")
    text = migrating.lib(f"use cloacina::*;\n\n{workflow}\n{MAIN}", version="0.11.1")
    assert "use cloacina_workflow_plugin::TaskHandle;\n" in text
    with pytest.raises(RefusedError, match="TaskHandle"):
        migrating.lib(f"use cloacina::*;\n\n{workflow}\n{MAIN}", version="0.10.0")


def test_the_keys_of_a_macros_arguments_are_no_names(migrating: Migrating) -> None:
    """The engine has a module `graph`, and `use cloacina::*` brings it in."""
    graph = """\
#[computation_graph(graph = { base -> price, })]
pub mod pricing {
    use super::*;

    pub async fn base(context: &Context<serde_json::Value>) -> f64 {
        context.get("euros").and_then(|value| value.as_f64()).unwrap_or(0.0)
    }

    pub async fn price(base: &f64) -> serde_json::Value {
        serde_json::json!(base * 0.9)
    }
}

"""
    work = WORKFLOW.replace("dependencies = [])", 'dependencies = [], invokes = computation_graph("pricing"))')
    result = migrating({"src/main.rs": f"use cloacina::*;\n\n{graph}{work}\n{MAIN}"}, version="0.11.1")
    text = result.texts["src/lib.rs"]
    assert text is not None
    assert graph in text
    assert "cloacina::" not in text.replace("cloacina_workflow::", "").replace("cloacina_macros::", "")


def test_a_crate_that_came_with_the_engines_names_needs_no_import(migrating: Migrating) -> None:
    """From 0.8 on `cloacina::*` brings serde_json in, which is in scope by itself since edition 2018."""
    text = migrating.lib(f"use cloacina::*;\n\n{WORKFLOW}\n{MAIN}", version="0.9.0")
    assert text == f"{IMPORTS}\n{WORKFLOW}"


POLL = '#[trigger(on = "w", poll_interval = "5s")]\npub async fn mail() -> '
CRON = '#[trigger(on = "w", cron = "0 2 * * *")]\npub async fn night() -> '


@pytest.mark.parametrize(
    ("head", "names", "then"),
    [
        (POLL, "TaskError, TriggerResult", "Result<TriggerResult, cloacina_workflow::TriggerError>"),
        (CRON, "TaskError", "Result<cloacina_workflow::TriggerResult, cloacina_workflow::TriggerError>"),
    ],
)
def test_names_that_only_a_triggers_head_has_are_not_imported(
    migrating: Migrating, head: str, names: str, then: str
) -> None:
    """The macro writes the signature anew: with the glob there was no warning of an unused import."""
    trigger = f"{head}Result<TriggerResult, TriggerError> {{\n    Ok(TriggerResult::Skip)\n}}\n"
    text = migrating.lib(f"use cloacina::*;\n\n{trigger}\n{WORKFLOW}\n{MAIN}", version="0.9.0")
    after = trigger.replace("Result<TriggerResult, TriggerError>", then)
    after = after.replace("Ok(Trigger", "Ok(cloacina_workflow::Trigger") if head is CRON else after
    assert text == f"use cloacina_workflow::{{task, trigger, workflow, Context, {names}}};\n\n{after}\n{WORKFLOW}"
