"""Room tests/lint: --fix, --diff and --unsafe-fixes as a user calls them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cloacina_lint import cli, fixing
from cloacina_lint.crate import Crate
from cloacina_lint.diff import unified
from cloacina_lint.engine import Run, Selection, lint
from cloacina_lint.finding import Edit, Finding, Fix
from cloacina_lint.report import Style
from cloacina_lint.rule import Rule
from cloacina_lint.source.tree import Tree
from jsonschema import Draft202012Validator

from tests.lint.test_archive import pack
from tests.linting import canonical, write
from tests.support import ROOT, need

SCHEMA = json.loads((ROOT / "docs" / "schema-1.json").read_text(encoding="utf-8"))
CALL = "cloacina_workflow_plugin::package!();\n\n"
TYPES = 'crate-type = ["cdylib", "rlib"]'


class Outcome:
    """A command's exit status and what it printed."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err


Call = Callable[..., Outcome]
Put = Callable[[Rule], None]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")

    def call(*arguments: str) -> Outcome:
        try:
            status = cli.main(list(arguments))
        except SystemExit as exit_:
            status = int(exit_.code or 0)
        return Outcome(status, *capsys.readouterr())

    return call


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("utf-8"))


def broken(directory: Path) -> Path:
    """The canonical crate with two safe findings, in two files, and an unsafe one in a third."""
    canonical(directory)
    replace(directory / "Cargo.toml", TYPES, 'crate-type = ["rlib"]')
    replace(directory / "src/lib.rs", CALL, "")
    replace(directory / "package.toml", 'version = "0.1.0"', 'version = "0.2.0"')
    return directory


