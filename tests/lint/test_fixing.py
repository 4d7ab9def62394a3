"""Room tests/lint: --fix and --unsafe-fixes as a user calls them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cloacina_lint import cli, fixing
from cloacina_lint.crate import Crate
from cloacina_lint.engine import Selection
from jsonschema import Draft202012Validator

from tests.lint.fixing import Call, broken, replace, right, run_fixture, snapshot
from tests.lint.test_archive import pack
from tests.linting import canonical, write
from tests.support import ROOT

SCHEMA = json.loads((ROOT / "docs" / "schema-1.json").read_text(encoding="utf-8"))

run = run_fixture


def test_fix_makes_the_safe_fixes_and_reports_what_is_left(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    outcome = run("--fix", "--fail-on", "info", "svc")
    assert outcome.status == 1
    assert "svc/Cargo.toml: fixed[CL001]" in outcome.out
    assert "svc/src/lib.rs: fixed[CL201]" in outcome.out
    assert "CL314" in outcome.out
    assert "fixed[CL314]" not in outcome.out
    assert "1 crate checked, 2 fixed, 1 info\n1 with --unsafe-fixes\n" in outcome.out
    wanted = right(tmp_path)
    wanted["package.toml"] = wanted["package.toml"].replace(b'version = "0.1.0"', b'version = "0.2.0"')
    assert snapshot(tmp_path / "svc") == wanted


def test_unsafe_fixes_cure_the_rest_and_a_second_run_changes_nothing(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    outcome = run("--fix", "--unsafe-fixes", "svc")
    assert (outcome.status, outcome.err) == (0, "")
    assert "1 crate checked, 3 fixed, nothing left\n" in outcome.out
    assert snapshot(tmp_path / "svc") == right(tmp_path)
    times = {path: os.stat(path).st_mtime_ns for path in (tmp_path / "svc").rglob("*")}
    again = run("--fix", "--unsafe-fixes", "svc")
    assert again.status == 0
    assert "fixed" not in again.out
    assert {path: os.stat(path).st_mtime_ns for path in (tmp_path / "svc").rglob("*")} == times


def test_exit_non_zero_on_fix(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    assert run("--fix", "--unsafe-fixes", "--exit-non-zero-on-fix", "svc").status == 1
    assert run("--fix", "--unsafe-fixes", "--exit-non-zero-on-fix", "svc").status == 0


def test_report_says_what_can_be_fixed(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    before = snapshot(tmp_path / "svc")
    out = run("svc").out
    lines = [line for line in out.splitlines() if "= fix:" in line]
    assert sorted(line.rpartition(" [")[2] for line in lines) == ["--fix]", "--fix]", "--unsafe-fixes]"]
    assert out.endswith("2 can be fixed with --fix, 1 more with --unsafe-fixes\n")
    assert snapshot(tmp_path / "svc") == before


def test_json_and_sarif_carry_the_fixes(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    parsed = json.loads(run("--format", "json", "svc").out)
    Draft202012Validator(SCHEMA).validate(parsed)
    assert {f["rule"]: f["fix"]["safe"] for f in parsed["findings"]} == {"CL001": True, "CL201": True, "CL314": False}
    assert parsed["fixed"] == []
    (result,) = (
        r for r in json.loads(run("--format", "sarif", "svc").out)["runs"][0]["results"] if r["ruleId"] == "CL314"
    )
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "svc/package.toml"
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    line = (tmp_path / "svc/package.toml").read_text().splitlines()[region["startLine"] - 1]
    assert region["startLine"] == region["endLine"]
    cured = line[: region["startColumn"] - 1] + replacement["insertedContent"]["text"] + line[region["endColumn"] - 1 :]
    assert cured == 'version = "0.1.0"'
    parsed = json.loads(run("--fix", "--format", "json", "svc").out)
    Draft202012Validator(SCHEMA).validate(parsed)
    assert [(f["rule"], f["path"], f["safe"]) for f in parsed["fixed"]] == [
        ("CL001", "svc/Cargo.toml", True),
        ("CL201", "svc/src/lib.rs", True),
    ]
    assert (parsed["summary"]["fixed"], parsed["summary"]["fixable"], parsed["summary"]["fixable_unsafe"]) == (2, 0, 1)
    assert [f["rule"] for f in parsed["findings"]] == ["CL314"]


def test_select_ignore_settings_and_suppressions_are_respected(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    before = snapshot(tmp_path / "svc")
    assert run("--fix", "--select", "CL101", "svc").status == 0
    assert "CL314" in run("--fix", "--ignore", "CL001,CL201", "svc").out
    assert snapshot(tmp_path / "svc") == before
    manifest = tmp_path / "svc/Cargo.toml"
    replace(manifest, "crate-type = ", "# cloacina-lint: ignore[CL001] built elsewhere\ncrate-type = ")
    replace(manifest, "[workspace]\n", '[workspace]\n\n[package.metadata.cloacina-lint]\nignore = ["CL201"]\n')
    before = snapshot(tmp_path / "svc")
    assert "fixed" not in run("--fix", "svc").out
    assert snapshot(tmp_path / "svc") == before


LIBRARY = {
    "Cargo.toml": '[package]\nname = "lib"\nversion = "0.1.0"\n\n[workspace]\n\n[dependencies]\ncloacina = "0.6.1"\n',
    "src/main.rs": "use cloacina::*;\n\nfn main() {}\n",
}  # fmt: skip


def test_library_mode_crates_found_by_scanning_are_left_alone(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "tree/svc")
    write(tmp_path / "tree/embedded", LIBRARY)
    outcome = run("--fix", "--unsafe-fixes", "tree")
    assert outcome.status == 0
    assert snapshot(tmp_path / "tree/svc") == right(tmp_path)
    assert snapshot(tmp_path / "tree/embedded") == {path: text.encode() for path, text in LIBRARY.items()}


def test_a_crate_that_cannot_be_read_does_not_keep_the_others_from_being_fixed(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "tree/svc")
    canonical(tmp_path / "tree/torn", package_toml=None, build_rs=None)
    (tmp_path / "tree/torn/src/lib.rs").write_bytes(b"\xff\xfe")
    before = snapshot(tmp_path / "tree/torn")
    outcome = run("--fix", "--unsafe-fixes", "tree")
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
    assert "tree/torn/src/lib.rs: not UTF-8" in outcome.err
    assert snapshot(tmp_path / "tree/svc") == right(tmp_path)
    assert snapshot(tmp_path / "tree/torn") == before


MISTAKES = {
    "archive": (["--fix", "x.cloacina"], "x.cloacina: an archive is not changed"),
    "archive with --diff": (["--diff", "x.cloacina", "svc"], "x.cloacina: an archive is not changed"),
    "unsafe alone": (["--unsafe-fixes", "svc"], "--unsafe-fixes goes with --fix"),
    "status alone": (["--exit-non-zero-on-fix", "svc"], "--exit-non-zero-on-fix goes with --fix"),
    "diff as json": (["--diff", "--format", "json", "svc"], "leave --format json out"),
    "diff and deep": (["--diff", "--deep", "svc"], "leave --deep out"),
}


@pytest.mark.parametrize(("arguments", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_usage_error_is_one_line_and_nothing_is_written(
    tmp_path: Path, run: Call, arguments: list[str], said: str
) -> None:
    broken(tmp_path / "svc")
    pack(tmp_path / "svc", tmp_path / "x.cloacina")
    before = snapshot(tmp_path)
    outcome = run(*arguments)
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert said in outcome.err
    assert snapshot(tmp_path) == before


def test_an_archives_findings_are_not_marked_as_fixable(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    pack(tmp_path / "svc", tmp_path / "x.cloacina")
    out = run("x.cloacina").out
    assert "CL201" in out
    assert "--fix" not in out


# --- what the writer refuses ---


def test_a_symbolic_link_is_refused_and_nothing_is_written(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    (tmp_path / "svc/src").rename(tmp_path / "elsewhere")
    (tmp_path / "svc/src").symlink_to(tmp_path / "elsewhere")
    before = snapshot(tmp_path)
    outcome = run("--fix", "svc")
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
    assert "cloacina-lint: svc: src: a symbolic link" in outcome.err
    assert "2 errors" in outcome.out
    assert "fixed[" not in outcome.out
    assert snapshot(tmp_path) == before


def test_a_file_changed_meanwhile_is_left_alone(tmp_path: Path, run: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(tmp_path / "svc")
    real = fixing.settle

    def slow(crate: Crate, selection: Selection, *, unsafe: bool, workspace: bool = False) -> fixing.Settled:
        settled = real(crate, selection, unsafe=unsafe, workspace=workspace)
        (tmp_path / "svc/src/lib.rs").write_text("// mine\n")
        return settled

    monkeypatch.setattr(fixing, "settle", slow)
    manifest = (tmp_path / "svc/Cargo.toml").read_bytes()
    outcome = run("--fix", "svc")
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
    assert "src/lib.rs" in outcome.err
    assert (tmp_path / "svc/src/lib.rs").read_text() == "// mine\n"
    assert (tmp_path / "svc/Cargo.toml").read_bytes() == manifest


def test_what_an_interrupted_run_left_is_cleared_before_anything_is_read(
    tmp_path: Path, run: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cloacina_lint import write as writing

    svc = canonical(tmp_path / "svc")
    lib = (svc / "src/lib.rs").read_text()
    (svc / "src/lib.rs").write_text("")

    def finish(root: str) -> str | None:
        (Path(root) / "src/lib.rs").write_text(lib)
        return "finished what an interrupted run began"

    monkeypatch.setattr(writing, "recover", finish)
    outcome = run("--fix", "svc")
    assert (outcome.status, outcome.err) == (0, "cloacina-lint: finished what an interrupted run began\n")

    def busy(root: str) -> str | None:
        raise writing.WriteError("svc: another run is at work")

    monkeypatch.setattr(writing, "recover", busy)
    outcome = run("--fix", "svc")
    assert (outcome.status, outcome.out, outcome.err) == (2, "", "cloacina-lint: svc: another run is at work\n")
    assert run("--diff", "svc").status == 0  # reads only


def test_deep_looks_at_the_fixed_crate(tmp_path: Path, run: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    svc = broken(tmp_path / "svc")
    seen = []

    def deep(crate: Crate, options: cli.Options, problems: list[str]) -> None:
        seen.append(snapshot(svc))

    monkeypatch.setattr(cli, "_deep", deep)
    outcome = run("--fix", "--unsafe-fixes", "--deep", "svc")
    assert (outcome.status, seen) == (0, [right(tmp_path)])
    assert "3 fixed, nothing left" in outcome.out


# --- workspaces ---


WORKSPACE = '[workspace]\nmembers = ["a", "b"]\nresolver = "2"\n\n[workspace.dependencies]\nserde_json = "0.9"\n'


def test_a_workspaces_manifest_is_changed_once_and_only_as_unsafe(tmp_path: Path, run: Call) -> None:
    for name in "ab":
        canonical(tmp_path / "ws" / name)
        replace(tmp_path / f"ws/{name}/Cargo.toml", "\n[workspace]\n", "")
        replace(tmp_path / f"ws/{name}/Cargo.toml", 'serde_json = "1"', "serde_json.workspace = true")
    (tmp_path / "ws/Cargo.toml").write_text(WORKSPACE)
    select = ["--select", "CL120,CL090"]
    assert run("--fix", *select, "ws").out.endswith("2 with --unsafe-fixes\n")
    assert (tmp_path / "ws/Cargo.toml").read_text() == WORKSPACE
    diff = run("--diff", "--unsafe-fixes", *select, "ws").out
    assert diff.count("+++ ws/Cargo.toml") == 1
    assert diff.count('+serde_json = "1"') == 1
    outcome = run("--fix", "--unsafe-fixes", *select, "ws")
    assert outcome.status == 0
    assert (tmp_path / "ws/Cargo.toml").read_text() == WORKSPACE.replace('"0.9"', '"1"')


def test_a_suppression_in_the_workspaces_manifest_is_not_stale_for_the_other_member(tmp_path: Path, run: Call) -> None:
    for name in "ab":
        canonical(tmp_path / "ws" / name)
        replace(tmp_path / f"ws/{name}/Cargo.toml", "\n[workspace]\n", "")
    replace(tmp_path / "ws/a/Cargo.toml", 'serde_json = "1"', "serde_json.workspace = true")
    text = WORKSPACE.replace("serde", "# cloacina-lint: ignore[CL120] pinned\nserde")
    (tmp_path / "ws/Cargo.toml").write_text(text)
    outcome = run("--fix", "--unsafe-fixes", "--select", "CL120,CL090", "ws")
    assert outcome.status == 0, outcome.out
    assert (tmp_path / "ws/Cargo.toml").read_text() == text
