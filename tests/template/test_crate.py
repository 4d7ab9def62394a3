"""Room tests/: what is generated: the file set, the manifests and the dependencies, for every option."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import tomli

from tests.linting import findings
from tests.support import ROOT, VERSIONS, need
from tests.template.generating import DEFAULTS, OFFERED_STARTS, QUESTIONS, REFUSED_STARTS, files, generate

TEMPLATE = ROOT / "<<cookiecutter.crate_name>>"
ALWAYS = {
    ".gitignore",
    ".pre-commit-config.yaml",
    "Cargo.toml",
    "Makefile",
    "README.md",
    "build.rs",
    "package.toml",
    "scripts/upload.py",
    "src/lib.rs",
    "tests/service_mode.rs",
}
LICENCES = {
    "MIT OR Apache-2.0": {"LICENSE-MIT", "LICENSE-APACHE"},
    "MIT": {"LICENSE-MIT"},
    "Apache-2.0": {"LICENSE-APACHE"},
    "none": set(),
}
ADA = "Ada Lovelace <ada@example.org>"
EARLY = {
    "async-trait",
    "chrono",
    "cloacina-computation-graph",
    "cloacina-macros",
    "cloacina-workflow",
    "cloacina-workflow-plugin",
    "serde_json",
}
LATE = {"cloacina-workflow", "cloacina-workflow-plugin", "serde_json"}
GRAPH = LATE | {"cloacina-computation-graph", "cloacina-macros"}
# Files that only a crate with this start has.
MORE = {"event": {"scripts/push.py"}}


def manifest(crate: Path, name: str) -> Any:
    return tomli.loads((crate / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("licence", "author"), [*zip(LICENCES, ("", ADA, "", ADA), strict=True), ("MIT", "")])
@pytest.mark.parametrize("edition", ["2021", "2024"])
@pytest.mark.parametrize(("version", "start"), OFFERED_STARTS)
def test_the_file_set_is_exact_and_the_crate_lints_clean(
    tmp_path: Path, licence: str, version: str, start: str, edition: str, author: str
) -> None:
    answers = {"license": licence, "cloacina_version": version, "start": start, "edition": edition, "author": author}
    crate = generate(tmp_path, **answers).made()
    assert files(crate) == ALWAYS | MORE.get(start, set()) | LICENCES[licence]
    for path in files(crate):
        text = (crate / path).read_text(encoding="utf-8")
        assert not re.search(r"<<|>>|\{%|\{##|cookiecutter", text), f"unrendered: {path}"
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert "\n\n\n" not in text or path.startswith(("LICENSE", "scripts/")), path
        assert not re.search(r"[ \t]$", text, re.M) or path.startswith("LICENSE"), f"trailing space: {path}"
    cargo, package = manifest(crate, "Cargo.toml"), manifest(crate, "package.toml")
    assert cargo["package"].get("license", "none") == licence
    assert cargo["package"]["edition"] == edition
    assert cargo["package"].get("authors", []) == ([author] if author else [])
    assert package["metadata"].get("author", "") == author
    assert findings(crate) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("start", ["request", "event"])
def test_cargo_toml_has_the_shape_that_this_version_builds_and_loads(tmp_path: Path, version: str, start: str) -> None:
    cargo = manifest(generate(tmp_path, cloacina_version=version, start=start).made(), "Cargo.toml")
    early = version in ("0.6.1", "0.7.0", "0.8.0", "0.9.0")
    assert set(cargo["dependencies"]) == (GRAPH if start == "event" else EARLY if early else LATE)
    assert cargo["lib"] == {"crate-type": ["cdylib", "rlib"]}
    assert cargo["features"] == {"default": ["packaged"], "packaged": []}
    assert cargo["build-dependencies"] == {"cloacina-build": version}
    assert set(cargo["dev-dependencies"]) == {"cloacina", "tokio"} | ({"tempfile"} if start != "event" else set())
    assert cargo["dev-dependencies"]["cloacina"] == {
        "version": version,
        "default-features": False,
        "features": ["macros", "sqlite"],
    }
    assert "packaged" in cargo["dependencies"]["cloacina-workflow"]["features"]
    for tables in (cargo["dependencies"], cargo["build-dependencies"], cargo["dev-dependencies"]):
        for name, value in tables.items():
            if name.startswith("cloacina"):
                assert (value if isinstance(value, str) else value["version"]) == version, name
    assert cargo["workspace"] == {"resolver": "3"}, "its own workspace, so that it builds anywhere"


@pytest.mark.parametrize(("version", "start"), REFUSED_STARTS)
def test_a_start_that_no_server_of_the_version_does_is_refused(tmp_path: Path, version: str, start: str) -> None:
    line = generate(tmp_path, cloacina_version=version, start=start).refused()
    assert line.startswith(f"error: start '{start}': no server of Cloacina {version} ever polls")


def test_the_refused_starts_are_what_the_linter_warns_of(tmp_path: Path) -> None:
    polls = {version for version, start in OFFERED_STARTS if start == "poll"}
    crate = generate(tmp_path, cloacina_version="0.8.0", start="poll").made()
    for version in VERSIONS:
        warned = "CL508" in {finding.code for finding in findings(crate, version=version)}
        assert warned == (version not in polls), version


@pytest.mark.parametrize(("version", "start"), [pair for pair in OFFERED_STARTS if pair[1] in ("cron", "poll")])
def test_the_trigger_starts_the_workflow(tmp_path: Path, version: str, start: str) -> None:
    answers = {"workflow_name": "Daily totals", "cloacina_version": version, "start": start}
    crate = generate(tmp_path, **answers).made()
    library = (crate / "src" / "lib.rs").read_text(encoding="utf-8")
    arguments = library.split("#[trigger(\n")[1].split("\n    )]\n")[0]
    assert re.search(r'^        on = "Daily totals",$', arguments, re.M)
    assert re.search(r'^        name = "Daily totals",$', arguments, re.M)
    given = {"cron": '        cron = "0 3 * * *",\n', "poll": '        poll_interval = "30s",\n'}
    assert [key for key, line in given.items() if line in f"{arguments}\n"] == [start]
    assert ("ignores `on`" in arguments) == (version in ("0.6.1", "0.7.0"))
    test = (crate / "tests" / "service_mode.rs").read_text(encoding="utf-8")
    assert "extract_trigger_metadata" in test
    assert ('const CRON: &str = "0 3 * * *";' in test) == (start == "cron")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_names_of_a_graph_agree(tmp_path: Path, version: str) -> None:
    """The reactor's in the graph, the accumulator's in both, all three where clients and servers look for them."""
    answers = {"workflow_name": "Daily totals", "cloacina_version": version, "start": "event"}
    crate = generate(tmp_path, **answers).made()
    library = (crate / "src" / "lib.rs").read_text(encoding="utf-8")
    assert library.count('name = "Daily totals",') == library.count('trigger = reactor("Daily totals"),') == 1
    assert "accumulators = [daily_totals_orders],\n    criteria = when_any(daily_totals_orders),\n" in library
    assert "        read(daily_totals_orders) -> total,\n" in library
    assert "\npub mod daily_totals {\n" in library
    test = (crate / "tests" / "service_mode.rs").read_text(encoding="utf-8")
    wanted = {"GRAPH": "daily_totals", "REACTOR": "Daily totals", "ACCUMULATOR": "daily_totals_orders"}
    assert all(f'const {name}: &str = "{value}";\n' in test for name, value in wanted.items())
    assert ("EndpointScope" in test) == (version == "0.11.1")
    metadata = manifest(crate, "package.toml")["metadata"]
    assert metadata["graph_name"] == "daily_totals"
    assert "workflow_name" not in metadata
    readme = (crate / "README.md").read_text(encoding="utf-8")
    assert "/v1/ws/accumulator/daily_totals_orders" in readme
    assert "task" not in readme.replace("README.md with the tasks", "")
    assert ("tenant are known" in readme) == (version == "0.11.1")
    assert "push.py daily_totals_orders " in (crate / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("version", VERSIONS)
def test_package_toml_has_every_required_key_and_none_that_is_refused(tmp_path: Path, version: str) -> None:
    crate = generate(tmp_path, cloacina_version=version, author="Ada", workflow_name="Daily totals").made()
    package = manifest(crate, "package.toml")
    assert set(package) == {"package", "metadata"}
    assert package["package"] == {
        "name": "my-service",
        "version": "0.1.0",
        "interface": "cloacina-workflow-plugin",
        "interface_version": 1,
        "extension": "cloacina",
    }
    assert package["metadata"] == {
        "language": "rust",
        "workflow_name": "Daily totals",
        "description": DEFAULTS["description"],
        "author": "Ada",
    }
    assert package["package"]["version"] == manifest(crate, "Cargo.toml")["package"]["version"]


@pytest.mark.parametrize(
    ("version", "says"), [("0.6.1", "would accept a package without one"), ("0.7.0", "--frozen --offline")]
)
def test_the_readme_says_what_the_compiler_service_does_with_the_lockfile(
    tmp_path: Path, version: str, says: str
) -> None:
    crate = generate(tmp_path, cloacina_version=version).made()
    readme = (crate / "README.md").read_text(encoding="utf-8")
    assert says in readme
    assert "Commit `Cargo.lock`" in readme
    assert "Cargo.lock" not in [line.strip("/ ") for line in (crate / ".gitignore").read_text().splitlines()]
    assert "does not load Rust packages" in readme


def test_the_workflow_name_is_quoted_for_the_address_of_the_server(tmp_path: Path) -> None:
    readme = (generate(tmp_path, workflow_name="Daily totals").made() / "README.md").read_text(encoding="utf-8")
    assert "/workflows/Daily%20totals/execute" in readme
    assert "`Daily totals`" in readme


def test_the_licence_texts_are_complete(tmp_path: Path) -> None:
    crate = generate(tmp_path, author="Ada Lovelace").made()
    assert (crate / "LICENSE-APACHE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    mit = (crate / "LICENSE-MIT").read_text(encoding="utf-8")
    assert re.search(r"^Copyright \(c\) 20\d\d Ada Lovelace$", mit, re.M)
    nobody = generate(tmp_path, license="MIT").made() / "LICENSE-MIT"
    assert "the authors of my-service" in nobody.read_text(encoding="utf-8")


def test_no_template_file_has_an_unintended_tag() -> None:
    expression = re.compile(r"<< (?:cookiecutter\b|rust_version|apache_license\(\))[^<>]* >>")
    seen = 0
    for path in (*TEMPLATE.rglob("*"), *(ROOT / "templates").iterdir(), ROOT / "hooks" / "post_gen_project.py"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            if path.name == "post_gen_project.py":
                text = text.replace("<< {", "<< cookiecutter {")
            meant = expression.findall(text)
            seen += len(meant)
            assert text.count("<<") == text.count(">>") == len(meant), path.name
            assert "{{" not in text.replace("${{", ""), f"reads like the usual Jinja tag: {path.name}"
    assert seen > 30


def test_every_choice_has_a_prompt_and_the_oldest_version_comes_first() -> None:
    questions = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    prompts = questions["__prompts__"]
    assert tuple(key for key in questions if not key.startswith("_")) == QUESTIONS == tuple(prompts)
    assert tuple(questions["cloacina_version"]) == VERSIONS
    for key in QUESTIONS:
        if isinstance(questions[key], list):
            assert list(prompts[key]) == ["__prompt__", *questions[key]]
            assert all(prompts[key][choice].startswith(choice) for choice in questions[key])


def test_the_versions_with_companion_crates_match_the_linters_contracts() -> None:
    from cloacina_lint.contracts import load

    import cloacina_service_ext as extension

    for version in VERSIONS:
        contract = load(version)
        assert contract is not None, version
        assert ("chrono" in contract.crates) == (version in extension.COMPANIONS), version


@pytest.mark.parametrize(("start", "more"), [("request", []), ("event", ["push"])])
def test_make_lists_the_tasks_and_the_readme_says_the_same(tmp_path: Path, start: str, more: list[str]) -> None:
    make = need("make", "sudo apt-get install make")
    crate = generate(tmp_path, start=start).made()
    listed = subprocess.run([make], cwd=crate, capture_output=True, text=True, check=True).stdout.splitlines()
    tasks = dict(line.removeprefix("make ").split(maxsplit=1) for line in listed)
    assert list(tasks) == ["help", "build", "test", "lint", "pack", "upload", *more]
    readme = (crate / "README.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^make ([a-z]+) +# (.+)$", readme, re.M))
    assert said == {name: text for name, text in tasks.items() if name != "help"}


@pytest.mark.parametrize(("task", "tool"), [("lint", "cloacina-lint"), ("pack", "cloacinactl"), ("push", "pipx")])
def test_make_asks_for_a_missing_tool(tmp_path: Path, task: str, tool: str) -> None:
    make = need("make", "sudo apt-get install make")
    crate = generate(tmp_path, cloacina_version="0.9.0", start="event").made()
    (crate / "Cargo.lock").touch()
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "sed", "head", "mkdir"):
        (programs / name).symlink_to(need(name, "a POSIX system"))
    (programs / "cargo").write_text("#!/bin/sh\n", encoding="utf-8")
    (programs / "cargo").chmod(0o755)
    command = [make, task, f"SHELL={programs / 'sh'}"]
    env = {"PATH": str(programs), "ORDERS": "[]"}
    run = subprocess.run(command, cwd=crate, env=env, capture_output=True, text=True)
    assert run.returncode == 2
    assert f"error: {tool} is not installed: " in run.stderr
    assert ("--version 0.9.0" in run.stderr) == (tool == "cloacinactl")
    assert not (crate / "target").exists()


def test_make_upload_gives_the_key_to_the_upload_alone(tmp_path: Path) -> None:
    """Linting and packing run build scripts and macros of every dependency."""
    make = need("make", "sudo apt-get install make")
    crate = generate(tmp_path).made()
    log, programs = tmp_path / "log", tmp_path / "bin"
    programs.mkdir()
    for name in ("cargo", "cloacina-lint", "cloacinactl", "upload"):
        program = programs / name
        program.write_text(f'#!/bin/sh\necho "{name}: $* ${{CLOACINA_API_KEY-no key}}" >>{log}\n', encoding="utf-8")
        program.chmod(0o755)
    env = {"PATH": f"{programs}:{os.defpath}", "CLOACINA_API_KEY": "clk_secret"}
    command = [make, "upload", f"PYTHON={programs / 'upload'}", 'EXECUTE={"item": "$5 b"}']
    run = subprocess.run(command, cwd=crate, env=env, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "clk_secret" not in run.stdout + run.stderr
    archive = "target/my-service-0.1.0.cloacina"
    assert log.read_text(encoding="utf-8").splitlines() == [
        "cargo: fmt --check no key",
        "cargo: clippy --all-targets -- -D warnings no key",
        "cloacina-lint:  no key",
        "cargo: generate-lockfile no key",
        f"cloacinactl: package pack . --out {archive} no key",
        f'upload: scripts/upload.py {archive} --execute {{"item": "$5 b"}} clk_secret',
    ]


def test_make_push_pushes_what_was_typed(tmp_path: Path) -> None:
    make = need("make", "sudo apt-get install make")
    crate = generate(tmp_path, start="event").made()
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "pipx").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    (programs / "pipx").chmod(0o755)
    env = {"PATH": f"{programs}:{os.defpath}"}
    typed = '[{"item": "$5 tea $(x) `y` \'z\' \u00e9"}]'
    for command, more in (([make, "push", f"ORDERS={typed}"], {}), ([make, "push"], {"ORDERS": typed})):
        run = subprocess.run(command, cwd=crate, env={**env, **more}, capture_output=True, text=True)
        assert run.stdout.splitlines() == ["run", "scripts/push.py", "my_service_orders", typed], run.stderr
    run = subprocess.run([make, "push"], cwd=crate, env=env, capture_output=True, text=True)
    assert run.returncode == 2
    assert "error: there are no ORDERS; README.md has an example" in run.stderr


def test_the_key_is_never_on_a_command_line(tmp_path: Path) -> None:
    crate = generate(tmp_path).made()
    assert ".env" in (crate / ".gitignore").read_text(encoding="utf-8").splitlines()
    for line in (crate / "README.md").read_text(encoding="utf-8").splitlines():
        assert not re.search(r"(?:^|\| )curl[^|]*CLOACINA_API_KEY", line), line
