"""Room tests/e2e/: `--deep` on small real crates: what it sees of a good one, and where it places real errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cloacina_lint.deep import DeepRequest, DeepResult, run
from cloacina_lint.deep.meanings import MEANINGS
from cloacina_lint.source.text import SourceFile

from tests.support import ROOT, work_dir

MANIFEST = """[package]
name = "deep-crate"
version = "0.1.0"
edition = "2021"

[workspace]

[features]
default = ["packaged"]
packaged = []

[lib]
crate-type = ["cdylib", "rlib"]

[dependencies]
cloacina-workflow = "0.6.1"
cloacina-workflow-plugin = "0.6.1"
cloacina-computation-graph = "0.6.1"
async-trait = "0.1"
serde_json = "1"
chrono = "0.4"
"""
SOURCE = """use cloacina_workflow::{task, workflow, Context, TaskError};

cloacina_workflow_plugin::package!();

#[workflow(name = "deep_crate", description = "one task")]
pub mod deep_crate {
    use super::*;

    #[task(id = "load", dependencies = [])]
    pub async fn load(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("rows", serde_json::json!(3))?;
        Ok(())
    }
}
"""
TESTS = """
#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(1 + 1, 2);
    }
}
"""
BUILDS = yaml.safe_load((ROOT / "tests" / "lint" / "fixtures" / "deep" / "builds.yaml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that stays, so that cargo meets the same paths again."""
    cache = work_dir() / "e2e" / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    return cache


def crate(name: str, files: dict[str, str]) -> Path:
    """A crate at a path of its own; files that it does not name are taken away."""
    root = work_dir() / "e2e" / "deep" / name
    for old in [path for path in root.rglob("*") if path.is_file()] if root.is_dir() else []:
        if str(old.relative_to(root)) not in files:
            old.unlink()
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text:
            (root / path).write_text(text, encoding="utf-8")
    return root


def everything(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def deep(
    root: Path, cargo: str, *, tests: bool = False, package: str = "deep-crate", version: str = "0.6.1"
) -> DeepResult:
    def open_source(path: str) -> SourceFile | None:
        file = root / path
        return SourceFile(str(file), file.read_text(encoding="utf-8"), path) if file.is_file() else None

    before = everything(root)
    result = run(
        DeepRequest(
            crate_dir=str(root),
            package=package,
            lib_name=package.replace("-", "_"),
            contract_version=version,
            target_dir=str(work_dir() / "target"),
            cargo=cargo,
            tests=tests,
            open_source=open_source,
        )
    )
    assert everything(root) == before, "the crate's own tree stays as it was: no Cargo.lock, no target"
    return result


def told(result: DeepResult) -> list[tuple[str, str, int, str]]:
    return [(f.code, f.file.display, f.span.line, f.span.text) for f in result.findings]


def test_a_good_crate(cargo: str) -> None:
    result = deep(crate("good", {"Cargo.toml": MANIFEST, "src/lib.rs": SOURCE + TESTS}), cargo, tests=True)
    assert told(result) == []
    assert result.build == "pass"
    assert result.library is not None
    assert Path(result.library).is_file()
    assert result.build_evidence.startswith(f"{result.library} (")
    assert result.symbols is not None
    assert "fidius_get_registry" in result.symbols
    assert (result.tests, result.tests_evidence) == ("pass", "1 passed")


def test_a_crate_without_the_package_macro(cargo: str) -> None:
    source = SOURCE.replace("cloacina_workflow_plugin::package!();\n", "")
    result = deep(crate("no-package", {"Cargo.toml": MANIFEST, "src/lib.rs": source}), cargo, tests=True)
    assert result.build == "pass", "cargo is content: only the symbols tell"
    assert result.symbols is not None
    assert "fidius_get_registry" not in result.symbols
    assert [(code, file, line) for code, file, line, _ in told(result)] == [
        ("CL201", "src/lib.rs", 1),
        ("CL007", "Cargo.toml", 2),
    ]
    assert "package!()" in result.findings[0].help
    assert (result.tests, result.tests_evidence) == ("fail", "no test ran")


def test_two_crates_of_one_name_in_one_target_directory(cargo: str) -> None:
    """Cargo calls the first one's library fresh after the second one has overwritten it."""
    bare = SOURCE.replace("cloacina_workflow_plugin::package!();\n", "")
    roots = [
        crate(name, {"Cargo.toml": MANIFEST, "src/lib.rs": text}) for name, text in (("one", SOURCE), ("two", bare))
    ]
    for root, exported in [(roots[0], True), (roots[1], False), (roots[0], True), (roots[0], True)]:
        symbols = deep(root, cargo).symbols
        assert symbols is not None
        assert ("fidius_get_registry" in symbols) is exported


def test_the_guides_crate(cargo: str) -> None:
    root = ROOT / "tests" / "lint" / "fixtures" / "guide-after"
    result = deep(root, cargo, tests=True, package="my-workflow")
    assert told(result) == [("CL006", "src/lib.rs", 10, '#[task(id = "extract", dependencies = [])]')]
    found = result.findings[0]
    assert "`chrono`" in found.message
    assert "`#[task]` and cron triggers expand to `chrono::`" in found.help
    assert [place.line for place, _ in found.related] == [16]
    assert (result.build, result.tests, result.library) == ("fail", "not run", None)
    assert result.build_evidence == f"src/lib.rs:10: {found.message}"
    assert result.tests_evidence == "the release build failed"


def test_the_guides_crate_on_the_command_line(cargo: str, tmp_path: Path) -> None:
    root = ROOT / "tests" / "lint" / "fixtures" / "guide-after"
    command = [
        sys.executable,
        "-m",
        "cloacina_lint",
        "--deep",
        "--target-dir",
        str(work_dir() / "target"),
        "--format",
        "json",
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "lint")}
    outcome = subprocess.run([*command, str(root)], capture_output=True, text=True, env=env, cwd=tmp_path)
    assert outcome.returncode == 1, outcome.stderr
    found = [f for f in json.loads(outcome.stdout)["findings"] if f["rule"] == "CL006"]
    assert [(f["line"], f["column"], f["name"]) for f in found] == [(10, 5, "builds-library")]
    assert "building my-workflow (release): fail" in outcome.stderr


