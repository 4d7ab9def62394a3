"""Room tests/e2e/: crates that start by themselves, with faults, which their own test of the built library sees.

That it passes without them is in the matrix (test_matrix.py), that a real server starts them in test_service.py.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e import matrix

# What goes wrong without a word on a server: version, start, old and new text of src/lib.rs.
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
    "unbound": ("0.6.1", "event", 'trigger = reactor("{workflow}")', 'trigger = reactor("elsewhere")'),
    "emptied": (  # only plain values arrive
        "0.6.1",
        "event",
        'Option<&String>) -> Result<Vec<Order>, String> {\n        let text = orders.ok_or("nothing was pushed")?;',
        (
            "Option<&Value>) -> Result<Vec<Order>, String> {\n"
            '        let text = orders.and_then(Value::as_str).ok_or("nothing was pushed")?;'
        ),
    ),
    "mute": (  # only a `Value` leaves the library
        "0.11.1",
        "event",
        'Value {\n        let line = json!({"items": total.items, "total_cents": total.cents});',
        'String {\n        let line = json!({"items": total.items, "total_cents": total.cents}).to_string();',
    ),
}
# What the test says of it.
SAYS = {
    "renamed": "a server of this version starts the workflow that is named like the trigger",
    "panicking": "triggers that can be read",
    "retargeted": "assertion `left == right` failed",
    "silent": "a trigger that fires",
    "unbound": "assertion `left == right` failed",
    "emptied": "nothing was pushed",
    "mute": "assertion `left == right` failed",
}


def name_of(kind: str, version: str) -> str:
    return f"{kind}-{version.replace('.', '-')}"


@pytest.mark.parametrize("fault", FAULTS)
def test_the_crates_own_test_sees_what_would_not_start_it(
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
    command = ["cargo", "test", "--test", "service_mode"]
    run = subprocess.run(command, cwd=crate, env=cargo_env, capture_output=True, text=True)
    assert f"test {matrix.loading_test(start)} ... FAILED" in run.stdout, run.stdout + run.stderr
    assert SAYS[fault] in run.stdout + run.stderr
