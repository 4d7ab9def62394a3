"""Room tests/lint: the command as a user calls it: exit status, formats, one clear line for bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cloacina_lint import cli
from cloacina_lint.rules import load
from jsonschema import Draft202012Validator

from tests.linting import canonical, write
from tests.support import ROOT

SCHEMA = json.loads((ROOT / "docs" / "schema-1.json").read_text(encoding="utf-8"))


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cloacina_lint", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "lint"), "NO_COLOR": "1"},
    )


NO_PACKAGE = "no package!(): the library will export no `fidius_get_registry`, and no host can load it"


def broken(directory: Path) -> Path:
    """The canonical crate without package!()."""
    canonical(directory)
    lib = directory / "src/lib.rs"
    lib.write_text(lib.read_text().replace("cloacina_workflow_plugin::package!();\n\n", ""))
    return directory


def document(result: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(result.stdout)
    Draft202012Validator(SCHEMA).validate(parsed)
    return parsed


def test_clean_crate_is_status_0(tmp_path: Path) -> None:
    result = run(cwd=canonical(tmp_path))
    assert (result.returncode, result.stderr) == (0, "")
    assert "clean" in result.stdout
    assert "1 crate checked, nothing found" in result.stdout


def test_text_shows_the_line_a_caret_why_and_the_fix(tmp_path: Path) -> None:
    result = run(cwd=broken(tmp_path))
    assert result.returncode == 1
    assert result.stdout.splitlines()[:4] == [
        f"src/lib.rs:3:1: error[CL201] package-macro: {NO_PACKAGE}",
        "  |",
        '3 | #[workflow(name = "data")]',
        "  | ^^^^^^^^^^^^^^^^^^^^^^^^^^",
    ]
    assert "  = why: " in result.stdout
    assert "  = fix: write `cloacina_workflow_plugin::package!();`" in result.stdout
    assert "1 crate checked, 1 error\n" in result.stdout


def test_caret_under_tabs_and_wide_characters(tmp_path: Path) -> None:
    canonical(tmp_path, Cargo_toml='[package]\nname = "a"\n[dependencies]\n"cloacina-workflow"\t=\t"0.6.1" # 你\n')
    lines = run("--select", "CL003", cwd=tmp_path).stdout.splitlines()
    assert lines[2] == '4 | "cloacina-workflow"\t=\t"0.6.1" # 你'
    assert lines[3] == "  |                    \t \t^^^^^^^"


def test_control_characters_of_the_source_do_not_reach_the_terminal(tmp_path: Path) -> None:
    broken(tmp_path)
    lib = tmp_path / "src/lib.rs"
    lib.write_text(lib.read_text().replace('name = "data"', 'name = "data\x1b[31m"'))
    assert "\x1b" not in run(cwd=tmp_path).stdout


def test_json_follows_its_schema(tmp_path: Path) -> None:
    broken(tmp_path / "bad")
    canonical(tmp_path / "good")
    parsed = document(run("--format", "json", cwd=tmp_path))
    assert [(crate["path"], crate["kind"], crate["contract"]) for crate in parsed["crates"]] == [
        ("bad", "service", "0.6.1"),
        ("good", "service", "0.6.1"),
    ]
    assert [
        (f["rule"], f["path"], f["line"], f["column"], f["end_line"], f["end_column"]) for f in parsed["findings"]
    ] == [("CL201", "bad/src/lib.rs", 3, 1, 3, 27)]
    assert parsed["summary"] == {
        "crates": 2, "errors": 1, "warnings": 0, "infos": 0, "fixed": 0, "fixable": 1, "fixable_unsafe": 0,
    }  # fmt: skip


def test_checklist_of_the_guides_own_crate() -> None:
    result = run("--format", "checklist", cwd=ROOT / "tests/lint/fixtures/guide-after")
    lines = [line.split()[1:3] for line in result.stdout.splitlines() if line.strip()[:1].isdigit()]
    assert [line[0] for line in lines] == ["pass"] * 5 + ["not"] * 2
    for code, place, word in (
        ("CL101", "Cargo.toml:13", "`chrono`"),
        ("CL101", "Cargo.toml:13", "`cloacina-computation-graph`"),
        ("CL201", "src/lib.rs:3", "package!()"),
        ("CL301", "Cargo.toml:2", "package.toml"),
    ):
        assert any(code in line and place in line and word in line for line in result.stdout.splitlines()), (code, word)
    assert result.returncode == 1


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 1), ("info", 1)])
def test_fail_on(tmp_path: Path, fail_on: str, status: int) -> None:
    canonical(tmp_path, tests_service_mode_rs=None)
    assert run("--fail-on", fail_on, cwd=tmp_path).returncode == status


def test_infos_are_allowed(tmp_path: Path) -> None:
    canonical(tmp_path)
    manifest = tmp_path / "Cargo.toml"
    manifest.write_text(manifest.read_text().replace('cloacina-macros = "0.6.1"\n', ""))
    result = run(cwd=tmp_path)
    assert "info[CL012]" in result.stdout
    assert result.returncode == 0


def test_select_and_ignore(tmp_path: Path) -> None:
    broken(tmp_path)
    assert run("--select", "load", cwd=tmp_path).returncode == 1
    assert run("--select", "CL1,manifest", cwd=tmp_path).returncode == 0
    assert run("--ignore", "CL201", cwd=tmp_path).returncode == 0
    assert run("--ignore", "package-macro", cwd=tmp_path).returncode == 0


MISTAKES = {
    "no such path": (["nowhere"], "nowhere: no such file or directory"),
    "no crate below": (["empty"], "empty: no crate here"),
    "unknown rule": (["--select", "CL999"], "no rule or group 'CL999'"),
    "unknown version": (["--cloacina", "0.1"], "--cloacina '0.1': not a Cloacina version from 0.5 on"),
    "not a version": (["--cloacina", "latest"], "--cloacina 'latest'"),
    "unknown rule to explain": (["--explain", "CL999"], "no rule 'CL999'"),
    "unknown format": (["--format", "xml"], "invalid choice: 'xml'"),
    "mistyped option": (["--selct", "CL1"], "unrecognized arguments: --selct; did you mean --select?"),
    "option without its value": (["--output"], "expected one argument; cloacina-lint --help lists the options"),
    "bad manifest": (["badtoml"], "badtoml/Cargo.toml:2:8: not valid TOML"),
    "not UTF-8": (["latin"], "latin/src/lib.rs: not UTF-8 (byte 3)"),
    "foreign crate": (["foreign"], "foreign: no Cloacina crate here"),
    "output nowhere": (["--output", "no/such/file", "good"], "--output no/such/file: No such file or directory"),
}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.replace(" ", "-"))
def test_mistakes_get_one_line_and_status_2(mistake: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    canonical(tmp_path / "good")
    canonical(tmp_path / "latin")
    (tmp_path / "latin/src/lib.rs").write_bytes(b"// \xe9\n")
    write(tmp_path / "badtoml", {"Cargo.toml": "[package]\nname = oops\n"})
    write(tmp_path / "foreign", {"Cargo.toml": '[package]\nname = "f"\n', "src/lib.rs": ""})
    arguments, expected = MISTAKES[mistake]
    before = sorted(tmp_path.rglob("*"))
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert expected in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_a_bad_crate_does_not_hide_the_others(tmp_path: Path) -> None:
    broken(tmp_path / "bad")
    write(tmp_path / "unreadable", {"Cargo.toml": '[package]\nname = "u"\n[package\n'})
    result = run("bad", "unreadable", cwd=tmp_path)
    assert result.returncode == 2
    assert "CL201" in result.stdout
    assert "unreadable/Cargo.toml:3:" in result.stderr


def test_output_file(tmp_path: Path) -> None:
    broken(tmp_path)
    result = run("--format", "json", "--output", "report.json", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert json.loads((tmp_path / "report.json").read_text())["summary"]["errors"] == 1
    assert [path.name for path in tmp_path.glob("report.json*")] == ["report.json"]


def test_list_rules_and_explain(tmp_path: Path) -> None:
    rules = load()
    assert len(run("--list-rules", cwd=tmp_path).stdout.splitlines()) == len(rules)
    listed = json.loads(run("--list-rules", "--format", "json", cwd=tmp_path).stdout)
    assert [entry["rule"] for entry in listed] == [rule.code for rule in rules]
    assert run("--explain", "package-macro", cwd=tmp_path).stdout == run("--explain", "cl201", cwd=tmp_path).stdout


def test_paths_alone_give_the_same_options_as_argparse() -> None:
    for arguments in ([], ["a"], ["a", "b/c.rs"]):
        by_hand, by_argparse = cli.parse(arguments), cli.parse([*arguments, "--color", "auto"])
        assert vars(by_hand) == vars(by_argparse)
