"""Room tests/lint: what the migration finds in a crate, and what it refuses there (migrate/survey/)."""

from __future__ import annotations

import pytest
from cloacina_lint.migrate.outcome import RefusedError

from tests.lint.moving import CALL, IMPORTS, MAIN, MANIFEST, WORKFLOW, Migrating, migrating_fixture

migrating = migrating_fixture


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"src/main.rs": "fn main() {}\n"}, "nothing to package"),
        ({"src/main.rs": f"{WORKFLOW}{WORKFLOW.replace('mod w', 'mod v')}"}, "this crate has 2"),
        ({"src/main.rs": f"{WORKFLOW}fn main() {{\n<<<<<<< HEAD\n}}\n"}, ":12:1: a merge conflict marker"),
        ({"src/main.rs": f"{WORKFLOW}fn main() {{\n"}, "not valid Rust"),
        (
            {"src/main.rs": "macro_rules! m { () => { #[workflow] mod x {} } }\nm!();\n"},
            "this macro writes",
        ),
        ({"src/main.rs": "mod gone;\n" + WORKFLOW}, "no file for `mod gone;`"),
        ({"src/util.rs": ""}, "no src/lib.rs and no src/main.rs"),
    ],
)
def test_survey_refuses(migrating: Migrating, files: dict[str, str], says: str) -> None:
    with pytest.raises(RefusedError) as refused:
        migrating(files)
    assert says in refused.value.reasons[0]


def test_a_workflow_compiled_into_two_targets_is_one(migrating: Migrating) -> None:
    done = migrating(
        {
            "src/lib.rs": "pub mod flow;\n",
            "src/flow.rs": f"use cloacina::*;\n\n{WORKFLOW}",
            "src/main.rs": f"mod flow;\nuse cloacina::*;\n\n{MAIN}",
        }
    )
    assert done.leaving.home.kind == "lib"
    assert done["src/flow.rs"] == f"{IMPORTS}\n{WORKFLOW}"
    assert done.leaving.orphans == []


@pytest.mark.parametrize(
    ("path", "library"),
    [("src/app.rs", "src/lib.rs"), ("app/plan.rs", "app/lib.rs"), ("src/bin/go/main.rs", "src/lib.rs")],
)
def test_where_the_program_stood(migrating: Migrating, path: str, library: str) -> None:
    manifest = MANIFEST.format(version="0.6.1", edition="2021") + f'\n[[bin]]\nname = "go"\npath = "{path}"\n'
    done = migrating({"Cargo.toml": manifest, path: f"use cloacina::*;\n\n{WORKFLOW}\n{MAIN}"})
    assert done.texts[path] is None
    assert done[library] == f"{IMPORTS}\n{CALL}\n{WORKFLOW}"
    assert done.draft.toml().get("lib", "path") == (None if library == "src/lib.rs" else library)


def test_a_workflow_in_another_program_beside_the_library_goes_into_it(migrating: Migrating) -> None:
    task = WORKFLOW.replace("json!(1)", 'json!((some_crate::NAME, include_str!("../../data/seed.json")))')
    done = migrating(
        {
            "src/lib.rs": 'pub const NAME: &str = "x";\n',
            "src/bin/work.rs": f"use cloacina::*;\n\n{task}\n{MAIN}",
            "data/seed.json": "1",
        }
    )
    assert done.texts["src/bin/work.rs"] is None
    assert done["src/lib.rs"] == f'pub mod workflow;\n\n{CALL}\npub const NAME: &str = "x";\n'
    moved = task.replace("some_crate::NAME", "crate::NAME").replace("../../data", "../data")
    assert done["src/workflow.rs"] == f"{IMPORTS}\n{moved}"


def test_its_module_files_cannot_go_along(migrating: Migrating) -> None:
    files = {"src/lib.rs": "", "src/bin/work/main.rs": f"mod help;\nuse cloacina::*;\n\n{WORKFLOW}\n{MAIN}"}
    with pytest.raises(RefusedError, match=r"the workflow is in src/bin/work/main.rs and the library in src/lib.rs"):
        migrating(files | {"src/bin/work/help.rs": "pub fn f() {}\n"})


def test_what_a_moved_file_includes_is_found_from_its_new_place(migrating: Migrating) -> None:
    task = WORKFLOW.replace("json!(1)", 'json!(include_str!("seed.json"))')
    done = migrating({"src/bin/work.rs": f"use cloacina::*;\n\n{task}\n{MAIN}", "src/bin/seed.json": "1"})
    assert 'include_str!("bin/seed.json")' in done["src/lib.rs"]
