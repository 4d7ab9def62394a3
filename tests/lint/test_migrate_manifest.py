"""Room tests/lint: Cargo.toml and what a package has beside it, before and after a migration, in every style."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from cloacina_lint.contracts import load
from cloacina_lint.crate import Crate
from cloacina_lint.migrate import packaging
from cloacina_lint.migrate.draft import Draft
from cloacina_lint.migrate.manifest import step as manifest
from cloacina_lint.migrate.outcome import Report
from cloacina_lint.source import toml
from cloacina_lint.source.text import SourceFile
from cloacina_lint.source.tree import Tree

from tests.linting import write

if sys.version_info >= (3, 11):
    import tomllib  # reads TOML 1.0 only
else:
    import tomli as tomllib

CODE = """\
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, workflow, Context, TaskError};

#[workflow(name = "nightly", description = "Closes the day")]
pub mod nightly {
    use super::*;

    #[task(id = "close", dependencies = [])]
    pub async fn close(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("closed", serde_json::json!(true))?;
        Ok(())
    }
}
"""
TOKIO_CODE = CODE + "\npub async fn rest() {\n    tokio::time::sleep(std::time::Duration::from_millis(1)).await;\n}\n"
HEAD = '[package]\nname = "till"\nversion = "1.2.3"\nedition = "2021"\n'
COMPANIONS = {
    "async-trait": "0.1",
    "chrono": "0.4",
    "cloacina-computation-graph": "0.6.1",
    "cloacina-macros": "0.6.1",
    "cloacina-workflow": {"version": "0.6.1", "features": ["packaged"]},
    "cloacina-workflow-plugin": "0.6.1",
    "serde_json": "1",
}
ENGINE = {"version": "0.6.1", "default-features": False, "features": ["macros", "sqlite"]}
TOKIO = {"version": "1", "features": ["macros", "rt-multi-thread"]}


class Made:
    """A crate after the two steps."""

    def __init__(self, directory: Path, files: dict[str, str], version: str, code: str) -> None:
        write(directory, {"src/main.rs": "fn main() {}\n", **files})
        self.draft = Draft(Crate(Tree(str(directory)), explicit=True))
        self.report = Report()
        self.draft.remove("src/main.rs")
        if "src/lib.rs" not in files:
            self.draft.create("src/lib.rs", code)
        self.again(version, self.report)

    def again(self, version: str, report: Report) -> None:
        contract = load(version)
        assert contract is not None
        manifest.write(self.draft, None, contract, report)
        packaging.write(self.draft, None, contract, report)

    def text(self, path: str = "Cargo.toml") -> str:
        file = self.draft.read(path)
        assert file is not None
        return ("\ufeff" if file.bom else "") + file.text

    def data(self, path: str = "Cargo.toml") -> dict[str, Any]:
        return values(self.text(path))


def values(text: str) -> dict[str, Any]:
    """A text's values, read as TOML 1.0."""
    return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))


def made(directory: Path, cargo: str, version: str = "0.6.1", code: str = CODE, **files: str) -> Made:
    """A crate migrated; a second time nothing changes."""
    names = {
        name.replace("__", "/").replace("_rs", ".rs").replace("_toml", ".toml"): text for name, text in files.items()
    }
    result = Made(directory, {"Cargo.toml": cargo, **names}, version, code)
    before = dict(result.draft.tree.changed)
    second = Report()
    result.again(version, second)
    assert result.draft.tree.changed == before
    assert second.done == []
    return result


