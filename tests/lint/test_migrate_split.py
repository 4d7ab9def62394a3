"""Room tests/lint/: a crate with several workflows as one crate each: texts in, texts out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import tomli
from cloacina_lint.crate import Crate
from cloacina_lint.migrate import plan as planning
from cloacina_lint.migrate.outcome import RefusedError
from cloacina_lint.source.tree import Tree

from tests.lint.depot import MAIN, MANIFEST, USES, refused, rust, split, workflow
from tests.linting import write


def test_nothing_shared_makes_no_library(tmp_path: Path) -> None:
    done = split(tmp_path, {"src/main.rs": rust("fn half() {}\n", "        half();\n")})
    assert done.members == ["depot-one", "depot-two"]
    assert "fn half() {}" in done.text("depot-one/src/lib.rs")
    assert "half" not in done.text("depot-two/src/lib.rs")
    assert done.files["src/main.rs"] is None
    assert not any("CL801" in line for line in done.report.person)
    assert tomli.loads(done.text("depot-two/package.toml"))["metadata"]["workflow_name"] == "two"


def test_without_the_option_the_refusal_names_it(tmp_path: Path) -> None:
    directory = write(tmp_path, {"Cargo.toml": MANIFEST, "src/main.rs": rust("")})
    with pytest.raises(RefusedError) as caught:
        planning.plan(Crate(Tree(os.fspath(directory)), explicit=True))
    assert "`--split`" in caught.value.plan


def test_one_workflow_is_migrated_as_ever(tmp_path: Path) -> None:
    done = split(tmp_path, {"src/main.rs": USES + workflow("one") + MAIN})
    assert done.plan.members == []
    assert "src/lib.rs" in done.files


SHARED = [
    ("const A: u8 = 1;\n", "let _ = A;", "pub const A: u8 = 1;", "use depot_shared::A;"),
    ("pub(crate) static A: u8 = 1;\n", "let _ = A;", "pub static A: u8 = 1;", "pub(crate) use depot_shared::A;"),
    ("fn a() {}\n", "a();", "pub fn a() {}", "use depot_shared::a;"),
    ("type A = u8;\n", "let _: A = 1;", "pub type A = u8;", "use depot_shared::A;"),
    ("enum A {\n    B,\n}\n", "let _ = A::B;", "pub enum A {\n    B,\n}", "use depot_shared::A;"),
    ("struct A(u8, pub(crate) u8);\n", "let _ = A(1, 2);", "pub struct A(pub u8, pub u8);", "use depot_shared::A;"),
    (
        "struct A {\n    // Of b.\n    b: u8,\n    pub(super) c: u8,\n}\n",
        "let _ = A { b: 1, c: 2 };",
        "pub struct A {\n    // Of b.\n    pub b: u8,\n    pub c: u8,\n}",
        "use depot_shared::A;",
    ),
    (
        "struct A;\nimpl A {\n    const C: u8 = 1;\n    fn new() -> Self {\n        A\n    }\n}\n",
        "let _ = A::new();",
        "impl A {\n    pub const C: u8 = 1;\n    pub fn new()",
        "use depot_shared::A;",
    ),
    (
        "trait Tidy {\n    fn tidy(&self);\n}\nimpl Tidy for str {\n    fn tidy(&self) {}\n}\n",
        '"x".tidy();',
        "pub trait Tidy {\n    fn tidy(&self);\n}",
        "use depot_shared::Tidy;",
    ),
    (
        "macro_rules! twice {\n    ($e:expr) => {\n        add($e, $e)\n    };\n}\nfn add(a: u8, b: u8) {}\n",
        "twice!(1);",
        "#[macro_export]\nmacro_rules! twice {\n    ($e:expr) => {\n        $crate::add($e, $e)",
        "use depot_shared::twice;",
    ),
]


@pytest.mark.parametrize(("code", "used", "public", "imported"), SHARED)
def test_what_both_use_is_public_in_the_library(
    tmp_path: Path, code: str, used: str, public: str, imported: str
) -> None:  # fmt: skip
    body = f"        {used}\n"
    done = split(tmp_path, {"src/main.rs": rust(code, body, body)})
    assert done.members == ["depot-one", "depot-two", "depot-shared"]
    assert public in done.text("depot-shared/src/lib.rs")
    for member in ("depot-one", "depot-two"):
        library = done.text(f"{member}/src/lib.rs")
        assert imported in library
        assert public not in library
        dependencies = tomli.loads(done.text(f"{member}/Cargo.toml"))["dependencies"]
        assert dependencies["depot-shared"] == {"path": "../depot-shared"}
        assert sum("CL801" in line and line.startswith(f"{member}/") for line in done.report.person) == 1
    assert "depot-shared" not in tomli.loads(done.text("depot-shared/Cargo.toml")).get("dependencies", {})


def test_what_one_uses_alone_stays_with_it_and_what_that_needs_is_shared(tmp_path: Path) -> None:
    code = "fn deep() {}\nfn only_one() {\n    deep();\n}\nfn both() {\n    deep();\n}\n"
    done = split(tmp_path, {"src/main.rs": rust(code, "        only_one();\n        both();\n", "        both();\n")})
    one, two = done.text("depot-one/src/lib.rs"), done.text("depot-two/src/lib.rs")
    assert "use depot_shared::{both, deep};" in one
    assert "fn only_one()" in one
    assert "use depot_shared::both;" in two
    assert "only_one" not in two
    assert done.text("depot-shared/src/lib.rs") == "pub fn deep() {}\n\npub fn both() {\n    deep();\n}\n".replace(
        "\n\n", "\n"
    )


def test_a_method_that_one_alone_calls_goes_with_the_shared_type(tmp_path: Path) -> None:
    code = "struct A;\nimpl A {\n    fn b(&self) -> C {\n        C\n    }\n}\nstruct C;\n"
    done = split(tmp_path, {"src/main.rs": rust(code, "        A.b();\n", "        let _ = A;\n")})
    shared = done.text("depot-shared/src/lib.rs")
    assert "pub fn b(&self) -> C" in shared
    assert "pub struct C;" in shared
    assert "C" not in done.text("depot-one/src/lib.rs").split("depot_shared")[1].split(";")[0]


def test_modules_are_imported_where_they_stood(tmp_path: Path) -> None:
    main = USES.replace("use", "mod tools;\n\nuse", 1) + workflow("one", "        crate::tools::all::f();\n")
    main += workflow("two", "        use crate::tools::all;\n        all::f();\n") + MAIN
    done = split(
        tmp_path,
        {"src/main.rs": main, "src/tools.rs": "pub mod all;\n", "src/tools/all.rs": "//! All.\n\npub fn f() {}\n"},
    )
    assert done.text("depot-shared/src/tools/all.rs") == "//! All.\n\npub fn f() {}\n"
    for member in ("depot-one", "depot-two"):
        assert "use depot_shared::tools;" in done.text(f"{member}/src/lib.rs")
        assert "mod tools;" not in done.text(f"{member}/src/lib.rs")
        assert f"{member}/src/tools.rs" not in done.files
    assert done.files["src/tools/all.rs"] is None


def test_tests_go_with_what_they_test(tmp_path: Path) -> None:
    code = "fn a() {}\nfn b() {}\n"
    tests = """
