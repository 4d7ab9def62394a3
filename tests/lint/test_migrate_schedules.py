"""Room tests/lint/: what a program registered with its runner to start the workflow on a schedule."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cloacina_lint.crate import Crate
from cloacina_lint.migrate.plan import Plan, plan
from cloacina_lint.source.tree import Tree

from tests.linting import write

MANIFEST = """\
[package]
name = "some-crate"
version = "0.1.0"
edition = "2021"

[dependencies]
cloacina = "0.6.1"
"""
MAIN = """\
use cloacina::*;

#[workflow(name = "nightly")]
pub mod nightly {
    use super::*;

    #[task(id = "a", dependencies = [])]
    pub async fn a(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("x", serde_json::json!(1))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() {
    let runner = DefaultRunner::new("sqlite://x.db").await.unwrap();
    CALL
}
"""
TESTS = """
#[cfg(test)]
mod tests {
    #[test]
    fn nothing() {}
}
"""


def migrated(tmp_path: Path, call: str, after: str = "", newline: str = "\n") -> Plan:
    text = MAIN.replace("CALL", call) + after
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/main.rs": text.replace("\n", newline)})
    return plan(Crate(Tree(os.fspath(tmp_path)), explicit=True))


def told(made: Plan) -> str:
    return "\n".join(made.report.person)


def test_a_schedule_becomes_a_trigger(tmp_path: Path) -> None:
    made = migrated(tmp_path, 'runner.register_cron_workflow("nightly", "0 2 * * *", "UTC").await.unwrap();')
    text = made.changes["src/lib.rs"]
    assert text is not None
    assert text.endswith(
        "}\n\n/// Starts the workflow on a schedule, always in UTC. The body is never run.\n"
        '#[cloacina_workflow::trigger(on = "nightly", cron = "0 2 * * *", name = "nightly")]\n'
        "pub fn nightly_schedule() {}\n"
    )
    assert "schedule" not in told(made)
    (found,) = [line for line in made.report.done if "cron trigger" in line]
    assert "src/main.rs:17:12" in found


def test_it_stands_before_the_unit_tests_and_keeps_the_line_ends(tmp_path: Path) -> None:
    call = 'runner.register_cron_workflow("nightly", "0 2 * * *", "UTC").await.unwrap();'
    text = migrated(tmp_path, call, TESTS, "\r\n").changes["src/lib.rs"]
    assert text is not None
    assert text.count("\n") == text.count("\r\n")
    assert text.index("nightly_schedule() {}\r\n\r\n#[cfg(test)]") > text.index("pub async fn a")
    assert text.endswith(TESTS.replace("\n", "\r\n"))


def test_the_time_zone_that_the_server_drops_is_told(tmp_path: Path) -> None:
    made = migrated(tmp_path, 'runner.register_cron_workflow("nightly", "0 2 * * *", "Europe/Rome").await.unwrap();')
    assert "in UTC, not in Europe/Rome" in told(made)
    assert 'cron = "0 2 * * *"' in (made.changes["src/lib.rs"] or "")


@pytest.mark.parametrize(
    "arguments",
    [
        '"nightly", "0 2 * * MON", "UTC"',
        '"nightly", SCHEDULE, "UTC"',
        '"other", "0 2 * * *", "UTC"',
        '"nightly", "0 2 * *", "UTC"',
    ],
    ids=["letters", "constant", "another-workflow", "four-fields"],
)
def test_what_cannot_be_a_trigger_is_told_with_its_place(tmp_path: Path, arguments: str) -> None:
    made = migrated(tmp_path, f"runner.register_cron_workflow({arguments}).await.unwrap();")
    assert "trigger" not in (made.changes["src/lib.rs"] or "")
    assert "src/main.rs:17:12: the schedule" in told(made)
    assert "does not come along" in told(made)


def test_only_the_first_becomes_one(tmp_path: Path) -> None:
    """A server of 0.6 starts the workflow that is named like the trigger, so there can be one."""
    call = "\n    ".join(
        f'runner.register_cron_workflow("nightly", "{minute} 2 * * *", "UTC").await.unwrap();' for minute in (0, 30)
    )
    made = migrated(tmp_path, call)
    assert (made.changes["src/lib.rs"] or "").count("::trigger(") == 1
    assert "src/main.rs:18:12: the schedule '30 2 * * *'" in told(made)