# Every style an engine dependency comes in: the text of the dependency tables, and what is left of [dependencies]
# beside the companions.
STYLES: dict[str, tuple[str, dict[str, Any]]] = {
    "string": ('[dependencies]\ncloacina = "0.6.1"\ntokio = "1"\n', {}),
    "inline": (
        (
            '[dependencies]\nserde = "1"\ncloacina = { version = "0.6", features = ["macros"] }\n'
            'tokio = { version = "1", features = ["full"] }\n'
        ),
        {"serde": "1"},
    ),
    "dotted": (
        (
            '[dependencies]\ncloacina.version = "0.6.1"\ncloacina.default-features = false\n'
            'cloacina.features = [\n    "sqlite", # one file\n    "macros",\n]\nserde = "1"\n'
        ),
        {"serde": "1"},
    ),
    "root": ('dependencies.cloacina = "0.6.1"\ndependencies.serde = "1"\n', {"serde": "1"}),
    "root inline": ('dependencies = { cloacina = "0.6.1", serde = "1" }\n', {"serde": "1"}),
    "table": (
        (
            '[dependencies.cloacina] # the engine\nversion = "0.6.1"\nfeatures = ["sqlite"] # one file\n\n'
            '[dependencies.tokio]\nversion = "1"\nfeatures = ["full"]\n\n[dependencies.serde]\nversion = "1"\n'
        ),
        {"serde": {"version": "1"}},
    ),
    "target": (
        '[target.\'cfg(unix)\'.dependencies]\ncloacina = "0.6.1"\nlibc = "0.2"\n\n[dependencies]\n',
        {},
    ),
    "quoted": ("[dependencies]\n\"cloacina\" = '0.6.1'\n'serde' = \"1\"\n", {"serde": "1"}),
    "renamed": ('[dependencies]\nengine = { package = "cloacina", version = "0.6.1" }\n', {}),
    "git": ('[dependencies]\ncloacina = { git = "https://example.org/c", tag = "v0.6.1" } # ours\n', {}),
    "path": ('[dependencies]\ncloacina = { path = "../cloacina", version = "0.6.1" }\n', {}),
    "path alone": ('[dependencies.cloacina]\npath = "../cloacina"\n', {}),
    "newer TOML": (
        '[dependencies]\ncloacina = { # all of it\n    version = "0.6.1",\n    features = ["sqlite"],\n}\n',
        {},
    ),
    "old requirement": ('[dependencies]\ncloacina = "=0.6.0"\nchrono = "0.4.31"\nserde_json = "1.0.100"\n', {}),
    "open requirement": ('[dependencies]\ncloacina = ">=0.6"\ncloacina-workflow = "*"\n', {}),
    "dev too": ('[dependencies]\ncloacina = "0.6.1"\n[dev-dependencies]\ncloacina = "0.6.1"\ntempfile = "3.1"\n', {}),
    "old dev": ('[dependencies]\ncloacina = "0.6.1"\n[dev_dependencies]\ntokio = { version = "1" }\n', {}),
    "companions": (
        (
            '[dependencies]\nchrono = { version = "0.4", features = ["serde"] }\ncloacina = "0.6.1"\n'
            'cloacina-workflow = { version = "0.6.1", default-features = false }\n'
        ),
        {},
    ),
}


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("style", STYLES)
def test_every_style_gets_the_same_dependencies(tmp_path: Path, style: str, newline: str, bom: str) -> None:
    text, others = STYLES[style]
    cargo = text + "\n" + HEAD if style.startswith("root") else HEAD + "\n" + text
    result = made(tmp_path, bom + cargo.rstrip("\n").replace("\n", newline))
    data = result.data()
    dependencies = data["dependencies"]
    for name, wanted in COMPANIONS.items():
        there = dependencies.pop(name)
        plain = there["version"] if isinstance(there, dict) else there
        assert plain.startswith(str(wanted["version"] if isinstance(wanted, dict) else wanted)), name
        if name == "cloacina-workflow":
            assert "packaged" in there["features"]
            assert there.get("default-features", True) or "macros" in there["features"]
    assert dependencies == others
    dev = data.get("dev-dependencies") or data["dev_dependencies"]
    engine = dev.pop("cloacina")
    assert set(engine.pop("features")) == {"macros", "sqlite"}
    assert engine.pop("default-features") is False
    assert engine in ({"version": "0.6.1"}, {"version": "0.6"})
    assert dev.pop("tokio").get("features") in (["full"], ["macros", "rt-multi-thread"])
    assert dev.pop("tempfile").startswith("3")
    assert dev == {}
    assert data["build-dependencies"] == {"cloacina-build": "0.6.1"}
    assert data["features"] == {"default": ["packaged"], "packaged": []}
    assert data["lib"] == {"crate-type": ["cdylib", "rlib"]}
    assert data["package"] == {"name": "till", "version": "1.2.3", "edition": "2021"}
    whole = result.text()
    assert whole.startswith("\ufeff") == bool(bom)
    if newline == "\r\n":
        assert whole.count("\n") == whole.count("\r\n")
    else:
        assert "\r" not in whole
    kept = "".join(item.text for item in result.report.kept)
    for comment in comments(bom + cargo):
        assert comment in whole or comment in kept


