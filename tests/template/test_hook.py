"""Room tests/: what is said after generation, on machines that have everything, little, or the wrong things."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cookiecutter.utils import create_env_with_context  # type: ignore[import-untyped]

from tests.support import ROOT

HOOK = (ROOT / "hooks" / "post_gen_project.py").read_text(encoding="utf-8")


def rendered(root: Path = ROOT, **answers: object) -> str:
    """The hook as cookiecutter renders it; `_repo_dir` is what cruft leaves out."""
    settings = {"_extensions": ["cloacina_service_ext.CloacinaServiceExtension"]}
    delimiters = {"variable_start_string": "<<", "variable_end_string": ">>"}
    given = {"crate_name": "my-service", "cloacina_version": "0.6.1", "start": "request", "_repo_dir": "x", **answers}
    context = {"cookiecutter": {**given, **settings, "_jinja2_env_vars": delimiters}}
    environment = create_env_with_context(context)
    environment.globals["template_root"] = str(root)
    text: str = environment.from_string(HOOK).render(**context)
    return text


def said(folder: Path, hook: str, path: str = "", python: tuple[str, ...] = (), **env: str) -> str:
    """Run the hook in a new crate directory with only `path` on PATH; it must always succeed, and quietly."""
    crate = folder / "a crate"
    crate.mkdir(exist_ok=True)
    script = folder / "hook.py"
    script.write_text(hook, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, *python, str(script)],
        cwd=crate,
        capture_output=True,
        text=True,
        env={"PATH": path, "LANG": "C.UTF-8", **env},
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def program(folder: Path, name: str, says: str = "", status: int = 0) -> None:
    folder.mkdir(exist_ok=True)
    script = folder / name
    script.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n", encoding="utf-8")
    script.chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with every program the hook asks for."""
    folder = tmp_path / "bin"
    for name in ("cargo", "cargo-clippy", "cargo-fmt", "cc", "make", "python3", "cloacinactl", "cloacina-lint"):
        program(folder, name)
    program(folder, "rustc", "rustc 1.95.0 (abc 2026-01-01)")
    return folder


def test_a_complete_machine_gets_the_next_commands_only(tmp_path: Path, tools: Path) -> None:
    text = said(tmp_path, rendered(), str(tools))
    assert f"cd '{tmp_path / 'a crate'}'\n" in text, "quoted for the shell"
    assert "Missing" not in text
    assert "pip install" not in text
    assert "cargo install" not in text
    assert "warning" not in text


@pytest.mark.parametrize(
    ("lacking", "says"),
    [
        ("cargo", "cargo is not installed: curl "),
        ("rustc", "rustc does not run: rustup default stable"),
        ("cargo-clippy", "rustup component add clippy rustfmt"),
        ("cargo-fmt", "rustup component add clippy rustfmt"),
        ("cc", "a C compiler and linker is not installed: "),
        ("python3", "cloacina-build needs a python3 on PATH: "),
        ("make", "make is not installed: "),
        ("cloacinactl", "\n  cargo install --locked cloacinactl --version 0.6.1\n"),
        ("cloacina-lint", "\n  pip install git+https://github.com/org/cloacina-service\n"),
    ],
)
def test_what_is_missing_comes_with_the_command_that_brings_it(
    tmp_path: Path, tools: Path, lacking: str, says: str
) -> None:
    (tools / lacking).unlink()
    text = said(tmp_path, rendered(), str(tools))
    assert says in text
    assert text.count("\n") == said(tmp_path, rendered(), str(tools)).count("\n")


