"""Room tests/e2e/: every path that the migration writes in place of an engine's is there, in each version."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from cloacina_lint.migrate.library.names import Names

from tests.e2e import proving
from tests.support import VERSIONS, cargo_env, work_dir

CRATES = ("cloacina-workflow", "cloacina-workflow-plugin", "cloacina-computation-graph", "cloacina-macros")


def manifest(version: str) -> str:
    dependencies = "".join(f'{crate} = "={version}"\n' for crate in CRATES)
    name = f"names-{version.replace('.', '-')}"
    return (
        f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n\n'
        f'[dependencies]\n{dependencies}serde_json = "1"\n'
    )


@pytest.mark.parametrize("version", ["0.5.1", *VERSIONS])
def test_new_paths_are_there(version: str, cargo: str) -> None:
    place = work_dir() / "names" / version
    (place / "src").mkdir(parents=True, exist_ok=True)
    (place / "Cargo.toml").write_text(manifest(version), encoding="utf-8")
    lock = proving._lock(version)
    if lock.is_file() and not (place / "Cargo.lock").is_file():
        shutil.copyfile(lock, place / "Cargo.lock")
    paths = sorted(set(Names(version).table.values()))
    lines = [f"pub use {path} as _name_{index};\n" for index, path in enumerate(paths)]
    (place / "src" / "lib.rs").write_text("#![allow(unused_imports)]\n" + "".join(lines), encoding="utf-8")
    command = ["nice", "-n", "10", cargo, "check", "--lib", "--quiet"]
    run = subprocess.run(command, cwd=place, env=cargo_env(), capture_output=True, text=True, check=False)
    missing = re.findall(r"^\s*\d+ \| pub use (\S+) as", run.stderr, re.MULTILINE)
    assert run.returncode == 0, f"not in {version}: {missing}\n{run.stderr}"
