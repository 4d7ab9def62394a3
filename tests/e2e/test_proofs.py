"""Room tests/e2e/: every rule's proof. What an `error` rule says goes wrong does go wrong with the real tools, and its
passing example builds, is loaded and runs to the end. docs/proofs.md lists all of them.

A proof is `kind: pattern`. `build`: the failing example's `cargo build --release --lib` fails and says so. `library`:
it builds, but no library of that name. `symbols`: it builds, but the library does not export that name. `load`: it
builds, and the probe host's report (proving.told) says so. `pack`: `cloacinactl package pack` refuses it. `server`: was
run on a real server by hand, and is listed only. In each case the passing example must not show the pattern.

Proofs that need an engine which nothing else in CI builds run nightly: `CLOACINA_SERVICE_NIGHTLY=1`.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli
from cloacina_lint import examples
from cloacina_lint.rule import Rule
from cloacina_lint.rules import load as load_rules

from tests.e2e import proving
from tests.e2e.proofs_table import CI_HOSTS, kind_and_pattern, run_by

NIGHTLY = os.environ.get("CLOACINA_SERVICE_NIGHTLY") == "1"
RUN_HERE = (".ci/run", "nightly") if NIGHTLY else (".ci/run",)
RULES = [rule for rule in load_rules() if not rule.deep]
# By version, so that one probe and one set of built dependencies serve many rules.
PROVED = sorted((rule for rule in RULES if run_by(rule) in RUN_HERE), key=lambda rule: (rule.version, rule.code))
PASSING = sorted(RULES, key=lambda rule: (rule.version, rule.code))


def ids(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}"


@pytest.fixture(scope="session")
def memory(cargo: str) -> proving.Memory:
    return proving.Memory("judged")


def package_name(files: dict[str, str]) -> str:
    try:
        name = tomli.loads(files["Cargo.toml"])["package"]["name"]
    except (KeyError, tomli.TOMLDecodeError):
        return "my-workflow"
    return str(name)


def has_host(version: str) -> bool:
    host = proving.host_version(version)
    return host is not None and (host in CI_HOSTS or NIGHTLY)


def judged(example: str, version: str, memory: proving.Memory, load: bool) -> dict[str, Any]:
    files, _ = examples.crate(example, version)
    return proving.judge(files, package_name(files), version, memory, load and has_host(version))


def pack(example: str, version: str, place: Path, cloacinactl: Callable[[str], Path]) -> tuple[int, str]:
    files, _ = examples.crate(example, version)
    crate = place / "crate"
    for path, text in files.items():
        (crate / path).parent.mkdir(parents=True, exist_ok=True)
        (crate / path).write_bytes(text.encode("utf-8"))
    program = [str(cloacinactl(version)), "--home", str(place / "home")]
    command = [*program, "package", "pack", str(crate), "--out", str(place / "x.cloacina")]
    run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("rule", PROVED, ids=ids)
def test_failing_example_goes_wrong_as_the_rule_says(
    rule: Rule, memory: proving.Memory, cloacinactl: Callable[[str], Path], tmp_path: Path
) -> None:
    kind, pattern = kind_and_pattern(rule)
    if kind == "pack":
        code, output = pack(rule.failing, rule.version, tmp_path, cloacinactl)
        assert code != 0, f"packed: {output}"
        assert re.search(pattern, output), output
        return
    outcome = judged(rule.failing, rule.version, memory, load=kind in ("load", "symbols"))
    if kind == "build":
        assert not outcome["built"], "cargo built it"
        assert re.search(pattern, outcome["output"]), outcome["output"]
        return
    assert outcome["built"], outcome["output"]
    if kind == "library":
        assert not any(re.search(pattern, name) for name in outcome["libraries"]), outcome["libraries"]
        assert not outcome["library"]
    elif kind == "symbols":
        assert outcome["library"]
        assert pattern not in outcome["symbols"]
        if outcome["report"] is not None:
            assert pattern in proving.trouble(outcome["report"])
    else:
        assert kind == "load", f"a proof of no known kind: {rule.proof}"
        assert outcome["report"] is not None, f"no library to load: {outcome['libraries']}"
        told = proving.told(outcome["report"])
        assert re.search(pattern, told, re.MULTILINE), told


@pytest.mark.parametrize("rule", PASSING, ids=ids)
def test_passing_example_builds_and_runs(rule: Rule, memory: proving.Memory) -> None:
    outcome = judged(rule.passing, rule.version, memory, load=True)
    assert outcome["built"], outcome["output"]
    assert outcome["library"], outcome["libraries"]
    kind, pattern = kind_and_pattern(rule)
    if kind == "symbols":
        assert pattern in outcome["symbols"]
    if kind == "library":
        assert any(re.search(pattern, name) for name in outcome["libraries"])
    report = outcome["report"]
    if report is None:
        assert not has_host(rule.version)
        return
    assert proving.trouble(report) == "", proving.told(report)
    if kind == "load":
        assert not re.search(pattern, proving.told(report), re.MULTILINE), proving.told(report)


@pytest.mark.parametrize("rule", [rule for rule in PROVED if kind_and_pattern(rule)[0] == "pack"], ids=ids)
def test_passing_example_packs(rule: Rule, cloacinactl: Callable[[str], Path], tmp_path: Path) -> None:
    code, output = pack(rule.passing, rule.version, tmp_path, cloacinactl)
    assert code == 0, output
