"""Room tests/: the CI configurations of a generated crate: valid, pinned, least permissions, the key for the upload."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.linting import findings
from tests.support import VERSIONS
from tests.template.generating import files, generate

FILES = {"github": ".github/workflows/ci.yml", "gitlab": ".gitlab-ci.yml"}
SCHEMAS = {"github": ["vendor.github-workflows"], "gitlab": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"]}
TASKS = ["make lint", "make build", "make test", "make pack"]


def text(folder: Path, ci: str, **answers: str) -> str:
    return (generate(folder, ci=ci, **answers).made() / FILES[ci]).read_text(encoding="utf-8")


@pytest.mark.parametrize("ci", [*FILES, "none"])
def test_only_the_chosen_one_is_there(tmp_path: Path, ci: str) -> None:
    crate = generate(tmp_path, ci=ci).made()
    assert files(crate) & set(FILES.values()) == ({FILES[ci]} if ci in FILES else set())
    readme = (crate / "README.md").read_text(encoding="utf-8")
    assert [name for name in FILES.values() if name in readme] == ([FILES[ci]] if ci in FILES else [])
    assert "\n\n\n" not in readme
    assert findings(crate) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("ci", FILES)
def test_it_is_valid_and_takes_the_tools_of_the_version(tmp_path: Path, ci: str, version: str) -> None:
    written = text(tmp_path, ci, cloacina_version=version)
    assert written.count(f"cargo install --locked cloacinactl --version {version}\n") == 2
    file = tmp_path / "ci.yml"
    file.write_text(written, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *SCHEMAS[ci], str(file)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    file.write_text(re.sub(r"^( +)(runs-on|script):", r"\1nonsense:", written, flags=re.M), encoding="utf-8")
    assert subprocess.run(command, capture_output=True).returncode == 1, "the schema judges nothing"


def test_github_actions_are_pinned_and_may_only_read(tmp_path: Path) -> None:
    written = text(tmp_path, "github")
    used = re.findall(r"uses: *(.*)", written)
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
    loaded: Any = yaml.safe_load(written)
    assert loaded["permissions"] == {"contents": "read"}
    assert not [name for name, job in loaded["jobs"].items() if "permissions" in job]
    for job in loaded["jobs"].values():
        (checkout,) = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
        assert checkout["with"]["persist-credentials"] is False


def test_on_github_one_step_alone_has_the_key(tmp_path: Path) -> None:
    loaded: Any = yaml.safe_load(text(tmp_path, "github"))
    check, upload = loaded["jobs"]["check"], loaded["jobs"]["upload"]
    assert [step["run"] for step in check["steps"] if step.get("run", "").startswith("make ")] == TASKS
    assert "secrets." not in str(check)
    assert upload["if"] == "github.ref_type == 'tag'"
    assert upload["needs"] == "check"
    assert upload["environment"] == "cloacina"
    keyed = [step for step in upload["steps"] if "secrets." in str(step)]
    assert [step["run"] for step in keyed] == ["python3 scripts/upload.py target/*.cloacina"]
    # Where the key is, nothing of the crate is compiled or run, and no cache of the other job is taken.
    assert not [step for step in upload["steps"] if re.search(r"make (?!pack)|cargo (?!install)|cache", str(step))]


def test_on_gitlab_the_check_knows_no_key_and_a_tag_uploads(tmp_path: Path) -> None:
    loaded: Any = yaml.safe_load(text(tmp_path, "gitlab"))
    check, upload = loaded["check"], loaded["upload"]
    assert [line for line in check["script"] if line.startswith("make ")] == TASKS
    assert "environment" not in check
    assert upload["environment"] == "cloacina"
    assert upload["rules"] == [{"if": "$CI_COMMIT_TAG =~ /^v/"}]
    assert upload["script"][-2:] == ["make pack", "python3 scripts/upload.py target/*.cloacina"]
    assert "cache" not in upload
    # Everything that CI leaves in the directory is in target, which is not packed.
    assert check["cache"]["paths"] == ["target"]
    assert loaded["variables"]["CARGO_HOME"] == "$CI_PROJECT_DIR/target/cargo-home"