@pytest.mark.parametrize("case", BUILDS, ids=[case["name"] for case in BUILDS])
def test_a_real_error(case: dict[str, Any], cargo: str) -> None:
    package = f"deep-{case['name']}"
    files = {"Cargo.toml": MANIFEST.replace("deep-crate", package), "src/lib.rs": SOURCE}
    for path, edits in (("Cargo.toml", case.get("manifest", {})), ("src/lib.rs", case.get("source", {}))):
        for old, new in edits.items():
            assert old in files[path]
            files[path] = files[path].replace(old, new)
    result = deep(crate(case["name"], files), cargo, package=package)
    advice = next(meaning.advice for meaning in MEANINGS if meaning.id == case["row"])
    first = result.findings[0]
    assert first.help.startswith(advice.split("{")[0][:60])
    assert first.code == "CL006"
    assert [first.file.display, first.span.line, first.span.text] == case["place"]
    assert [f.message for f in result.findings[1:] if f.help == first.help] == [], "one cause, one finding"
    assert (result.build, result.tests) == ("fail", "not run")


def test_no_shared_library(cargo: str) -> None:
    manifest = MANIFEST.replace('["cdylib", "rlib"]', '["rlib"]').replace("deep-crate", "deep-rlib")
    result = deep(crate("rlib", {"Cargo.toml": manifest, "src/lib.rs": SOURCE}), cargo, package="deep-rlib")
    assert told(result) == [("CL006", "Cargo.toml", 13, "crate-type")]
    assert (result.build, result.library, result.symbols) == ("fail", None, None)


def test_a_build_script_on_a_machine_without_python(
    cargo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = MANIFEST.replace("deep-crate", "deep-python") + '\n[build-dependencies]\ncloacina-build = "0.6.1"\n'
    script = "fn main() {\n    cloacina_build::configure();\n}\n"
    root = crate("python", {"Cargo.toml": manifest, "src/lib.rs": SOURCE, "build.rs": script})
    for program in ("cargo", "rustc", "cc", "ld"):
        found = subprocess.run(["which", program], capture_output=True, text=True).stdout.strip()
        if found:
            (tmp_path / program).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path))
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYO3_PYTHON"):
        monkeypatch.delenv(variable, raising=False)  # PyO3 would find a Python through these
    result = deep(root, str(tmp_path / "cargo"), package="deep-python")
    assert told(result) == [("CL006", "build.rs", 2, "cloacina_build::configure")]
    assert result.findings[0].message.endswith("no Python 3.x interpreter found")


