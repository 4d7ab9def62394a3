"""Room tests/lint: a crate with two workflows, split into one crate each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import tomli
from cloacina_lint.crate import Crate
from cloacina_lint.migrate import plan as planning
from cloacina_lint.migrate.outcome import RefusedError
from cloacina_lint.source.tree import Tree

from tests.linting import write

MANIFEST = """\
[package]
name = "depot"
version = "0.1.0"
edition = "2021"

[dependencies]
cloacina = "0.6.1"
serde_json = "1"
tokio = { version = "1", features = ["full"] }
"""
MAIN = """
#[tokio::main]
async fn main() {
    let runner = DefaultRunner::new("sqlite://x.db").await.unwrap();
    runner.execute("one", Context::new()).await.unwrap();
    runner.execute("two", Context::new()).await.unwrap();
}
"""
USES = "use cloacina::*;\n"


def workflow(name: str, body: str = "", before: str = "    use super::*;\n") -> str:
    return f"""
#[workflow(name = "{name}")]
pub mod {name} {{
{before}
    #[task(id = "{name}_task", dependencies = [])]
    pub async fn {name}_task(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {{
        context.insert("x", serde_json::json!(1))?;
{body}        Ok(())
    }}
}}
"""


def rust(shared: str, one: str = "", two: str = "", main: str = MAIN) -> str:
    return USES + shared + workflow("one", one) + workflow("two", two) + main


LIB = "pub mod a;\npub mod b;\n"
MANY = {
    "src/lib.rs": LIB,
    "src/a.rs": USES + workflow("one") + "pub fn fa() {}\n",
    "src/b.rs": USES + workflow("two"),
}


class Split:
    """`files`: path -> text of all that changed (None: gone); `plan`, `report` of the split."""

    def __init__(self, directory: Path, files: dict[str, str], manifest: str = MANIFEST, to: str = "0.6.1") -> None:
        self.directory = write(directory / "depot", {"Cargo.toml": manifest, **files})
        self.plan = planning.plan(Crate(Tree(os.fspath(self.directory)), explicit=True), to, split=True)
        self.report = self.plan.report
        self.files = self.plan.changes

    def text(self, path: str) -> str:
        text = self.files[path]
        assert text is not None
        return text

    @property
    def members(self) -> list[str]:
        listed: list[str] = tomli.loads(self.text("Cargo.toml"))["workspace"]["members"]
        return listed


def split(tmp_path: Path, files: dict[str, str], manifest: str = MANIFEST, to: str = "0.6.1") -> Split:
    return Split(tmp_path, files, manifest, to)


def refused(tmp_path: Path, files: dict[str, str], manifest: str = MANIFEST) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        split(tmp_path, files, manifest)
    return caught.value
