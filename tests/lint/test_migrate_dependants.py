"""Room tests/lint: crates of the same workspace that depend on the one that is migrated (migrate/survey/dependants)."""

from __future__ import annotations

from pathlib import Path

import pytest
from cloacina_lint.crate import Crate
from cloacina_lint.migrate.outcome import RefusedError
from cloacina_lint.migrate.plan import plan
from cloacina_lint.source.tree import Tree

from tests.lint import tea
from tests.linting import write

API = '[package]\nname = "api"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n'
ENGINE = 'cloacina = "0.6.1"\n'
LIBRARY = "use cloacina::*;\n\n" + tea.workflow()


def told(root: Path, workspace: str, members: dict[str, str], shop: str = "shop") -> list[str]:
    prefix = f"{shop}/" if shop else ""
    manifest = tea.MANIFEST + workspace if not shop else tea.MANIFEST
    files = {f"{prefix}Cargo.toml": manifest, f"{prefix}src/lib.rs": LIBRARY}
    write(root, ({"Cargo.toml": workspace} if shop else {}) | files | members)
    return [line for line in plan(Crate(Tree(str(root / shop)))).report.person if "depends on this crate" in line]


@pytest.mark.parametrize("members", ['["shop", "api"]', '["*"]', '["shop", "./api/"]'])
def test_a_sibling_that_embeds_the_workflow_is_named(tmp_path: Path, members: str) -> None:
    """`packaged` is on by default now: the workflow is in no engine's registry there, and nothing says so at build."""
    api = API + ENGINE + 'tea-shop = { path = "../shop" }\n'
    (line,) = told(tmp_path, f"[workspace]\nmembers = {members}\n", {"api/Cargo.toml": api})
    assert "api/Cargo.toml:8:1: `api` depends on this crate, and an engine there no longer finds the workflow" in line


def test_a_sibling_without_an_engine_is_named_too(tmp_path: Path) -> None:
    workspace = '[workspace]\nmembers = ["shop", "api"]\n\n[workspace.dependencies]\ntea-shop = { path = "shop" }\n'
    (line,) = told(tmp_path, workspace, {"api/Cargo.toml": API + "tea-shop.workspace = true\n"})
    assert line.endswith("api/Cargo.toml:7:1: `api` depends on this crate: see that it still builds")


def test_the_crate_can_be_the_workspaces_root(tmp_path: Path) -> None:
    api = API + 'shop = { path = "..", package = "tea-shop" }\n'
    assert len(told(tmp_path, '\n[workspace]\nmembers = ["api"]\n', {"api/Cargo.toml": api}, shop="")) == 1


@pytest.mark.parametrize("dependency", ['tea-shop = "0.1"\n', 'tea-shop = { path = "../other" }\n', ENGINE])
def test_others_are_not(tmp_path: Path, dependency: str) -> None:
    other = tea.MANIFEST.replace("cloacina =", "# cloacina =")
    members = {"api/Cargo.toml": API + dependency, "other/Cargo.toml": other, "broken/Cargo.toml": "[package\n"}
    assert told(tmp_path, '[workspace]\nmembers = ["*"]\n', members) == []


def test_a_crate_that_others_depend_on_is_not_split(tmp_path: Path) -> None:
    api = API + 'tea-shop = { path = ".." }\n'
    second = tea.workflow().replace("tea", "coffee")
    manifest = tea.MANIFEST + '\n[workspace]\nmembers = ["api"]\n'
    write(tmp_path, {"Cargo.toml": manifest, "src/lib.rs": LIBRARY + second, "api/Cargo.toml": api})
    with pytest.raises(RefusedError, match=r"api/Cargo.toml:7:1: `api` depends on this crate, which --split takes"):
        plan(Crate(Tree(str(tmp_path))), split=True)
