#!/usr/bin/env python3
"""Room scripts/: puts the linter's real output into README.md. Run with the development environment's Python."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
FIXTURES = ROOT / "tests" / "lint" / "fixtures"
EXAMPLE = re.compile(r"^```console\n\$ (cloacina-lint [^\n]*)\n.*?^```$", re.MULTILINE | re.DOTALL)


def rendered(text: str) -> str:
    """The text with the output of every `console` example replaced by what its command says in tests/lint/fixtures."""
    return EXAMPLE.sub(lambda example: f"```console\n$ {example[1]}\n{_output(example[1])}```", text)


def _output(command: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "lint"), "NO_COLOR": "1"}
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "crates"
        if shlex.split(command)[1] == "migrate":  # which writes
            shutil.copytree(FIXTURES, place)
        else:
            place = FIXTURES
        outcome = subprocess.run(
            [sys.executable, "-m", "cloacina_lint", *shlex.split(command)[1:]],
            cwd=place,
            env=env,
            capture_output=True,
            text=True,
        )
    if outcome.returncode not in (0, 1):
        raise SystemExit(f"error: {command}: {outcome.stderr.strip()}")
    return outcome.stdout


if __name__ == "__main__":
    README.write_text(rendered(README.read_text(encoding="utf-8")), encoding="utf-8")
