"""Room tests/lint: what the messages of rustc, cargo and libtest become: their meaning, their place, one for one cause.

These are messages as text: they hold the table and the reading of it together. That rustc and cargo still write them so
is shown by the real builds of tests/e2e/test_deep.py, for the rows listed in fixtures/deep/builds.yaml; the other
rows, the older wordings among them, rest on this file alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from cloacina_lint.deep import DeepError
from cloacina_lint.deep.cargo_errors import problems as cargo_problems
from cloacina_lint.deep.meaning import explain
from cloacina_lint.deep.meanings import MEANINGS
from cloacina_lint.deep.mirror import Mirror
from cloacina_lint.deep.place import Places
from cloacina_lint.deep.problem import MAX_RELATED, Problem, merged
from cloacina_lint.deep.rustc import is_error
from cloacina_lint.deep.rustc import problem as rustc_problem
from cloacina_lint.deep.testing import TestRun as Run
from cloacina_lint.deep.testing import failures
from cloacina_lint.source.text import SourceFile

from tests.support import ROOT

DATA = Path(__file__).parent / "fixtures" / "deep"
MANIFEST = """[package]
name = "my-crate"
version = "0.1.0"
edition = "2021"

[features]
default = ["packaged"]
packaged = []

[dependencies]
cloacina-workflow = "0.6.1"
serde_json = { version = "1" }
cloacina-workflow-plugin = "0.6.1"

[dependencies.foo]
path = "../foo"
"""
SOURCE = """use cloacina_workflow::{task, workflow};

#[workflow(
    name = "data"
)]
pub mod data {
    #[task(id = "a")]
    pub async fn a() {}