def test_a_reader_that_stops_reading_does_not_cost_the_crate(tmp_path: Path, tools: Path) -> None:
    """Cookiecutter deletes the crate when the hook fails: `cookiecutter ... | head -1` must not."""
    script = tmp_path / "hook.py"
    script.write_text(rendered(), encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    try:
        run = subprocess.run([sys.executable, str(script)], cwd=tmp_path, stdout=writing, stderr=-1, text=True)
    finally:
        os.close(writing)
    assert (run.returncode, run.stderr) == (0, "")


def test_an_old_rustc_is_named(tmp_path: Path, tools: Path) -> None:
    program(tools, "rustc", "rustc 1.87.0 (abc 2025-01-01)")
    assert "rustc 1.87 is too old, 1.88 or newer is needed: rustup update stable" in said(
        tmp_path, rendered(), str(tools)
    )
    program(tools, "rustc", "rustc 1.100.0 (abc 2027-01-01)")
    assert "too old" not in said(tmp_path, rendered(), str(tools))


def test_an_empty_machine_is_told_everything_in_one_go(tmp_path: Path) -> None:
    text = said(tmp_path, rendered())
    for what in ("cargo is not installed", "a C compiler", "python3"):
        assert what in text


def test_a_name_with_test_in_it_is_warned_of(tmp_path: Path, tools: Path) -> None:
    text = said(tmp_path, rendered(crate_name="latest-orders"), str(tools))
    assert "warning: 'latest-orders' contains 'test'" in text
    graph = said(tmp_path, rendered(crate_name="latest-orders", start="event"), str(tools))
    assert "contains 'test'" not in graph, "it has no #[workflow]"


def test_it_is_silent_under_cruft(tmp_path: Path) -> None:
    hook = rendered()
    assert '"cruft": false' in hook
    assert said(tmp_path, hook.replace('"cruft": false', '"cruft": true')) == ""
    settings = {"_extensions": ["cloacina_service_ext.CloacinaServiceExtension"]}
    delimiters = {"variable_start_string": "<<", "variable_end_string": ">>"}
    answers = {
        "crate_name": "my-service",
        "cloacina_version": "0.6.1",
        "start": "request",
        **settings,
        "_jinja2_env_vars": delimiters,
    }
    environment = create_env_with_context({"cookiecutter": answers})
    assert '"cruft": true' in environment.from_string(HOOK).render(cookiecutter=answers)


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    """The directory in which `said` runs the hook, as a crate that the linter finds fault with."""
    folder = tmp_path / "a crate"
    (folder / "src").mkdir(parents=True)
    (folder / "Cargo.toml").write_text(
        '[package]\nname = "a"\nversion = "0.1.0"\n[dependencies]\ncloacina-workflow = "0.6.1"\n', encoding="utf-8"
    )
    (folder / "src" / "lib.rs").write_text("", encoding="utf-8")
    return folder


def test_the_templates_own_linter_is_used_and_its_findings_do_not_fail(tmp_path: Path, crate: Path) -> None:
    text = said(tmp_path, rendered())
    assert "CL001" in text
    assert "Next:" in text
    assert not list((tmp_path / "a crate").rglob("__pycache__"))


def test_without_its_parsers_the_linter_on_the_path_is_used(tmp_path: Path, tools: Path) -> None:
    program(tools, "cloacina-lint", "linted from the path")
    assert "linted from the path\n" in said(tmp_path, rendered(), str(tools), python=("-S",))


def test_without_any_linter_one_line_says_how_to_get_it(tmp_path: Path, tools: Path) -> None:
    (tools / "cloacina-lint").unlink()
    text = said(tmp_path, rendered(), str(tools), python=("-S",))
    assert text.count("cloacina-lint is not installed, so the crate is not linted: pip install git+") == 1


@pytest.mark.parametrize("fault", ["raise SystemExit('broken')", "1/0", "import sys; sys.exit('usage')", "exit(2)"])
def test_a_linter_that_cannot_run_is_one_line(tmp_path: Path, tools: Path, fault: str) -> None:
    package = tmp_path / "installed" / "cloacina_lint"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "__main__.py").write_text(fault, encoding="utf-8")
    text = said(tmp_path, rendered(), str(tools), PYTHONPATH=str(package.parent))
    assert text.splitlines()[2].startswith("cloacina-lint could not run: ")
    assert text.splitlines()[3:5] == ["", "Next:"]


def test_answers_are_data_for_the_hook_too(tmp_path: Path) -> None:
    hook = rendered(tmp_path / '\'""" + 1/0 + r"""\\')
    assert "Next:" in said(tmp_path, hook)
