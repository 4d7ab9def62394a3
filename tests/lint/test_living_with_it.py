"""Room tests/lint: suppressions, settings, and the formats for code review."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cloacina_lint import cli

from tests.linting import canonical, codes, write


def without_package_macro(directory: Path, comment: str = "") -> Path:
    canonical(directory)
    lib = directory / "src/lib.rs"
    text = lib.read_text().replace("cloacina_workflow_plugin::package!();\n\n", "")
    lib.write_text(text.replace("#[workflow", f"{comment}#[workflow"))
    return directory


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = cli.main(list(arguments))
    return status, capsys.readouterr().out


SUPPRESSED = {
    "line above": ("// cloacina-lint: ignore[CL201] emitted by the shell crate\n", []),
    "several codes": ("// cloacina-lint: ignore[CL201, CL004] emitted elsewhere, private on purpose\n", ["CL090"]),
    "lower case": ("// cloacina-lint: ignore[cl201] emitted by the shell crate\n", []),
    "block comment": ("/* cloacina-lint: ignore[CL201] emitted by the shell crate */\n", []),
    "no reason": ("// cloacina-lint: ignore[CL201]\n", ["CL091", "CL201"]),
    "no brackets": ("// cloacina-lint: ignore CL201 because\n", ["CL091", "CL201"]),
    "another word": ("// cloacina-lint: disable\n", ["CL091", "CL201"]),
    "unknown code": ("// cloacina-lint: ignore[CL999] reason\n", ["CL091", "CL201"]),
    "another code": ("// cloacina-lint: ignore[CL004] reason\n", ["CL090", "CL201"]),
    "two lines above": ("// cloacina-lint: ignore[CL201] reason\n\n", ["CL090", "CL201"]),
    "only mentioned": ("// write `cloacina-lint: ignore[CL201] reason` here\n", ["CL201"]),
    "documentation": ("/// cloacina-lint: ignore[CL201] reason\n", ["CL201"]),
}


@pytest.mark.parametrize("form", SUPPRESSED)
def test_suppression_in_rust(form: str, tmp_path: Path) -> None:
    comment, expected = SUPPRESSED[form]
    assert sorted(codes(without_package_macro(tmp_path, comment))) == expected


def test_suppression_at_the_end_of_a_line_in_toml(tmp_path: Path) -> None:
    canonical(tmp_path)
    manifest = tmp_path / "Cargo.toml"
    text = manifest.read_text()
    line = 'crate-type = ["cdylib", "rlib"]'
    manifest.write_text(text.replace(line, 'crate-type = ["rlib"] # cloacina-lint: ignore[CL001] linked elsewhere'))
    assert codes(tmp_path) == []
    manifest.write_text(text.replace(line, 'crate-type = "# cloacina-lint: ignore[CL001] a string"'))
    assert codes(tmp_path) == ["CL001"]


def test_suppression_of_a_rule_that_was_not_run_is_not_stale(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without_package_macro(tmp_path, "// cloacina-lint: ignore[CL201] emitted by the shell crate\n")
    assert report(capsys, str(tmp_path), "--select", "guide,lint")[0] == 0


def test_settings_of_the_workspace_and_the_package(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"Cargo.toml": '[workspace]\nmembers = ["a"]\n[workspace.metadata.cloacina-lint]\nignore = ["CL201"]\n'},
    )
    crate = without_package_macro(tmp_path / "a")
    manifest = crate / "Cargo.toml"
    manifest.write_text(manifest.read_text().replace("[workspace]\n\n", ""))
    assert codes(crate) == []
    manifest.write_text(manifest.read_text() + '[package.metadata.cloacina-lint]\nignore = ["CL012"]\n')
    assert codes(crate) == ["CL201"]


SETTINGS = {
    'ignore = "CL201"': "`ignore` is a list of rules",
    'ignore = ["CL2O1"]': "no rule or group `CL2O1`",
    'mode = "daemon"': '`mode` is "service" or "library"',
    'cloacina = "0.1"': "`cloacina` is a Cloacina version from 0.5 on",
    'selects = ["CL2"]': "no setting `selects`",
}


@pytest.mark.parametrize("line", SETTINGS)
def test_wrong_setting_is_said_and_has_no_effect(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    without_package_macro(tmp_path)
    manifest = tmp_path / "Cargo.toml"
    manifest.write_text(manifest.read_text() + f"[package.metadata.cloacina-lint]\n{line}\n")
    assert sorted(codes(tmp_path)) == ["CL092", "CL201"]
    assert SETTINGS[line] in report(capsys, str(tmp_path))[1]


def test_github_annotations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_package_macro(tmp_path / "a,b: 100%")
    monkeypatch.chdir(tmp_path)
    status, text = report(capsys, "--format", "github")
    first = text.splitlines()[0]
    assert status == 1
    properties, _, message = first.removeprefix("::error ").partition("::")
    assert properties.split(",") == [
        "file=a%2Cb%3A 100%25/src/lib.rs",
        *("line=3", "endLine=3", "title=CL201 package-macro", "col=1", "endColumn=27"),
    ]
    assert message.startswith("no package!(): ")
    assert "%0Afix: write `cloacina_workflow_plugin::package!();`" in first
    assert text.splitlines()[-1] == "1 crate checked, 1 error"


def test_sarif_has_what_code_scanning_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_package_macro(tmp_path / "é crate")
    manifest = tmp_path / "é crate" / "Cargo.toml"
    manifest.write_text(manifest.read_text().replace('chrono = "0.4"\n', ""))
    monkeypatch.chdir(tmp_path)
    status, text = report(capsys, "--format", "sarif")
    assert status == 1
    document: dict[str, Any] = json.loads(text)
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["helpUri"].startswith("https://")
    assert [result["ruleId"] for result in run["results"]] == ["CL101", "CL201"]
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"].startswith("%C3%A9%20crate/")
        region = place["region"]
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1
        assert (region["endLine"], region["endColumn"]) > (region["startLine"], region["startColumn"])
    assert run["columnKind"] == "unicodeCodePoints"
