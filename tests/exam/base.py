"""Room tests/exam/: right crates, made from a seed, for the mistakes and variations to be laid on.

A crate is path -> text. `§` in a text marks a line where a finding about the mistake would be in place; `settle`
takes the marks out. Nothing here looks at the linter.
"""

from __future__ import annotations

import random

MARK = "§"
NAMES = ("order-totals", "night-report", "price_feed", "mail-digest", "stock-sync", "etl3", "invoice-run", "a-b-c")
WORKFLOWS = ("totals", "nightly_report", "prices", "Mail Digest", "stock-sync", "etl", "invoices")
TASKS = (("fetch", "clean", "store"), ("read", "count"), ("only_one",), ("first", "second", "third", "fourth"))


class Draft:
    """A crate on its way: `files`, the Cloacina `version`, and what its author means by it: `tasks` (ids),
    `workflows` (names), `triggers` (cron or poll trigger names that should fire), `graphs`."""

    def __init__(self, version: str, rng: random.Random) -> None:
        self.version = version
        self.minor = int(version.split(".")[1])
        self.rng = rng
        self.name = rng.choice(NAMES)
        self.workflow = rng.choice(WORKFLOWS)
        self.tasks = list(rng.choice(TASKS))
        self.workflows = [self.workflow]
        self.triggers: list[str] = []
        self.graphs: list[str] = []
        self.files: dict[str, str] = {}

    @property
    def manifest(self) -> str:
        return self.files["Cargo.toml"]

    @property
    def lib(self) -> str:
        return self.files["src/lib.rs"]

    def put(self, path: str, old: str, new: str, count: int = 1) -> None:
        """Replace a text that has to be there."""
        assert old in self.files[path], f"{path} has no {old!r}:\n{self.files[path]}"
        self.files[path] = self.files[path].replace(old, new, count)

    def cargo(self, old: str, new: str) -> None:
        self.put("Cargo.toml", old, new)

    def package(self, old: str, new: str) -> None:
        self.put("package.toml", old, new)

    def rust(self, old: str, new: str, count: int = 1) -> None:
        self.put("src/lib.rs", old, new, count)


def dependencies(minor: int) -> list[str]:
    """The crates that a workflow of this version needs, by name."""
    needed = ["cloacina-workflow", "cloacina-workflow-plugin", "serde_json"]
    if minor < 10:
        needed += ["cloacina-computation-graph", "async-trait", "chrono"]
    return sorted(needed)


def requirement(name: str, version: str) -> str:
    """The version requirement of a dependency."""
    return {"async-trait": "0.1", "chrono": "0.4", "serde_json": "1"}.get(name, version)


def task(name: str, after: str, body: str = "") -> str:
    """One task as text, indented by four."""
    waits = f'"{after}"' if after else ""
    body = body or f'        context.insert("{name}", serde_json::json!(1))?;\n'
    return (
        f'    #[task(id = "{name}", dependencies = [{waits}])]\n'
        f"    pub async fn {name}(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {{\n"
        f"{body}        Ok(())\n    }}\n"
    )


def right(version: str, rng: random.Random) -> Draft:
    """A plain crate without a mistake: one workflow of one to four tasks in a row."""
    draft = Draft(version, rng)
    lines = [f'{name} = "{requirement(name, version)}"' for name in dependencies(draft.minor)]
    lines = [
        f'cloacina-workflow = {{ version = "{version}", features = ["packaged"] }}'
        if line.startswith("cloacina-workflow =")
        else line
        for line in lines
    ]
    draft.files["Cargo.toml"] = (
        f'[package]\nname = "{draft.name}"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\n\n'
        '[features]\ndefault = ["packaged"]\npackaged = []\n\n[lib]\ncrate-type = ["cdylib", "rlib"]\n\n'
        "[dependencies]\n" + "\n".join(lines) + "\n\n"
        f'[build-dependencies]\ncloacina-build = "{version}"\n'
    )
    draft.files["build.rs"] = "fn main() {\n    cloacina_build::configure();\n}\n"
    draft.files["package.toml"] = (
        f'[package]\nname = "{draft.name}"\nversion = "0.1.0"\ninterface = "cloacina-workflow-plugin"\n'
        f'interface_version = 1\nextension = "cloacina"\n\n[metadata]\nlanguage = "rust"\n'
        f'workflow_name = "{draft.workflow}"\n'
    )
    tasks = [task(name, draft.tasks[index - 1] if index else "") for index, name in enumerate(draft.tasks)]
    draft.files["src/lib.rs"] = (
        "cloacina_workflow_plugin::package!();\n\n"
        "use cloacina_workflow::{task, workflow, Context, TaskError};\n\n"
        f'#[workflow(name = "{draft.workflow}")]\npub mod flow {{\n    use super::*;\n\n' + "\n".join(tasks) + "}\n"
    )
    return draft


def with_trigger(draft: Draft, arguments: str = 'cron = "0 3 * * *"', *, name: str = "", on: str = "") -> None:
    """Add a trigger that starts the workflow. Before 0.8 a cron trigger has to bear its workflow's name."""
    name = name or draft.workflow
    draft.rust("use cloacina_workflow::{task,", "use cloacina_workflow::{task, trigger, TriggerError, TriggerResult,")
    draft.files["src/lib.rs"] += (
        f'\n#[trigger(on = "{on or draft.workflow}", name = "{name}", {arguments})]\n'
        "pub async fn starts() -> Result<TriggerResult, TriggerError> {\n    Ok(TriggerResult::Fire(None))\n}\n"
    )
    draft.triggers.append(name)


def settle(files: dict[str, str]) -> tuple[dict[str, str], list[tuple[str, int]]]:
    """(files without marks, [(path, line from 1) of each mark])."""
    marks = []
    settled = {}
    for path, text in files.items():
        for number, line in enumerate(text.split("\n"), 1):
            if MARK in line:
                marks.append((path, number))
        settled[path] = text.replace(MARK, "")
    return settled, marks
