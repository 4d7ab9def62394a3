"""Room tests/: the names that are accepted, the names that are refused, and that a suggestion is itself accepted."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cloacina_service_ext as extension
from tests.support import cargo_env, need
from tests.template.generating import generate

ACCEPTED_CRATES = (
    "a",
    "my-service",
    "my_service",
    "order-totals-2",
    "v0-6-1",
    "latest-orders",
    "cloacina-orders",
    "tokio-like",
    "cron",
    "workflow",
    "task",
    "a" * 64,
    "a" * 31 + "-" + "b" * 32,
)
REFUSED_CRATES = {
    "": "empty",
    " ": "lower-case words",
    "../x": "path",
    "..": "path",
    "/etc/passwd": "path",
    "a/b": "path",
    "a\\b": "path",
    ".hidden": "path",
    "my service": "lower-case words",
    "my\nservice": "lower-case words",
    "my.service": "lower-case words",
    "MyService": "lower-case words",
    "-x": "lower-case words",
    "--help": "lower-case words",
    "x-": "lower-case words",
    "_x": "lower-case words",
    "a--b": "lower-case words",
    "a__b": "lower-case words",
    "<< 7*7 >>": "lower-case words",
    "{{ x }}": "lower-case words",
    "a;rm -rf ~": "lower-case words",
    "9lives": "start with a digit",
    "café": "ASCII",
    "服务": "ASCII",
    "a" * 65: "longer than 64",
    "fn": "keyword",
    "async": "keyword",
    "Self": "keyword",
    "gen": "keyword",
    "yield": "keyword",
    "test": "part of Rust",
    "core": "part of Rust",
    "std": "part of Rust",
    "alloc": "part of Rust",
    "proc-macro": "part of Rust",
    "proc_macro": "part of Rust",
    "build": "build directories",
    "deps": "build directories",
    "examples": "build directories",
    "incremental": "build directories",
    "nul": "Windows",
    "con": "Windows",
    "com1": "Windows",
    "lpt9": "Windows",
    "cloacina": "depend on",
    "cloacina-workflow": "depend on",
    "cloacina_workflow": "depend on",
    "cloacina-macros": "depend on",
    "cloacina-build": "depend on",
    "serde_json": "depend on",
    "serde-json": "depend on",
    "async-trait": "depend on",
    "chrono": "depend on",
    "tokio": "depend on",
    "tempfile": "depend on",
    "service-mode": "generated tests",
    "tests": "generated tests",
}
ACCEPTED_WORKFLOWS = {
    "w": "w",
    "my_service": "my_service",
    "my-service": "my_service",
    "Daily totals": "daily_totals",
    "A  --  b": "a_b",
    "_private_": "private",
    "task": "task",
    "workflow": "workflow",
    "union": "union",
    "W" * 64: "w" * 64,
}
REFUSED_WORKFLOWS = {
    "": "empty",
    " ": "empty",
    "a.b": "only ASCII letters",
    "a:b": "only ASCII letters",
    "../x": "only ASCII letters",
    "naïve": "only ASCII letters",
    'a"b': "only ASCII letters",
    "a\nb": "only ASCII letters",
    "<< x >>": "only ASCII letters",
    " a": "space",
    "a ": "space",
    "3 steps": "start with a letter",
    "---": "start with a letter",
    "w" * 65: "longer than 64",
    "match": "keyword",
    "Self": "keyword",
    "tests": "hide another",
    "serde_json": "hide another",
    "Serde JSON": "hide another",
    "cloacina-workflow-plugin": "hide another",
    "std": "hide another",
}


@pytest.mark.parametrize("name", ACCEPTED_CRATES)
def test_a_good_crate_name_is_accepted(tmp_path: Path, name: str) -> None:
    assert generate(tmp_path, crate_name=name).made().name == name


@pytest.mark.parametrize(("name", "why"), REFUSED_CRATES.items(), ids=repr)
def test_a_bad_crate_name_is_refused_with_a_good_one(tmp_path: Path, name: str, why: str) -> None:
    line = generate(tmp_path, crate_name=name).refused()
    assert line.startswith("error: crate_name ")
    assert why in line
    suggestion = line.rsplit("; try '", 1)[1].rstrip("'")
    assert generate(tmp_path, crate_name=suggestion).made().name == suggestion


@pytest.mark.parametrize(("name", "module"), ACCEPTED_WORKFLOWS.items(), ids=repr)
def test_a_good_workflow_name_is_accepted(tmp_path: Path, name: str, module: str) -> None:
    library = (generate(tmp_path, workflow_name=name).made() / "src" / "lib.rs").read_text(encoding="utf-8")
    assert f'    name = "{name}",\n' in library
    assert f"pub mod {module} {{\n" in library


@pytest.mark.parametrize(("name", "why"), REFUSED_WORKFLOWS.items(), ids=repr)
def test_a_bad_workflow_name_is_refused_with_a_good_one(tmp_path: Path, name: str, why: str) -> None:
    line = generate(tmp_path, workflow_name=name).refused()
    assert line.startswith("error: workflow_name ")
    assert why in line
    assert extension.workflow_name_fault(line.rsplit("; try '", 1)[1].rstrip("'")) is None


@given(st.text())
def test_every_suggestion_is_a_good_name(value: str) -> None:
    crate = extension._suggestion(value, "-", "my-service", extension.crate_name_fault)
    workflow = extension._suggestion(value, "_", "my_workflow", extension.workflow_name_fault)
    assert extension.crate_name_fault(crate) is None
    assert extension.workflow_name_fault(workflow) is None


@given(st.from_regex(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", fullmatch=True))
def test_the_default_workflow_name_of_a_good_crate_name_is_good(name: str) -> None:
    if extension.crate_name_fault(name) is None:
        assert extension.workflow_name_fault(extension.default_workflow_name({"crate_name": name})) is None


def test_what_cargo_refuses_or_warns_of_is_refused(tmp_path: Path) -> None:
    cargo = need("cargo", "see https://rustup.rs")
    for name in {*REFUSED_CRATES, *ACCEPTED_CRATES, *extension.KEYWORDS, *extension.WINDOWS}:
        if name.startswith(("-", ".", "/")) or name.strip() == "" or "/" in name or "\\" in name:
            continue
        command = [cargo, "new", "--quiet", "--lib", "--vcs", "none", "--name", name, str(tmp_path / "new")]
        run = subprocess.run(command, capture_output=True, text=True, env=cargo_env())
        for path in sorted((tmp_path / "new").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        if (tmp_path / "new").exists():
            (tmp_path / "new").rmdir()
        if run.returncode != 0 or "warning" in run.stderr:
            assert extension.crate_name_fault(name) is not None, (name, run.stderr)
