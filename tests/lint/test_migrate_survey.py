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