#[cfg(test)]
mod tests {
    use super::*;

    fn helper() {}

    #[test]
    fn of_shared() {
        helper();
        a();
    }

    #[test]
    fn of_one() {
        helper();
        b();
    }

    #[test]
    fn of_both() {
        let _ = (one::one_task, two::two_task);
    }
}
"""
    main = rust(code, "        a();\n        b();\n", "        a();\n") + tests
    done = split(tmp_path, {"src/main.rs": main})
    one, shared = done.text("depot-one/src/lib.rs"), done.text("depot-shared/src/lib.rs")
    assert "fn of_one()" in one
    assert "fn of_shared()" in shared
    assert "fn helper()" in one
    assert "fn helper()" in shared
    assert "mod tests" not in done.text("depot-two/src/lib.rs")
    assert not any("of_both" in (text or "") for path, text in done.files.items() if path.endswith(".rs"))
    assert "fn of_both()" in done.text("MIGRATION.md")
    assert any("`of_both` uses several workflows" in line for line in done.report.person)


def test_each_test_runs_its_own_workflow_alone(tmp_path: Path) -> None:
    done = split(tmp_path, {"src/main.rs": rust("")})
    for name in ("one", "two"):
        test = done.text(f"depot-{name}/tests/service_mode.rs")
        assert f'const WORKFLOW: &str = "{name}";' in test
        assert test.count(".execute(WORKFLOW") == 1
    assert not any("not this crate's" in line for line in done.report.person)


def test_a_carried_test_uses_the_library_too(tmp_path: Path) -> None:
    code = "#[derive(Clone)]\nstruct Box1 {\n    n: u8,\n}\nfn first() -> Box1 {\n    Box1 { n: 1 }\n}\n"
    body = "        let _ = first();\n"
    main = MAIN.replace(
        'runner.execute("one", Context::new())',
        'let mut c = Context::new();\n    c.insert("n", serde_json::json!(first().n)).unwrap();\n    '
        'runner.execute("one", c)',
    )
    done = split(tmp_path, {"src/main.rs": rust(code, body, body, main)})
    test = done.text("depot-one/tests/service_mode.rs")
    assert "use depot_shared::first;" in test
    assert 'c.insert("n", serde_json::json!(first().n))' in test


def test_shared_code_that_reaches_out_is_not_run_by_a_test(tmp_path: Path) -> None:
    code = 'fn first() -> u8 {\n    std::fs::read("x").unwrap()[0]\n}\n'
    body = "        let _ = first();\n"
    main = MAIN.replace(
        'runner.execute("one", Context::new())',
        'let mut c = Context::new();\n    c.insert("n", serde_json::json!(first())).unwrap();\n    '
        'runner.execute("one", c)',
    )
    done = split(tmp_path, {"src/main.rs": rust(code, body, body, main)})
    assert "first()" not in done.text("depot-one/tests/service_mode.rs")
    assert any("`n` is not in the test's context" in line for line in done.report.person)
    text = (tmp_path / "depot/src/main.rs").read_text()
    place = f"/depot/src/main.rs:{text[: text.index('c.insert')].count(chr(10)) + 1}:5: "
    assert any(place in line for line in done.report.person), done.report.person


def test_windows_line_ends_stay(tmp_path: Path) -> None:
    body = "        a();\n"
    files = {"src/main.rs": rust("fn a() {}\n", body, body).replace("\n", "\r\n")}
    done = split(tmp_path, files, MANIFEST.replace("\n", "\r\n"))
    assert len(done.members) == 3
    for path, text in done.files.items():
        if text is not None:
            assert text.count("\r\n") == text.count("\n"), path


def test_globs_and_names_handed_on_stay_right(tmp_path: Path) -> None:
    main = USES.replace("use", "mod tools;\n\npub use tools::{f, g};\n\nuse", 1)
    main += workflow("one", "        f();\n        g();\n", "    use super::*;\n    use crate::tools::*;\n")
    main += workflow("two", "        f();\n") + MAIN
    done = split(tmp_path, {"src/main.rs": main, "src/tools.rs": "pub fn f() {}\npub fn g() {}\n"})
    one, two = done.text("depot-one/src/lib.rs"), done.text("depot-two/src/lib.rs")
    assert "pub use tools::{f, g};" in one
    assert "    use crate::tools::*;" in one
    assert done.text("depot-one/src/tools.rs") == "pub use depot_shared::tools::f;\n\npub fn g() {}\n"
    assert "use depot_shared::tools;" in two
    assert "pub use tools::f;" in two


def test_a_module_of_imports_is_there_where_it_hands_something_on(tmp_path: Path) -> None:
    main = USES.replace("use", "mod tools;\n\nuse tools::prelude::*;\nuse", 1)
    main += workflow("one", "        f();\n        g();\n") + workflow("two") + MAIN
    tools = "pub mod prelude {\n    pub use super::{f, g};\n}\n\npub fn f() {}\npub fn g() {}\n"
    done = split(tmp_path, {"src/main.rs": main, "src/tools.rs": tools})
    assert done.text("depot-one/src/tools.rs") == tools
    assert "use tools::prelude::*;" in done.text("depot-one/src/lib.rs")
    assert "tools" not in done.text("depot-two/src/lib.rs")
    assert "depot-two/src/tools.rs" not in done.files


def test_imports_that_only_other_code_used_go(tmp_path: Path) -> None:
    main = "use std::collections::HashMap;\nuse std::fmt::Write as _;\n" + USES
    main += workflow("one", "        let _: HashMap<u8, u8> = HashMap::new();\n")
    main += workflow("two", '        write!(String::new(), "x").ok();\n') + MAIN
    done = split(tmp_path, {"src/main.rs": main})
    one, two = done.text("depot-one/src/lib.rs"), done.text("depot-two/src/lib.rs")
    assert ("HashMap;" in one, "fmt::Write" in one) == (True, False)
    assert ("HashMap;" in two, "fmt::Write" in two) == (False, True)


def test_a_macro_is_imported_where_it_is_called(tmp_path: Path) -> None:
    macro = "macro_rules! say {\n    () => {\n        1\n    };\n}\n"
    main = "#[macro_use]\nmod words;\nmod calls;\n" + USES
    main += (
        workflow("one", "        let _ = (say!(), crate::calls::f());\n") + workflow("two", "        say!();\n") + MAIN
    )
    files = {"src/main.rs": main, "src/words.rs": macro, "src/calls.rs": "pub fn f() -> u8 {\n    say!()\n}\n"}
    done = split(tmp_path, files)
    assert "#[macro_use]\npub mod words;" in done.text("depot-shared/src/lib.rs")
    assert done.text("depot-shared/src/words.rs") == "#[macro_export]\n" + macro
    assert "use depot_shared::say;" in done.text("depot-one/src/lib.rs")
    assert done.text("depot-one/src/calls.rs").startswith("use depot_shared::say;\n")
    assert "words" not in done.text("depot-two/src/lib.rs")


def test_a_trigger_goes_with_its_workflow(tmp_path: Path) -> None:
    trigger = '\n#[trigger(on = "two", cron = "0 0 * * * *")]\npub async fn two() {}\n'
    done = split(tmp_path, {"src/main.rs": rust("") + trigger})
    assert "#[trigger" in done.text("depot-two/src/lib.rs")
    assert "#[trigger" not in done.text("depot-one/src/lib.rs")


def test_what_a_macro_writes_goes_with_its_one_user(tmp_path: Path) -> None:
    code = "fn base() -> u8 {\n    1\n}\nthread_local! {\n    static SEEN: u8 = base();\n}\n"
    done = split(tmp_path, {"src/main.rs": rust(code, "        SEEN.with(|_| ());\n")})
    assert "thread_local!" in done.text("depot-one/src/lib.rs")
    assert "fn base()" in done.text("depot-one/src/lib.rs")
    assert "thread_local!" not in done.text("depot-two/src/lib.rs")
    assert "base" not in done.text("depot-two/src/lib.rs")


ENTANGLED = rust("", "        let _ = super::two::two_task;\n")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"src/main.rs": ENTANGLED}, "src/main.rs:10:17: workflow `one` uses `two_task` of `two`; one package cannot"),
        (
            {"src/main.rs": rust("thread_local! {\n    static N: u8 = 1;\n}\n", "N;", "N;")},
            "src/main.rs:2:1: several workflows use `N`, which a macro writes",
        ),
        (
            {"src/main.rs": rust('#[trigger(on = "three", cron = "0 0 * * * *")]\npub async fn three() {}\n')},
            "this trigger starts `three`, which is none of the crate's workflows",
        ),
        ({"src/main.rs": rust(""), "depot-two/x": ""}, "depot-two: is there already"),
        ({"src/main.rs": rust(""), "src/lib.rs": "pub fn f() {}\n"}, "move all workflows into the library"),
        (
            {"src/main.rs": rust("fn a(r: &DefaultRunner) {}\n", "        let _ = a;\n")},
            "`DefaultRunner` is the engine's in `a`",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_split_is_refused(tmp_path: Path, files: dict[str, str], says: str) -> None:
    error = refused(tmp_path, files)
    assert any(says in reason for reason in error.reasons), error.reasons


def test_a_member_of_a_workspace_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"Cargo.toml": '[workspace]\nmembers = ["depot"]\n'})
    error = refused(tmp_path, {"src/main.rs": rust("")})
    assert "member of a workspace" in error.reasons[0]
    assert "`members`" in error.plan


def test_refusals_of_one_crate_name_the_old_places(tmp_path: Path) -> None:
    main = rust("").replace('"two_task", dependencies = []', '"two_task", dependencies = ["nowhere"]')
    error = refused(tmp_path, {"src/main.rs": main})
    line = next(number for number, text in enumerate(main.split("\n"), 1) if "nowhere" in text)
    assert any(f"/depot/src/main.rs:{line}:" in reason for reason in error.reasons), error.reasons