    #[task(id = "b")]
    pub async fn b() {}
}
"""
BUILD = "fn main() {\n    cloacina_build::configure();\n}\n"


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "ws" / "my-crate"
    files = {
        "Cargo.toml": MANIFEST,
        "src/lib.rs": SOURCE,
        "build.rs": BUILD,
        "tests/svc.rs": "\n#[test]\nfn svc() {}\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root.parent / "lib.rs").write_text("pub fn shared() {}\n", encoding="utf-8")
    return root


@pytest.fixture
def places(crate: Path, tmp_path: Path) -> Places:
    """The places of a member of a workspace, which is one directory up."""

    def open_source(path: str) -> SourceFile | None:
        file = crate / path
        return SourceFile(str(file), file.read_text(encoding="utf-8"), path) if file.is_file() else None

    mirror = Mirror(str(tmp_path / "mirror"), str(crate))
    return Places(open_source, mirror, str(Path(mirror.crate_dir).parent))


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def shown(place: Any) -> tuple[str, int, str]:
    return place.file.display, place.line, place.text


# The table: every row has a real message that finds it

E0433 = "cannot find module or crate `{0}` in this scope\nuse of unresolved module or unlinked crate `{0}`"
ABSENT = {
    "missing-chrono": ("chrono", "#[task]"),
    "missing-async-trait": ("async_trait", "#[workflow]"),
    "missing-serde-json": ("serde_json", "#[task]"),
    "missing-computation-graph": ("cloacina_computation_graph", "cloacina_workflow_plugin::package!"),
    "missing-workflow-plugin": ("cloacina_workflow_plugin", "#[workflow]"),
    "missing-workflow": ("cloacina_workflow", "cloacina_workflow_plugin::package!"),
    "missing-macros": ("cloacina_macros", ""),
    "missing-build": ("cloacina_build", ""),
    "own-packaged-feature": ("cloacina", "#[workflow]"),
    "engine-import": ("cloacina", ""),
}
WORDINGS = [
    E0433,
    "cannot find `{0}` in the crate root\ncould not find `{0}` in the list of imported crates",
    "unresolved import `{0}`\nuse of unresolved module or unlinked crate `{0}`",
    "failed to resolve: use of unresolved module or unlinked crate `{0}`",
    "failed to resolve: use of undeclared crate or module `{0}`",
    "failed to resolve: could not find `{0}` in the list of imported crates",
    "can't find crate for `{0}`",
]
MESSAGES: list[tuple[str, str, str, bool]] = [
    *((name, words.format(crate), macro, False) for name, (crate, macro) in ABSENT.items() for words in WORDINGS),
    *((case["row"], case["text"], case.get("macro", ""), case.get("testing", False)) for case in cases("meanings")),
]


@pytest.mark.parametrize(("name", "report", "macro", "testing"), MESSAGES)
def test_a_message_finds_its_row(name: str, report: str, macro: str, testing: bool) -> None:
    found = explain(report, "0.6.1", macro=macro, testing=testing)
    assert found is not None
    assert found[0].id == name
    assert "{" not in re.sub(r"\{ (?:version|\.\.\.)[^}]*\}", "", found[1]), "every name is filled in"
    assert "0.6.1" not in found[1]


def test_every_row_of_the_table_has_a_message() -> None:
    assert {row.id for row in MEANINGS} == {name for name, *_ in MESSAGES}


def test_every_row_names_a_rule_that_exists() -> None:
    rules = {path.name[:5].upper() for path in (ROOT / "lint" / "cloacina_lint" / "rules").glob("cl[0-9]*.py")}
    assert {row.rule for row in MEANINGS if row.rule} <= rules


@pytest.mark.parametrize(
    ("report", "macro"),
    [
        ("this function takes 2 arguments but 1 argument was supplied\nsource: add(1);", ""),
        ("function `helper` is private\nsource: inner::helper();", ""),
        ("mismatched types\nexpected `Value`, found `u8`", ""),
        ("mismatched types\nexpected `()`, found `Result<_, _>`", ""),
        ("cannot find module or crate `tokio` in this scope", ""),
        ("missing documentation for a function", ""),
        ("the name `LoadTask` is defined multiple times", ""),
        ("no method named `execute` found for struct `Query` in the current scope", ""),
    ],
)
def test_the_users_own_slips_are_left_to_rustc(report: str, macro: str) -> None:
    assert explain(report, "0.6.1", macro=macro) is None


# rustc: places and causes


def span(
    file: str, line: int, columns: tuple[int, int], *, label: str = "", inside: Any = None, **more: Any
) -> dict[str, Any]:
    return {
        "file_name": file,
        "line_start": line,
        "line_end": more.get("line_end", line),
        "column_start": columns[0],
        "column_end": columns[1],
        "is_primary": more.get("primary", True),
        "label": label,
        "text": [{"text": more.get("text", "")}],
        "expansion": inside,
    }


def inside(macro: str, outer: dict[str, Any]) -> dict[str, Any]:
    return {"macro_decl_name": macro, "span": outer}


def message(words: str, *spans: dict[str, Any], code: str = "", notes: tuple[str, ...] = ()) -> dict[str, Any]:
    children = [{"message": note, "level": "help", "spans": []} for note in notes]
    return {
        "message": words,
        "level": "error",
        "code": {"code": code} if code else None,
        "spans": list(spans),
        "children": children,
    }


def problem(said: dict[str, Any], places: Places, package: str = "") -> Problem:
    return rustc_problem(said, places, package, "0.6.1", testing=False)


LIB = "my-crate/src/lib.rs"


def absent_chrono(line: int) -> dict[str, Any]:
    at = span(LIB, line, (5, 22))
    said = span(
        LIB, line, (5, 22), label="use of unresolved module or unlinked crate `chrono`", inside=inside("#[task]", at)
    )
    return message(
        "cannot find module or crate `chrono` in this scope", said, code="E0433", notes=("use `cargo add chrono`",)
    )


def test_many_errors_of_one_cause_are_one_finding(places: Places) -> None:
    found = merged([problem(absent_chrono(line), places) for line in (7, 10, 7)], "CL006")
    assert len(found) == 1
    assert found[0].message == "cannot find module or crate `chrono` in this scope [E0433]"
    assert shown(found[0].span) == ("src/lib.rs", 7, '#[task(id = "a")]')
    assert [shown(place) for place, _ in found[0].related] == [("src/lib.rs", 10, '#[task(id = "b")]')]
    assert found[0].help.startswith("`#[task]` and cron triggers expand to `chrono::`")
    assert found[0].help.endswith('Write `chrono = "0.4"` in [dependencies] (CL101)')


def test_the_related_places_are_a_few(places: Places) -> None:
    found = merged([problem(absent_chrono(line), places) for line in range(1, 12)], "CL006")
    assert len(found[0].related) == MAX_RELATED
    assert found[0].help.endswith("The same at 6 more places.")


def test_the_same_words_at_two_places_are_two_findings(places: Places) -> None:
    slips = [
        message("mismatched types", span(LIB, line, (5, 8), label="expected `A`, found `B`"), code="E0308")
        for line in (7, 10)
    ]
    found = merged([problem(slip, places) for slip in slips], "CL006")
    assert [(f.message, f.span.line) for f in found] == [
        ("mismatched types: expected `A`, found `B` [E0308]", 7),
        ("mismatched types: expected `A`, found `B` [E0308]", 10),
    ]


def test_inside_a_macro_the_innermost_place_in_the_crate_counts(places: Places) -> None:
    outer = span(LIB, 3, (1, 3), line_end=5)
    deepest = span(
        "/registry/src/fidius/lib.rs",
        72,
        (1, 9),
        inside=inside(
            "$crate::registry!",
            {**span("/registry/src/plugin/lib.rs", 670, (1, 9)), "expansion": inside("plugin::package!", outer)},
        ),
    )
    found = problem(message("broken", deepest), places)
    assert shown(found.place) == ("src/lib.rs", 3, "#[workflow(")
    assert found.in_macro


def test_what_follows_from_an_explained_error_is_left_out(places: Places) -> None:
    at = span(LIB, 7, (5, 22))
    clash = span(LIB, 7, (5, 22), inside=inside("#[task]", at))
    follow = message("no field `dependencies` on type `&LoadTask`", clash, code="E0609")
    own = message("no field `x` on type `Y`", span(LIB, 7, (5, 22)), code="E0609")
    said = [message("the name `LoadTask` is defined multiple times", clash, code="E0428"), follow, own]
    assert [f.message for f in merged([problem(one, places) for one in said], "CL006")] == [
        "the name `LoadTask` is defined multiple times [E0428]",
        "no field `x` on type `Y` [E0609]",
    ]
    module = message("file modules in proc macro input are unstable", span(LIB, 6, (1, 13)), code="E0658")
    empty = message("#[workflow] module must contain at least one #[task] function", span(LIB, 6, (9, 13)))
    assert [f.span.text for f in merged([problem(one, places) for one in (module, empty)], "CL006")] == ["pub mod data"]


def test_columns_are_characters_and_stay_in_the_file(places: Places, crate: Path) -> None:
    (crate / "src" / "lib.rs").write_text('let é = "naïve 🦀"; x', encoding="utf-8")
    assert problem(message("broken", span(LIB, 1, (20, 21))), places).place.text == "x"
    assert problem(message("broken", span(LIB, 99, (50, 60))), places).place.text == ""


def test_an_error_in_a_dependency_is_placed_at_the_dependency(places: Places) -> None:
    said = message("cannot find `x`", span("/registry/src/serde_json/lib.rs", 3, (1, 2)), code="E0425")
    found = problem(said, places, "serde_json 1.0.1")
    assert found.message == "dependency `serde_json 1.0.1` does not compile: cannot find `x` [E0425]"
    assert shown(found.place) == ("Cargo.toml", 12, "serde_json")
    assert shown(problem(said, places, "deeper 2.0.0").place) == ("Cargo.toml", 2, "name")


def test_an_error_in_another_file_of_the_workspace_stays_there(places: Places) -> None:
    found = problem(message("broken", span("lib.rs", 1, (8, 14))), places)
    assert shown(found.place)[1:] == (1, "shared")
    assert found.place.file.path.endswith("/ws/my-crate/../lib.rs") or found.place.file.path.endswith("/ws/lib.rs")


def test_a_panic_of_a_macro_and_a_linker_say_why_in_one_line(places: Places) -> None:
    panic = message("custom attribute panicked", span(LIB, 3, (1, 3)), notes=("message: out of luck",))
    assert problem(panic, places).message == "custom attribute panicked: out of luck"
    linking = message(
        "linking with `cc` failed: exit status: 1",
        notes=('"cc" "-m64" ' + "x" * 4000, "rust-lld: error: unable to find library -lpq\n"),
    )
    found = problem(linking, places)
    assert found.message == "linking with `cc` failed: exit status: 1: rust-lld: error: unable to find library -lpq"
    assert "native library `pq`" in found.advice
    assert all(len(note) <= 200 for note in found.notes)


def test_a_message_of_several_paragraphs_is_one_line_and_notes(places: Places) -> None:
    said = message("Task 'a' depends on undefined task 'b'.\n\nAvailable tasks: [a]", span(LIB, 3, (1, 3)))
    (found,) = merged([problem(said, places)], "CL006")
    assert (found.message, found.help) == ("Task 'a' depends on undefined task 'b'.", "Available tasks: [a]")


def test_the_closing_count_is_no_error() -> None:
    assert not is_error(message("aborting due to 2 previous errors"))
    assert not is_error({**message("unused"), "level": "warning"})
    assert is_error({**message("unreachable"), "level": "error: internal compiler error"})


# cargo's own errors


@pytest.mark.parametrize("case", cases("cargo"))
def test_cargos_errors_have_a_place(case: dict[str, Any], places: Places, crate: Path, tmp_path: Path) -> None:
    said = case["text"].replace("{crate}", f"{tmp_path}/mirror/target/package{crate}")
    found = merged(cargo_problems(said.splitlines(), places, "my-crate", "0.6.1", testing=False), "CL006")
    file, line, text = case["place"]
    assert [(f.message, f.file.display, f.span.line) for f in found] == [(case["message"], file, line)]
    assert found[0].span.text.startswith(text)
    assert case["help"] in found[0].help
    assert "mirror" not in found[0].message + found[0].help


def test_cargos_closing_lines_are_no_errors(places: Places) -> None:
    said = [
        "error: could not compile `my-crate` (lib) due to 2 previous errors",
        "error: 1 target failed:",
        "    `--lib`",
    ]
    assert cargo_problems(said, places, "my-crate", "0.6.1", testing=False) == []


def test_a_fault_of_the_machine_in_cargos_words_ends_the_run(places: Places) -> None:
    said = ["error: failed to write `/t/x`", "", "Caused by:", "  No space left on device (os error 28)"]
    with pytest.raises(DeepError, match=r"no space left on the disk .*\(No space left on device"):
        cargo_problems(said, places, "my-crate", "0.6.1", testing=False)


# libtest's output

OUTPUT = (DATA / "libtest.txt").read_text(encoding="utf-8")


def test_counts_of_a_test_run() -> None:
    run = Run(OUTPUT.splitlines())
    assert run.summary() == (
        "1 passed, 3 failed, 1 ignored; svc.rs: ended early (signal: 6, SIGABRT: process abort signal); own.rs: ran; "
        "doc tests: 1 passed, 1 failed"
    )


def test_failed_tests_have_their_place(places: Places) -> None:
    found = {p.message: shown(p.place) for p in failures(Run(OUTPUT.splitlines()), places)}
    assert found == {
        "test `tests::bad` failed: assertion `left == right` failed: sum": ("src/lib.rs", 8, "c fn a() {}"[2:]),
        "test `tests::elsewhere` failed: from afar": ("src/lib.rs", 1, "use cloacina_workflow::{task, workflow};"),
        "test `tests::calm` failed: test did not panic as expected": ("src/lib.rs", 11, " b() {}"[1:]),
        "test `my-crate/src/lib.rs - add (line 7)` failed: wrong": ("src/lib.rs", 7, '    #[task(id = "a")]'),
        "the tests of tests/svc.rs ended early: signal: 6, SIGABRT: process abort signal": ("tests/svc.rs", 1, ""),
    }


def test_a_failed_test_without_a_panic_is_placed_at_its_function(places: Places) -> None:
    said = [
        "     Running tests/svc.rs (x)",
        "running 1 test",
        "test svc ... FAILED",
        "---- svc stdout ----",
        'Error: "no"',
        "",
    ]
    (found,) = failures(Run(said), places)
    assert (found.message, shown(found.place)) == ('test `svc` failed: Error: "no"', ("tests/svc.rs", 3, "svc"))


RESULT = "test result: ok. {0} passed; 0 failed; {1} ignored; 0 measured; 0 filtered out; finished in 0.00s"


@pytest.mark.parametrize(
    ("targets", "ran", "summary"),
    [
        ([("src/lib.rs", 0, 0), ("tests/svc.rs", 0, 0)], 0, ""),
        ([("src/lib.rs", 0, 2)], 0, "2 ignored"),
        ([("src/lib.rs", 7, 0), ("tests/service_mode.rs", 1, 0)], 8, "7 passed; service_mode.rs: 1 passed"),
    ],
)
def test_a_run_without_tests_is_seen(targets: list[tuple[str, int, int]], ran: int, summary: str) -> None:
    said: list[str] = []
    for path, passed, ignored in targets:
        said += [f"     Running {path} (x)", f"running {passed} tests", RESULT.format(passed, ignored)]
    run = Run(said)
    assert (run.ran, run.summary()) == (ran, summary)
