"""Room tests/lint/: README.md says what is so: its commands, options, links, output and table of versions."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
import tomli
import yaml
from cloacina_lint import config, suppress
from cloacina_lint.report import FORMATS

from scripts import write_readme
from tests.support import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SCRIPTS = ("first_crate.py", "test.py")


def _help(*command: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "lint"), "COLUMNS": "200"}
    outcome = subprocess.run([sys.executable, *command, "--help"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


def _options(program: str, text: str) -> set[str]:
    """Every --option that stands behind the program in one line or one pair of backquotes."""
    uses = re.findall(rf"{re.escape(program)}([^\n`#]*)", text)
    return {option for use in uses for option in re.findall(r"(?<=\s)--[a-z][a-z-]*", use)}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_two_commands_are_there_with_their_options(name: str) -> None:
    assert f"\npython3 scripts/{name} " in README
    options = _options(f"scripts/{name}", README)
    assert options
    said = _help(f"scripts/{name}")
    assert {option for option in options if f"{option} " not in said.replace(",", " ").replace("]", " ")} == set()


def test_no_other_script_is_named() -> None:
    assert set(re.findall(r"python3 scripts/([\w.]+)", README)) == set(SCRIPTS)


def test_the_options_of_the_linter_are_there() -> None:
    said = "".join(_help("-m", "cloacina_lint", *command) for command in ((), ("why",), ("migrate",)))
    named = _options("cloacina-lint", README) | set(re.findall(r"`(--(?!quick|checkout)[a-z-]+)", README))
    assert {"--deep", "--format", "--explain", "--fail-on"} <= named
    assert {option for option in named if not re.search(rf"{option}\b", said)} == set()


def test_the_examples_are_what_the_linter_says() -> None:
    assert len(write_readme.EXAMPLE.findall(README)) == 5
    assert write_readme.rendered(README) == README, "run scripts/write_readme.py with the environment's Python"


def test_the_settings_and_the_comment_are_the_linter_s() -> None:
    (line,) = re.findall(r"holds settings: (.*?), which is", README, re.S)
    assert set(re.findall(r"`([a-z]+)`", line)) == set(config.KEYS)
    assert README.count(f"{suppress.MARK} ignore[CL013] reason`") == 2
    formats = re.findall(r"`(?:--format )?([a-z]+)`", "".join(re.findall(r"^- `--format .*$", README, re.M)))
    assert set(formats) | {"text", "checklist"} == set(FORMATS)


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?://)([^)]+)\)", README):
        path, _, anchor = target.partition("#")
        assert not path or (ROOT / path).exists(), target
        if anchor and not path:
            headings = [
                re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in re.findall(r"^#+ (.*)$", README, re.M)
            ]
            assert anchor in headings, target


def test_the_table_of_versions_is_the_template_s_and_the_contracts_() -> None:
    questions = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in re.findall(r"^\| 0\.\d.*$", README, re.M)]
    versions = [version for row in rows for version in re.findall(r"\d+\.\d+\.\d+", row[0])]
    assert versions == questions["cloacina_version"]
    prompts = questions["__prompts__"]["cloacina_version"]
    needed: set[str] = set()
    for names, hosts, _, crates in rows:
        if crates != "the same":
            needed = set(re.findall(r"`([a-z_-]+)`", crates))
        for version in re.findall(r"\d+\.\d+\.\d+", names):
            assert set(re.findall(r"\b0\.\d+\b(?!\.)", prompts[version])) == set(hosts.split(", ")), version
            assert needed == _needed(version), version


def _needed(version: str) -> set[str]:
    """The crates that #[workflow], #[task], cron triggers and package!() need, by the contract of this version."""
    for file in (ROOT / "lint" / "cloacina_lint" / "contracts").glob("*.toml"):
        contract = tomli.loads(file.read_text(encoding="utf-8"))
        if version in contract["published"]:
            uses = {"workflow", "package", "cron"}
            crates = {name for name, crate in contract["crates"].items() if uses & set(crate["for"])}
            return crates - {"cloacina-workflow", "cloacina-workflow-plugin"}
    raise AssertionError(f"no contract for {version}")


def test_the_answers_and_the_hook_exist() -> None:
    questions = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    answers = dict(
        re.findall(r"(?<= )([a-z_]+)=(\S+)", "\n".join(re.findall(r"^pipx run cookiecutter .*$", README, re.M)))
    )
    assert set(answers) <= set(questions)
    assert answers["cloacina_version"] in questions["cloacina_version"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (snippet,) = re.findall(r"```yaml\n(repos:\n.*?)```", README, re.S)
    named = [hook["id"] for repo in yaml.safe_load(snippet)["repos"] for hook in repo["hooks"]]
    assert named == ["cloacina-lint"]
    assert [hook["id"] for hook in hooks] == ["cloacina-lint", "cloacina-lint-fix"]
    assert "`cloacina-lint-fix`" in README
