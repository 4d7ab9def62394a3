"""Room tests/e2e/: the README's first command on a machine with cargo: the crate is built and run in the engine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.support import ROOT, work_dir


def test_first_crate_is_built_and_run(cargo: str, cargo_env: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "first_crate.py"), "--output", str(tmp_path)]
    env = {**cargo_env, "CLOACINA_SERVICE_WORK": str(work_dir())}
    outcome = subprocess.run(command, capture_output=True, text=True, env=env, cwd=tmp_path, stdin=subprocess.DEVNULL)
    said = outcome.stdout
    assert outcome.returncode == 0, said + outcome.stderr
    assert "linted: no errors" in said
    library = re.search(r"built: (\S+/release/libmy_service\.(?:so|dylib))", said)
    assert library is not None
    assert Path(library[1]).is_file()
    assert re.search(r"tested: \d+ passed, [1-9]\d* of them through the real engine", said)
    assert "left out" not in said
