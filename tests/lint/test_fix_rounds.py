"""Room tests/lint: the rounds of fixes, and what becomes of a fix that is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cloacina_lint import fixing
from cloacina_lint.crate import Crate
from cloacina_lint.engine import Run, Selection, lint
from cloacina_lint.finding import Edit, Finding, Fix
from cloacina_lint.rule import Rule
from cloacina_lint.source.tree import Tree

from tests.lint.fixing import TYPES, Call, broken, replace, right, run_fixture, snapshot

run = run_fixture
Put = Callable[[Rule], None]


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