def comments(text: str) -> list[str]:
    doc = toml.parse(SourceFile("Cargo.toml", text))
    return [span.text for span in doc.comments()]


def test_a_sorted_table_stays_sorted_and_comments_go_with_their_entry(tmp_path: Path) -> None:
    result = made(
        tmp_path,
        HEAD
        + '\n[dependencies]\nanyhow = "1"   # errors\n\n# the engine\n# (all of it)\ncloacina = "0.6.1" # pinned\n\n'
        '# the wire\nserde = { version = "1" }\n# runtime\ntokio = "1" # main only\n\n[profile.dev]\ndebug = 1\n',
    )
    assert result.text() == HEAD + (
        '\n[lib]\ncrate-type = ["cdylib", "rlib"]\n\n[features]\ndefault = ["packaged"]\npackaged = []\n\n'
        '[dependencies]\nanyhow = "1"   # errors\nasync-trait = "0.1"\nchrono = "0.4"\n\n'
        'cloacina-computation-graph = "0.6.1"\ncloacina-macros = "0.6.1"\n'
        'cloacina-workflow = { version = "0.6.1", features = ["packaged"] }\ncloacina-workflow-plugin = "0.6.1"\n\n'
        '# the wire\nserde = { version = "1" }\nserde_json = "1"\n\n'
        '[build-dependencies]\ncloacina-build = "0.6.1"\n\n'
        "[dev-dependencies]\n# the engine\n# (all of it)\n"
        'cloacina = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] } # pinned\n'
        'tempfile = "3"\n# runtime\n'
        'tokio = { version = "1", features = ["macros", "rt-multi-thread"] } # main only\n\n'
        "[profile.dev]\ndebug = 1\n"
    )


def test_columns_stay_columns(tmp_path: Path) -> None:
    result = made(
        tmp_path,
        HEAD + '\n[dependencies]\nserde_json                 = "1"\ncloacina                   = "0.6.1"\n'
        'regex                      = "1"\n',
    )
    lines = [line for line in result.text().splitlines() if (" = " in line and "chrono" in line) or "plugin" in line]
    assert [line.index("=") for line in lines] == [27, 27]


def test_tokio_stays_where_the_library_names_it(tmp_path: Path) -> None:
    cargo = HEAD + '\n[dependencies]\ncloacina = "0.6.1"\ntokio = { version = "1.30", features = ["time"] }\n'
    data = made(tmp_path, cargo, code=TOKIO_CODE).data()
    assert data["dependencies"]["tokio"] == {"version": "1.30", "features": ["time"]}
    assert data["dev-dependencies"]["tokio"] == {"version": "1.30", "features": ["macros", "rt-multi-thread"]}


def test_tokio_with_all_features_serves_the_tests_too(tmp_path: Path) -> None:
    cargo = HEAD + '\n[dependencies]\ncloacina = "0.6.1"\ntokio = { version = "1", features = ["full"] }\n'
    data = made(tmp_path, cargo, code=TOKIO_CODE).data()
    assert data["dependencies"]["tokio"]["features"] == ["full"]
    assert "tokio" not in data["dev-dependencies"]


def test_tokio_stays_for_a_program_that_stays(tmp_path: Path) -> None:
    cargo = HEAD + '\n[dependencies]\ncloacina = "0.6.1"\ntokio = "1"\n'
    data = made(tmp_path, cargo, src__bin__ping_rs="#[tokio::main]\nasync fn main() {}\n").data()
    assert data["dependencies"]["tokio"] == "1"


def test_features_no_longer_name_what_only_tests_have(tmp_path: Path) -> None:
    result = made(
        tmp_path,
        HEAD + "\n[features]\n# what most want\ndefault = [\n    'fast', # quick\n    \"embedded\",\n]\n"
        'embedded = ["dep:cloacina", "dep:tokio"]\nfast = []\npg = ["cloacina?/postgres", "fast", "tokio/tracing"]\n\n'
        '[dependencies]\ncloacina = { version = "0.6.1", optional = true }\n'
        'tokio = { version = "1", optional = true }\n',
    )
    data = result.data()
    assert data["features"] == {
        "default": ["fast", "embedded", "packaged"],
        "embedded": [],
        "fast": [],
        "pg": ["fast"],
        "packaged": [],
    }
    assert data["dev-dependencies"]["cloacina"] == ENGINE
    assert data["dev-dependencies"]["tokio"] == TOKIO
    assert [line for line in result.report.person if "cloacina?/postgres" in line and "`pg`" in line]
    assert "# what most want\n" in result.text()
    assert "'fast', # quick\n" in result.text()


