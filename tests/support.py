"""Room tests/: what every test may need: the repository's root, the work directory, missing tools, baking a crate."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts._versions import known

ROOT = Path(__file__).resolve().parent.parent
STRICT = os.environ.get("CLOACINA_SERVICE_STRICT") == "1"
VERSIONS = known().offered


def work_dir() -> Path:
    """Where builds, tools and environments are kept: $CLOACINA_SERVICE_WORK, else <root>/.work."""
    return Path(os.environ.get("CLOACINA_SERVICE_WORK") or ROOT / ".work").resolve()


def missing(what: str) -> None:
    """A tool is not there: a failure where CLOACINA_SERVICE_STRICT=1 (CI), a skip elsewhere."""
    if STRICT:
        pytest.fail(what)
    pytest.skip(what)


def need(program: str, hint: str) -> str:
    """Path of a program on PATH, or `missing` with a hint how to get it."""
    found = shutil.which(program)
    if found is None:
        missing(f"{program} not found: {hint}")
        raise AssertionError("unreachable")
    return found


def cargo_env(**extra: str) -> dict[str, str]:
    """The environment for every cargo call of the tests: one shared target directory, no colour, no debug information
    (with it each test program that has the engine in it takes some 150 MB, and longer to link), and a PATH without the
    tests' own environment (a change of PATH makes cargo build all that depends on PyO3's build script anew)."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CARGO_PKG_", "RUSTFLAGS", "VIRTUAL_ENV"))}
    own = {os.path.realpath(place) for place in (Path(sys.prefix, "bin"), Path(sys.executable).parent)}
    if sys.prefix != sys.base_prefix:
        entries = env.get("PATH", os.defpath).split(os.pathsep)
        env["PATH"] = os.pathsep.join(entry for entry in entries if os.path.realpath(entry) not in own)
    env.update(CARGO_TARGET_DIR=str(work_dir() / "target"), CARGO_TERM_COLOR="never")
    env.update(CARGO_PROFILE_DEV_DEBUG="0", CARGO_INCREMENTAL="0", **extra)
    return env


def cookiecutter_env() -> dict[str, str]:
    """Environment for the real `cookiecutter` command that keeps its replay and clone folders in the work directory."""
    config = work_dir() / "cookiecutter" / "config.yaml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(
        f"cookiecutters_dir: {config.parent / 'clones'}\nreplay_dir: {config.parent / 'replay'}\n", encoding="utf-8"
    )
    return {**os.environ, "COOKIECUTTER_CONFIG": str(config), "PYTHONPATH": str(ROOT / "lint")}


def bake(output: Path, *arguments: str, **answers: str) -> subprocess.CompletedProcess[str]:
    """Run the real cookiecutter on this repository without prompts; the crate lands in output/<crate_name>."""
    command = [sys.executable, "-m", "cookiecutter", str(ROOT), "--no-input", "-o", str(output), *arguments]
    command += [f"{key}={value}" for key, value in answers.items()]
    return subprocess.run(command, capture_output=True, text=True, env=cookiecutter_env(), stdin=subprocess.DEVNULL)
