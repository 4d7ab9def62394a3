"""Room tests/lint: a small crate in library mode that sells tea, as the migration's steps change it."""

from __future__ import annotations

import os
from pathlib import Path

from cloacina_lint import contracts
from cloacina_lint.crate import Crate
from cloacina_lint.migrate import notes
from cloacina_lint.migrate.draft import Draft
from cloacina_lint.migrate.library import step as library
from cloacina_lint.migrate.outcome import Report
from cloacina_lint.migrate.programs import step as programs
from cloacina_lint.migrate.service_test import composing
from cloacina_lint.migrate.survey.crate import read
from cloacina_lint.source.tree import Tree

from tests.linting import write

MANIFEST = """\
[package]
name = "tea-shop"
version = "0.1.0"
edition = "2021"

[dependencies]
cloacina = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] }
serde_json = "1"
tokio = { version = "1", features = ["full"] }
"""


def workflow(more: str = "") -> str:
    """The workflow: one task, and `more`, as the text of further ones."""
    return f"""\
#[workflow(name = "tea", description = "Sells tea")]
pub mod tea {{
    use super::*;

    #[task(id = "weigh", dependencies = [])]
    pub async fn weigh(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {{
        let grams = context.get("grams").and_then(|g| g.as_u64()).ok_or_else(|| TaskError::ValidationFailed {{
            message: "no grams".into(),
        }})?;
        context.insert("price", serde_json::json!(grams * 3))?;
        Ok(())
    }}
{more}}}
"""


WORKFLOW = workflow(
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
    write(tmp_path, {"Cargo.toml": MANIFEST, "src/main.rs": source, **(files or {})})
    return Migrated(tmp_path)


def in_main(body: str) -> str:
    return (
        "#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n"
        f'    let runner = DefaultRunner::new("sqlite://t.db").await?;\n{body}\n'
        "    runner.shutdown().await?;\n    Ok(())\n}\n"
    )
