"""Room tests/e2e/: crates on their way from one Cloacina version to another: migrated, linted clean, built by cargo.

What is migrated: the template's crate of a version, the smallest crate of 0.5, and what `cloacinactl package new`
writes, which does not build as it comes.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from cloacina_lint import contracts, examples
from cloacina_lint.crate import Crate
from cloacina_lint.engine import Selection, lint
from cloacina_lint.finding import ERROR
from cloacina_lint.migrate.outcome import RefusedError
from cloacina_lint.migrate.plan import plan
from cloacina_lint.source.tree import Tree

from tests.e2e.proving import Memory, judge, trouble
from tests.linting import write
from tests.template.generating import generate

PAIRS = [
    ("0.5.1", "0.6.1"),
    ("0.5.1", "0.11.1"),
    ("0.6.1", "0.5.1"),
    ("0.6.1", "0.7.0"),
    ("0.6.1", "0.8.0"),
    ("0.6.1", "0.10.0"),
    ("0.6.1", "0.11.1"),
    ("0.8.0", "0.9.0"),
    ("0.9.0", "0.10.0"),
    ("0.10.0", "0.9.0"),
    ("0.10.0", "0.11.1"),
    ("0.11.1", "0.6.1"),
]
# Of the smallest crate of a version, which is then loaded and run by the engine.
LOADED = [("0.5.1", "0.6.1"), ("0.6.1", "0.9.0"), ("0.6.1", "0.11.1"), ("0.10.0", "0.11.1"), ("0.11.1", "0.6.1")]
TOOL = "0.11.1"
# The version that each version's own tool pins in what it writes.
PINS = {"0.8.0": "0.7", "0.9.0": "0.7", "0.10.0": "0.10", "0.11.1": "0.11"}


@cache
def memory() -> Memory:
    return Memory("upgrades")


def texts(crate: Path) -> dict[str, str]:
    """Path -> text of every file of a crate."""
    return {
        path.relative_to(crate).as_posix(): path.read_bytes().decode("utf-8")
        for path in sorted(crate.rglob("*"))
        if path.is_file()
    }


def migrated(crate: Path, target: str) -> dict[str, str]:
    """The crate's files after the migration; without an error, and the same again."""
    files = texts(crate)
    for path, text in plan(Crate(Tree(str(crate)), explicit=True), target).changes.items():
        files.pop(path, None)
        if text is not None:
            files[path] = text
    return files


def prove(directory: Path, files: dict[str, str], package: str, target: str, *, load: bool = False) -> None:
    """Nothing more to migrate, no error of any rule, a library with its registry; load: the engine runs it."""
    crate = Crate(Tree(str(write(directory, files))), explicit=True, version=target)
    assert plan(Crate(Tree(str(directory)), explicit=True), target).changes == {}
    findings = lint(crate, Selection([], [])).findings
    assert [finding for finding in findings if finding.severity == ERROR] == []
    outcome = judge(files, package, target, memory(), load=load)
    assert outcome["built"], outcome["output"]
    assert outcome["library"]
    assert "fidius_get_registry" in outcome["symbols"]
    if load:
        assert trouble(outcome["report"]) == ""


def smallest(directory: Path, version: str, name: str) -> Path:
    """The smallest crate of a version."""
    contract = contracts.load(version)
    assert contract is not None
    files = {path: text.replace("my-workflow", name) for path, text in examples.canonical(contract).items()}
    return write(directory, files)


@pytest.mark.parametrize(("version", "target"), PAIRS)
def test_a_crate_goes_to_another_version(cargo: str, tmp_path: Path, version: str, target: str) -> None:
    name = "up-" + f"{version}-{target}".replace(".", "-")
    if version == "0.5.1":
        crate = smallest(tmp_path / "crate", version, name)
    else:
        crate = generate(tmp_path, cloacina_version=version, crate_name=name).made()
    files = migrated(crate, target)
    assert f'"{target}"' in files["Cargo.toml"]
    assert f'"{version}"' not in files["Cargo.toml"]
    prove(tmp_path / "migrated", files, name, target)


@pytest.mark.parametrize(("version", "target"), LOADED)
def test_the_engine_of_the_other_version_runs_it(cargo: str, tmp_path: Path, version: str, target: str) -> None:
    name = "ran-" + f"{version}-{target}".replace(".", "-")
    files = migrated(smallest(tmp_path / "crate", version, name), target)
    prove(tmp_path / "migrated", files, name, target, load=True)


@pytest.fixture(scope="session")
def written(cloacinactl: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """`written("graph", name)`: what `cloacinactl package new` writes."""

    def new(kind: str, name: str) -> Path:
        folder = tmp_path_factory.mktemp("new")
        command = [str(cloacinactl(TOOL)), "package", "new", name, "--lang", "rust", "--kind", kind]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return folder / name

    return new


@pytest.mark.parametrize("kind", ["workflow", "graph", "cron"])
@pytest.mark.parametrize(
    ("tool", "target"),
    [("0.11.1", "0.11.1"), ("0.10.0", "0.10.0"), ("0.9.0", "0.9.0"), ("0.8.0", "0.8.0"), ("0.11.1", "0.6.1")],
)
def test_what_the_tool_writes_becomes_a_crate_that_builds(
    cargo: str, tmp_path: Path, written: Callable[[str, str], Path], kind: str, tool: str, target: str
) -> None:
    name = f"new-{kind}-{tool.replace('.', '-')}-{target.replace('.', '-')}"
    crate = written(kind, name)
    manifest = crate / "Cargo.toml"
    pinned = manifest.read_text(encoding="utf-8").replace('"0.11"', f'"{PINS[tool]}"')
    assert f'"{PINS[tool]}"' in pinned
    manifest.write_text(pinned, encoding="utf-8")
    prove(tmp_path, migrated(crate, target), name, target, load=target in ("0.11.1", "0.6.1"))


def test_a_graph_of_a_later_macro_is_refused_before_anything_changes(
    tmp_path: Path, written: Callable[[str, str], Path]
) -> None:
    crate = written("graph", "new-graph-refused")
    before = texts(crate)
    with pytest.raises(RefusedError, match="no argument `trigger`"):
        plan(Crate(Tree(str(crate)), explicit=True), "0.5.1")
    assert texts(crate) == before
