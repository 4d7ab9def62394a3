"""Room tests/e2e/: crates whose workflow starts by itself: their own test runs the trigger of the built library.

That a real server starts them is in test_service.py.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

THROUGH_THE_LIBRARY = "test the_built_library_is_loaded_and_its_workflow_completes ... "
CASES = [("0.6.1", "cron"), ("0.11.1", "poll")]
# What goes wrong without a word on a server, and is seen by the crate's own test: file, old, new, what the test says.
FAULTS = {
    "renamed": (
        "0.6.1",
        "cron",
        '        name = "{workflow}",\n    )]\n    pub fn nightly',
        "    )]\n    pub fn nightly",
    ),
    "panicking": ("0.6.1", "cron", 'cron = "0 3 * * *"', 'cron = "0 33 * * *"'),
    "retargeted": ("0.11.1", "poll", 'on = "{workflow}"', 'on = "elsewhere"'),
    "silent": ("0.11.1", "poll", "Ok(TriggerResult::Fire(Some(context)))", "Ok(TriggerResult::Fire(None))"),
}
SAYS = {
    "renamed": "a server of this version starts the workflow that is named like the trigger",
    "panicking": "triggers that can be read",
    "retargeted": "assertion `left == right` failed",
    "silent": "a trigger that fires",
}


def name_of(kind: str, version: str) -> str:
    return f"{kind}-{version.replace('.', '-')}"


def engine_test(crate: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["cargo", "test", "--test", "service_mode"]
    return subprocess.run(command, cwd=crate, env=env, capture_output=True, text=True)


@pytest.mark.parametrize(("version", "start"), CASES)
def test_the_crates_own_test_runs_the_trigger(
    baked: Callable[..., Path], cargo: str, cargo_env: dict[str, str], version: str, start: str
) -> None:
    crate = baked(version, crate_name=name_of(start, version), start=start)
    run = engine_test(crate, cargo_env)
    assert f"{THROUGH_THE_LIBRARY}ok" in run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize("fault", FAULTS)
def test_the_crates_own_test_sees_a_trigger_that_would_not_start_it(
    baked: Callable[..., Path], cargo: str, cargo_env: dict[str, str], tmp_path: Path, fault: str
) -> None:
    version, start, old, new = FAULTS[fault]
    name = name_of(fault, version)
    crate = tmp_path / name
    shutil.copytree(baked(version, crate_name=name, start=start), crate)
    source = crate / "src" / "lib.rs"
    text, old = source.read_text(encoding="utf-8"), old.replace("{workflow}", name.replace("-", "_"))
    assert text.count(old) == 1, old
    source.write_text(text.replace(old, new), encoding="utf-8")
    run = engine_test(crate, cargo_env)
    assert f"{THROUGH_THE_LIBRARY}FAILED" in run.stdout, run.stdout + run.stderr
    assert SAYS[fault] in run.stdout + run.stderr