WORKSPACE_SOURCE = """#[no_mangle]
pub extern "C" fn fidius_get_registry() -> usize { helper::one() + outer::one() }

/// Adds.
/// ```
/// assert_eq!(member::two(), 3);
/// ```
pub fn two() -> usize { 2 }

#[cfg(test)]
mod tests {
    #[test]
    fn right() {}

    #[test]
    fn wrong() {
        std::fs::write("left-behind.txt", "x").unwrap();
        assert_eq!(super::two(), 3, "two");
    }

    #[test]
    fn elsewhere() { helper::fail() }
}
"""


def test_a_member_of_a_workspace_and_its_failing_tests(cargo: str) -> None:
    package = '[package]\nname = "{0}"\nversion = "0.1.0"\nedition = "2021"\n'
    helper = 'pub fn one() -> usize { 1 }\npub fn fail() { panic!("from the helper") }\n'
    root = crate(
        "workspace",
        {
            "ws/Cargo.toml": '[workspace]\nmembers = ["member", "helper"]\nresolver = "2"\n'
            '[workspace.dependencies]\nhelper = { path = "helper" }\n',
            "ws/member/Cargo.toml": package.format("member")
            + '[lib]\ncrate-type = ["cdylib", "rlib"]\n[dependencies]\n'
            'helper.workspace = true\nouter = { path = "../../outer" }\n',
            "ws/member/src/lib.rs": WORKSPACE_SOURCE,
            "ws/member/tests/service.rs": "#[test]\nfn crash() { std::process::abort() }\n",
            "ws/helper/Cargo.toml": package.format("helper"),
            "ws/helper/src/lib.rs": helper,
            "outer/Cargo.toml": package.format("outer") + "[workspace]\n",
            "outer/src/lib.rs": helper,
        },
    )
    before = everything(root)
    result = deep(root / "ws" / "member", cargo, tests=True, package="member")
    assert everything(root) == before
    assert (result.build, result.tests) == ("pass", "fail")
    assert result.symbols == ["fidius_get_registry"]
    assert result.tests_evidence == (
        "1 passed, 2 failed; service.rs: ended early (signal: 6, SIGABRT: process abort signal); doc tests: 1 failed"
    )
    assert {(f.code, f.file.display, f.span.line): f.message for f in result.findings} == {
        ("CL007", "src/lib.rs", 18): "test `tests::wrong` failed: assertion `left == right` failed: two",
        ("CL007", "src/lib.rs", 22): "test `tests::elsewhere` failed: from the helper",
        ("CL007", "src/lib.rs", 5): "test `member/src/lib.rs - two (line 5)` failed: assertion `left == right` failed",
        (
            "CL007",
            "tests/service.rs",
            1,
        ): "the tests of tests/service.rs ended early: signal: 6, SIGABRT: process abort signal",
    }


def test_tests_that_do_not_compile(cargo: str) -> None:
    test = (
        'use cloacina::DefaultRunner;\n\n#[tokio::test]\nasync fn runs() { DefaultRunner::new("x").await.unwrap(); }\n'
    )
    manifest = MANIFEST.replace("deep-crate", "deep-tests")
    result = deep(
        crate("tests", {"Cargo.toml": manifest, "src/lib.rs": SOURCE, "tests/svc.rs": test}),
        cargo,
        tests=True,
        package="deep-tests",
    )
    assert (result.build, result.tests) == ("pass", "fail")
    assert {(f.code, f.file.display, f.span.line, f.help.split(":")[0]) for f in result.findings} == {
        ("CL007", "tests/svc.rs", 1, "a test that runs the workflow needs the engine"),
        ("CL007", "tests/svc.rs", 3, "the host provides the runtime, so tokio belongs to the tests alone"),
    }
    assert result.tests_evidence.startswith("do not compile: ")
