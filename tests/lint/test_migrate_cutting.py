"""Room tests/lint: variants and impls that hold the engine's types, in what the workflow needs (library/cutting)."""

from __future__ import annotations

import pytest
from cloacina_lint.migrate.outcome import RefusedError

from tests.lint.moving import IMPORTS, MAIN, WORKFLOW, Migrating, migrating_fixture

migrating = migrating_fixture

FLOW = WORKFLOW.replace("serde_json::json!(1)", "serde_json::json!(check(1)?)")
FAILING = """\
fn check(n: i64) -> Result<i64, Error> {
    n.checked_mul(2).ok_or(Error::TooLarge(n))
}

impl From<Error> for TaskError {
    fn from(e: Error) -> Self {
        TaskError::Unknown { task_id: "a".into(), message: e.to_string() }
    }
}
"""
BY_HAND = """\
/// All that goes wrong.
#[derive(Debug)]
enum Error {
    /// The engine says so.
    Engine(WorkflowExecutionError), // as it is
    TooLarge(i64),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            // with its cause
            Error::Engine(e) => write!(f, "engine: {e}"),
            Self::TooLarge(n) => write!(f, "{n} is too large"),
        }
    }
}

impl From<WorkflowExecutionError> for Error {
    fn from(e: WorkflowExecutionError) -> Self {
        Self::Engine(e)
    }
}

"""
BY_HAND_LEFT = """\
/// All that goes wrong.
#[derive(Debug)]
enum Error {
    TooLarge(i64),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge(n) => write!(f, "{n} is too large"),
        }
    }
}

"""
DERIVED = """\
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("{0} is too large")]
    TooLarge(i64),
    #[error("engine: {0}")]
    Engine(#[from] WorkflowExecutionError),
}

"""
DERIVED_LEFT = """\
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("{0} is too large")]
    TooLarge(i64),
}

"""
RUN = """\
async fn run(runner: &DefaultRunner) -> Result<(), Error> {
    runner.execute("w", Context::new()).await.map_err(Error::Engine)?;
    Ok(())
}

"""


TEST = """\
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t() {
        let _: Option<DefaultRunner> = None;
    }
}

"""


def source(error: str, more: str = "") -> str:
    main = MAIN.replace("    runner.execute", "    run(&runner).await.unwrap();\n    runner.execute")
    return f"use cloacina::*;\nuse cloacina::WorkflowExecutionError;\n\n{error}{FAILING}\n{FLOW}\n{RUN}{more}{main}"


@pytest.mark.parametrize(("error", "left"), [(BY_HAND, BY_HAND_LEFT), (DERIVED, DERIVED_LEFT)])
def test_an_error_of_tasks_and_command_line_stays_without_the_engines(
    migrating: Migrating, error: str, left: str
) -> None:
    assert migrating.lib(source(error)) == f"{IMPORTS}\n{left}{FAILING}\n{FLOW}"


def test_what_was_cut_is_told_and_kept(migrating: Migrating) -> None:
    report = migrating({"src/main.rs": source(BY_HAND)}).report
    assert "out of the library's code, because the engine's types are in it: `Error::Engine`" in report.done
    kept = "".join(one.text for one in report.kept)
    for line in ("    /// The engine says so.\n", "            // with its cause\n", "        Self::Engine(e)\n"):
        assert line in kept


def test_an_impl_from_the_engines_type_goes_alone(migrating: Migrating) -> None:
    error = BY_HAND.replace("Engine(WorkflowExecutionError)", "Engine(String)").replace("(e)\n", "(e.to_string())\n")
    run = RUN.replace(".map_err(Error::Engine)", "")
    kept = error[: error.index("impl From<WorkflowExecutionError>")]
    kept = kept.replace("    Engine(", "    #[allow(dead_code)]\n    Engine(")
    assert migrating.lib(source(error).replace(RUN, run)).startswith(f"{IMPORTS}\n{kept}{FAILING}")


@pytest.mark.parametrize(
    ("error", "more"),
    [
        (BY_HAND.replace("Error::Engine(e) =>", "Error::Engine(e) | Error::Other(e) =>"), ""),
        (BY_HAND + "fn named(e: &Error) -> bool {\n    matches!(e, Error::Engine(_))\n}\n", ""),
        (BY_HAND + "use Error::Engine;\n\n", ""),
        (BY_HAND.replace("    TooLarge(i64),\n", ""), ""),
        (BY_HAND, TEST),
    ],
    ids=["alternatives", "matches!", "imported", "the only one", "tests with an engine"],
)
def test_otherwise_it_is_refused(migrating: Migrating, error: str, more: str) -> None:
    task = FLOW if "fn named" not in error else FLOW.replace("check(1)?", "named(&Error::TooLarge(1))")
    code = source(error, more).replace(FLOW, task)
    with pytest.raises(RefusedError, match=r"`WorkflowExecutionError` is the engine's"):
        migrating({"src/main.rs": code})


def test_a_program_that_stays_may_need_it(migrating: Migrating) -> None:
    error = BY_HAND.replace("enum Error", "pub enum Error")
    library = f"use cloacina::*;\nuse cloacina::WorkflowExecutionError;\n\n{error}{FAILING}\n{FLOW}"
    with pytest.raises(RefusedError, match=r"`WorkflowExecutionError` is the engine's"):
        migrating({"src/lib.rs": library, "examples/run.rs": f"use cloacina::*;\n{MAIN}"})