def snapshot(directory: Path) -> dict[str, bytes]:
    return {
        os.fspath(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def right(tmp_path: Path) -> dict[str, bytes]:
    return snapshot(canonical(tmp_path / "right"))


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


# --- --diff ---


@pytest.mark.parametrize("options", [[], ["--unsafe-fixes"]], ids=["safe", "unsafe"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("tool", ["patch", "git"])
def test_a_diff_applied_is_what_fix_writes(
    tmp_path: Path, run: Call, options: list[str], newline: str, tool: str
) -> None:
    svc = broken(tmp_path / "svc")
    (svc / "build.rs").unlink()  # a file that --fix makes
    (svc / "package.toml").write_bytes((svc / "package.toml").read_bytes().rstrip(b"\n"))
    for path in svc.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", newline.encode()))
    before = snapshot(svc)
    outcome = run("--diff", *options, "svc")
    assert outcome.status == 1
    assert outcome.err.startswith("cloacina-lint: --fix would cure ")
    assert outcome.err.count("\n") == 1
    assert snapshot(svc) == before
    shutil.copytree(svc, tmp_path / "patched/svc")
    command = {
        "patch": [need("patch", "install GNU patch"), "--binary", "-s", "-p0"],
        "git": [need("git", "install git"), "apply", "-p0", "--whitespace=nowarn"],
    }[tool]
    env = {**os.environ, "GIT_CEILING_DIRECTORIES": os.fspath(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path / "patched", input=outcome.out.encode(), capture_output=True, env=env)
    assert done.returncode == 0, done.stderr
    run("--fix", *options, "svc")
    assert snapshot(svc) != before
    assert snapshot(tmp_path / "patched/svc") == snapshot(svc)
    assert all(b"\n" not in raw.replace(newline.encode(), b"") for raw in snapshot(svc).values())
    again = run("--diff", *options, "svc")
    assert (again.status, again.out, again.err) == (0, "", "")


def test_diff_wins_over_fix(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    before = snapshot(tmp_path / "svc")
    assert run("--fix", "--diff", "svc").status == 1
    assert snapshot(tmp_path / "svc") == before


def test_diff_of_what_cannot_be_read_is_status_2(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "tree/svc")
    canonical(tmp_path / "tree/torn")
    (tmp_path / "tree/torn/src/lib.rs").write_bytes(b"\xff")
    outcome = run("--diff", "tree")
    assert outcome.status == 2
    assert "+++ tree/svc/Cargo.toml" in outcome.out


def test_diff_into_a_file_and_in_colour(tmp_path: Path, run: Call) -> None:
    broken(tmp_path / "svc")
    plain = run("--diff", "svc").out
    assert run("--diff", "--output", "x.diff", "svc").out == ""
    assert (tmp_path / "x.diff").read_text() == plain
    colored = run("--diff", "--color", "always", "svc").out
    assert "\x1b[32m+crate-type" in colored
    for code in ("0", "1", "31", "32", "36"):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert colored == plain


def test_unified() -> None:
    style = Style()
    assert unified("a", "x\n", "x\n", style) == ""
    assert unified("a b", "x", "y\n", style) == (
        "--- a b\t\n+++ a b\t\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n"
    )
    assert unified("a", None, "y\r\n", style) == "--- /dev/null\n+++ a\n@@ -0,0 +1 @@\n+y\r\n"
    assert unified("a", "y\n", None, style) == "--- a\n+++ /dev/null\n@@ -1 +0,0 @@\n-y\n"
    # A form feed and U+2028 end no line for patch.
    assert unified("a", "x\x0cy\u2028z\n", "", style).endswith("-x\x0cy\u2028z\n")
    assert "\x1b[31m-x\ufffdy\x1b[0m\n" in unified("a", "x\x1by\r\n", "z\r\n", Style(color=True))


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


# --- bugs of the linter itself ---


class Bad(Rule):
    """A rule whose fix is wrong."""

    code = "CL001"
    name = "bad"
    group = "guide"
    severity = "error"
    why = "x"

    def __init__(self, text: str, path: str = "package.toml") -> None:
        self.text = text
        self.path = path

    def check(self, crate: Crate) -> Iterator[Finding]:
        """Its one finding."""
        file = crate.tree.read(self.path)
        assert file is not None
        edit = Edit(file.span(len(file.text), len(file.text)), self.text)
        yield self.finding("bad", file.span(0, 1), fix=Fix("make it worse", [edit]))


@pytest.fixture
def bad(monkeypatch: pytest.MonkeyPatch) -> Put:
    from cloacina_lint import rules

    real = rules.load_for

    def put(rule: Rule) -> None:
        monkeypatch.setattr(rules, "load_for", lambda crate: [rule, *(r for r in real(crate) if r.code != "CL001")])

    return put


@pytest.mark.parametrize(
    ("text", "path"),
    [("x = \n", "package.toml"), ("[y]\na = { b = 1, }\n", "package.toml"), ("pub fn f( {\n", "src/lib.rs")],
    ids=["no TOML", "TOML 1.1", "no Rust"],
)
def test_a_fix_that_breaks_the_syntax_is_thrown_away(tmp_path: Path, run: Call, bad: Put, text: str, path: str) -> None:
    svc = broken(tmp_path / "svc")
    replace(svc / "Cargo.toml", 'crate-type = ["rlib"]', TYPES)
    bad(Bad(text, path))
    outcome = run("--fix", "--unsafe-fixes", "svc")
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
    assert f"internal error, please report it: the fix of CL001 would break {path}" in outcome.err
    assert "fixed[CL201]" in outcome.out
    assert "fixed[CL314]" in outcome.out
    assert snapshot(svc) == right(tmp_path)


def test_fixes_without_an_end_are_thrown_away(tmp_path: Path, run: Call, bad: Put) -> None:
    svc = broken(tmp_path / "svc")
    replace(svc / "Cargo.toml", 'crate-type = ["rlib"]', TYPES)
    bad(Bad("# again\n"))
    outcome = run("--fix", "--unsafe-fixes", "svc")
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
    assert "internal error, please report it: the fixes of CL001 do not come to an end" in outcome.err
    assert snapshot(svc) == right(tmp_path)


def test_many_edits_of_one_place_take_as_many_rounds_as_they_need(tmp_path: Path, run: Call, bad: Put) -> None:
    svc = broken(tmp_path / "svc")
    marks = "".join(f"# {number};" for number in range(3 * fixing.ROUNDS)) + "\n"
    (svc / "package.toml").write_text((svc / "package.toml").read_text() + marks)

    class Marks(Bad):
        """Every mark is a finding, and its fix writes the whole line anew without it."""

        def check(self, crate: Crate) -> Iterator[Finding]:
            file = crate.tree.read("package.toml")
            assert file is not None
            start = file.text.find("# ")
            line = file.span(start, len(file.text) - 1)
            marks = [mark for mark in line.text.split(";") if mark.startswith("# ")] if start >= 0 else []
            for mark in marks:
                edit = Edit(line, line.text.replace(f"{mark};", "", 1) or "#")
                yield self.finding(mark, line, fix=Fix("take it out", [edit]))

    bad(Marks(""))
    outcome = run("--fix", "--select", "CL001", "svc")
    assert (outcome.status, outcome.err) == (0, "")
    assert f"{3 * fixing.ROUNDS} fixed" in outcome.out
    assert (svc / "package.toml").read_text().endswith('"data"\n#\n')


def test_a_fix_that_changes_nothing_is_thrown_away(tmp_path: Path, run: Call, bad: Put) -> None:
    svc = broken(tmp_path / "svc")
    before = snapshot(svc)
    bad(Bad(""))
    outcome = run("--fix", "--select", "CL001", "svc")
    assert outcome.status == 2
    assert "do not come to an end" in outcome.err
    assert snapshot(svc) == before


# --- settle ---


def test_settle_works_on_a_draft(tmp_path: Path) -> None:
    from cloacina_lint.migrate.draft import Draft

    broken(tmp_path)
    before = snapshot(tmp_path)
    draft = Draft(Crate(Tree(os.fspath(tmp_path)), explicit=True))
    draft.put("package.toml", (tmp_path / "package.toml").read_text().replace("0.2.0", "0.1.0"))
    settled = fixing.settle(draft.crate("0.6.1"), Selection([], []), unsafe=True)
    assert sorted(settled.files) == ["Cargo.toml", "src/lib.rs"]
    assert [finding.code for finding in settled.fixed] == ["CL001", "CL201"]
    assert settled.result.findings == []
    assert snapshot(tmp_path) == before
    for path, text in settled.files.items():
        draft.put(path, text)
    assert lint(draft.crate("0.6.1"), Selection([], [])).findings == []


def test_a_library_path_with_a_dot_is_one_file(tmp_path: Path, run: Call) -> None:
    svc = broken(tmp_path / "svc")
    replace(svc / "Cargo.toml", "[lib]\n", '[lib]\npath = "./src/lib.rs"\n')
    assert run("--fix", "--unsafe-fixes", "svc").status == 0


def test_run_counts_what_is_fixable(tmp_path: Path) -> None:
    result = lint(Crate(Tree(os.fspath(broken(tmp_path))), explicit=True), Selection([], []))
    found = Run([result], [])
    assert (found.fixable(safe=True), found.fixable(safe=False)) == (2, 1)