def test_an_optional_companion_is_turned_on(tmp_path: Path) -> None:
    cargo = (
        HEAD + '\n[features]\nfull = ["dep:chrono"]\n\n[dependencies]\ncloacina = "0.6.1"\n'
        'chrono = { version = "0.4", optional = true }\n'
    )
    assert made(tmp_path, cargo).data()["features"]["default"] == ["packaged", "dep:chrono"]


def test_an_older_companion_is_brought_to_the_version(tmp_path: Path) -> None:
    cargo = (
        HEAD + '\n[dependencies]\nchrono = { version = "0.3", features = ["serde"] } # old\n'
        'cloacina = "0.6.1"\nserde_json = "0.9"\n'
    )
    result = made(tmp_path, cargo)
    assert 'chrono = { version = "0.4", features = ["serde"] } # old\n' in result.text()
    assert result.data()["dependencies"]["serde_json"] == "1"


def test_engine_features_that_the_tests_name_stay(tmp_path: Path) -> None:
    cargo = HEAD + '\n[dependencies]\ncloacina = { version = "0.6.1", features = ["kafka", "auth"] }\n'
    data = made(tmp_path, cargo, tests__live_rs='const URL: &str = "postgres://localhost/till";\n').data()
    assert data["dev-dependencies"]["cloacina"]["features"] == ["macros", "sqlite", "auth", "postgres"]


def test_a_renamed_engine_keeps_its_name_for_tests_that_use_it(tmp_path: Path) -> None:
    cargo = HEAD + '\n[dependencies]\nengine = { package = "cloacina", version = "0.6.1" }\n'
    data = made(tmp_path, cargo, tests__live_rs="use engine::runner::DefaultRunner;\n").data()
    assert data["dev-dependencies"]["engine"] == {**ENGINE, "package": "cloacina"}
    assert data["dev-dependencies"]["cloacina"] == ENGINE


def test_a_table_without_order_keeps_its_own(tmp_path: Path) -> None:
    cargo = HEAD + '\n[dependencies]\nserde = "1"\ncloacina = "0.6.1"\ncloacina-workflow = "0.6.1"\nbytes = "1"\n'
    result = made(tmp_path, cargo)
    assert list(result.data()["dependencies"]) == [
        "serde",
        "cloacina-workflow",
        "cloacina-workflow-plugin",
        "cloacina-computation-graph",
        "cloacina-macros",
        "bytes",
        "async-trait",
        "serde_json",
        "chrono",
    ]


@pytest.mark.parametrize("style", ["=", "~"])
def test_companions_are_asked_for_as_tightly_as_the_engine_is(tmp_path: Path, style: str) -> None:
    """A later plugin would not go with a workflow crate that cannot move."""
    result = made(tmp_path, HEAD + f'\n[dependencies]\ncloacina = "{style}0.6.1"\ncloacina-workflow = "{style}0.6.1"\n')
    for table in ("dependencies", "build-dependencies"):
        for name, value in result.data()[table].items():
            version = value["version"] if isinstance(value, dict) else value
            assert not name.startswith("cloacina") or version == f"{style}0.6.1", name


def test_a_comment_on_the_engine_goes_with_it_out_of_a_group(tmp_path: Path) -> None:
    group = '# {}\ncloacina = "0.6.1"\ncloacina-workflow = "0.6.1" # by name\n\nserde = "1"\n'
    moved = made(tmp_path / "a", f"{HEAD}\n[dependencies]\n{group.format('the engine')}").text()
    assert "# the engine\ncloacina = {" in moved
    stays = made(tmp_path / "b", f"{HEAD}\n[dependencies]\n{group.format('Cloacina')}").text()
    assert "# Cloacina\ncloacina-computation-graph = " in stays
