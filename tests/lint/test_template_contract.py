"""Room tests/lint: the template and the migration agree: for each version a generated crate and a migrated one have the
same dependencies, features, library, build script and package.toml keys, so that the two cannot drift apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tomli
from cloacina_lint.contracts import load
from cloacina_lint.crate import Crate
from cloacina_lint.migrate.plan import plan
from cloacina_lint.source.tree import Tree

from tests.linting import write
from tests.support import ROOT
from tests.template.generating import generate

VERSIONS: list[str] = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))["cloacina_version"]
TABLES = ("dependencies", "dev-dependencies", "build-dependencies")

# A crate that runs its workflow itself, as one is written by hand: the engine is its one Cloacina crate.
LIBRARY_MODE = """\
[package]
name = "my-service"
version = "0.1.0"
edition = "2021"
description = "Totals orders"
authors = ["Ada <ada@example.org>"]

[dependencies]
cloacina = "{version}"
serde_json = "1"
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}
"""


CODE = """\
use cloacina::{task, workflow, Context, DefaultRunner, TaskError, WorkflowExecutor};

#[workflow(name = "my_service", description = "Totals orders")]
mod my_service {
    use super::*;

    #[task(id = "total", dependencies = [])]
    async fn total(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("total", serde_json::json!(42))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://my.db").await?;
    let result = runner.execute("my_service", Context::new()).await?;
    println!("{:?}", result.status);
    runner.shutdown().await?;
    Ok(())
}
"""


def normalised(data: dict[str, Any]) -> dict[str, Any]:
    """What has to agree of a Cargo.toml: tables by kind, each entry as (version, default features, features)."""
    result: dict[str, Any] = {table: data.get(table) for table in ("features", "lib")}
    for table in TABLES:
        entries = {}
        for name, entry in data[table].items():
            whole = {"version": entry} if isinstance(entry, str) else dict(entry)
            features = sorted(whole.pop("features", []))
            entries[name] = (whole.pop("version"), whole.pop("default-features", True), features)
            assert whole == {}, f"{name} has more: {whole}"
        result[table] = entries
    return result


def migrated(directory: Path, version: str) -> dict[str, str]:
    """Path -> text of what the migration writes for a library-mode crate of this version."""
    files = {"Cargo.toml": LIBRARY_MODE.format(version=version), "src/main.rs": CODE}
    crate = Crate(Tree(str(write(directory, files))), explicit=True)
    made = plan(crate, version)
    assert made.before == made.after == version
    assert made.changes["src/main.rs"] is None
    return {path: text for path, text in made.changes.items() if text is not None}


@pytest.fixture(params=VERSIONS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """(the generated crate, the migrated crate's files)."""
    author = {"author": "Ada <ada@example.org>"}
    generated = generate(tmp_path / "generated", cloacina_version=request.param, **author).made()
    return generated, migrated(tmp_path / "migrated", request.param)


def test_cargo_toml_agrees(pair: tuple[Path, dict[str, str]]) -> None:
    generated, files = pair
    template = normalised(tomli.loads((generated / "Cargo.toml").read_text(encoding="utf-8")))
    assert normalised(tomli.loads(files["Cargo.toml"])) == template
    assert template["features"]
    assert all(template[table] for table in TABLES)


def test_the_build_script_agrees(pair: tuple[Path, dict[str, str]]) -> None:
    generated, files = pair
    assert files["build.rs"] == (generated / "build.rs").read_text(encoding="utf-8")


def test_package_toml_agrees(pair: tuple[Path, dict[str, str]]) -> None:
    generated, files = pair
    template = tomli.loads((generated / "package.toml").read_text(encoding="utf-8"))
    mine = tomli.loads(files["package.toml"])
    assert {table: list(keys) for table, keys in mine.items()} == {
        table: list(keys) for table, keys in template.items()
    }
    assert mine == template


def test_what_a_migration_ignores_the_template_ignores(pair: tuple[Path, dict[str, str]]) -> None:
    generated, files = pair
    lines = (generated / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert set(files[".gitignore"].splitlines()) == {"/target/", "*.cloacina"} & set(lines)


def test_the_rust_version_agrees() -> None:
    from cloacina_service_ext import RUST_VERSION

    for version in VERSIONS:
        contract = load(version)
        assert contract is not None
        assert contract.data["template"]["rust-version"] == RUST_VERSION
