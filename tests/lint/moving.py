"""Room tests/lint: a crate in library mode, as the step migrate/library/ changes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cloacina_lint import contracts
from cloacina_lint.crate import Crate
from cloacina_lint.migrate.draft import Draft
from cloacina_lint.migrate.library import step as library
from cloacina_lint.migrate.library.leaving import Leaving
from cloacina_lint.migrate.outcome import Report
from cloacina_lint.migrate.survey.crate import read
from cloacina_lint.source.tree import Tree

from tests.linting import write

MANIFEST = """\
[package]
name = "some-crate"
version = "0.1.0"
edition = "{edition}"

[dependencies]
cloacina = "{version}"
serde_json = "1"
"""
CALL = """\
// Exports what Cloacina looks for in the library. Without it the library loads nowhere.
cloacina_workflow_plugin::package!();
"""
WORKFLOW = """\
#[workflow(name = "w")]
pub mod w {
    use super::*;

    #[task(id = "a", dependencies = [])]
    pub async fn a(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("x", serde_json::json!(1))?;
        Ok(())
    }
}
"""
MAIN = """\
#[tokio::main]
async fn main() {
    let runner = DefaultRunner::new("sqlite://x.db").await.unwrap();
    runner.execute("w", Context::new()).await.unwrap();
}
"""
IMPORTS = "use cloacina_workflow::{task, workflow, Context, TaskError};\n"


class Migrated:
    """`texts`: path -> new text or None, of what changed; `leaving`, `report` as the migration gave them."""

    def __init__(self, directory: Path, files: dict[str, str], version: str, edition: str) -> None:
        manifest = {"Cargo.toml": MANIFEST.format(version=version, edition=edition)}
        self.directory = write(directory, {**manifest, **files})
        crate = Crate(Tree(os.fspath(directory)), explicit=True, version=version)
        contract = contracts.load(version)
        assert contract is not None
        self.draft, self.report = Draft(crate), Report()
        self.leaving: Leaving = library.write(self.draft, read(crate), contract, self.report)
        self.texts = self.draft.changed()

    def __getitem__(self, path: str) -> str:
        text = self.texts[path]
        assert text is not None
        return text


class Migrating:
    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def __call__(self, files: dict[str, str], version: str = "0.6.1", edition: str = "2021") -> Migrated:
        return Migrated(self.directory, files, version, edition)

    def lib(self, main: str, version: str = "0.6.1", edition: str = "2021") -> str:
        """src/lib.rs for a src/main.rs, without the call of package!()."""
        text = self({"src/main.rs": main}, version, edition)["src/lib.rs"]
        assert text.count(CALL) == 1
        return text.replace(f"\n{CALL}", "").replace(f"{CALL}\n", "")


@pytest.fixture(name="migrating")
def migrating_fixture(tmp_path: Path) -> Migrating:
    return Migrating(tmp_path)
