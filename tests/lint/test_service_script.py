"""Room tests/lint/: the real server's tests on a machine that lacks something: it is named, with the remedy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts import _service
from tests.lint.test_scripts import run_script
from tests.support import ROOT, work_dir


@pytest.fixture
def linker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """`linker("-lpq")`: a PATH, also this process's, with a cargo and with a C compiler that lacks such libraries."""

    def made(lacks: str) -> str:
        folder = tmp_path / "bin"
        folder.mkdir()
        for name, body in {"cc": f'case "$*" in *{lacks}*) exit 1;; esac', "cargo": "exit 1"}.items():
            (folder / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))
        return str(folder)

    _service._cannot_build.cache_clear()
    yield made
    _service._cannot_build.cache_clear()


@pytest.fixture
def postgres(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where Debian's PostgreSQL 9.6 and 15 seem to be, and no other."""
    for version in ("9.6", "15"):
        folder = tmp_path / "postgresql" / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "postgres", "psql"):
            (folder / name).write_text("", encoding="utf-8")
            (folder / name).chmod(0o755)
    monkeypatch.setattr("glob.glob", lambda _: [str(path) for path in tmp_path.glob("postgresql/*/bin")])
    return tmp_path / "postgresql"


def test_the_newest_complete_postgresql_is_taken(postgres: Path, linker: Callable[[str], str]) -> None:
    linker("nothing")
    assert _service.postgres_programs() == postgres / "15" / "bin"
    assert _service.lacking() is None
    (postgres / "15" / "bin" / "psql").unlink()
    assert _service.postgres_programs() == postgres / "9.6" / "bin"
    (postgres / "9.6" / "bin" / "initdb").chmod(0o644)
    assert _service.postgres_programs() is None
    assert _service.lacking() == _service.NO_POSTGRES
    assert "apt install postgresql;" in _service.NO_POSTGRES


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the libraries are looked for on Linux")
@pytest.mark.parametrize(
    ("lacks", "remedy"), [("-lpq", "apt install libpq-dev"), ("-lpython", "apt install python3-dev")]
)
def test_a_missing_library_is_named_before_the_build(
    postgres: Path, linker: Callable[[str], str], lacks: str, remedy: str
) -> None:
    linker(lacks)
    reason = _service.lacking()
    assert reason is not None
    assert remedy in reason
    assert "\n" not in reason


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the libraries are looked for on Linux")
@pytest.mark.parametrize(("strict", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
def test_the_tests_are_skipped_with_the_reason_or_fail_under_strict(
    linker: Callable[[str], str], strict: str, outcome: str
) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-r", "sE", "-p", "no:cacheprovider", "tests/e2e/test_service.py"]
    env = {**os.environ, "PATH": linker("-lpq"), "CLOACINA_SERVICE_STRICT": strict}
    env["CLOACINA_SERVICE_WORK"] = str(work_dir())
    ran = subprocess.run([*command, "-k", "up_after_all"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert re.search(rf"\b{outcome}", ran.stdout), ran.stdout
    assert re.search(r"apt install (libpq-dev|postgresql)", ran.stdout)
    assert ran.returncode == int(strict)


def test_a_version_that_the_template_does_not_offer_is_refused() -> None:
    outcome = run_script("test.py", "--service", "0.5.1")
    assert outcome.returncode == 2
    assert re.fullmatch(r"error: --service 0\.5\.1: .*take one of 0\.6\.1, .*0\.11\.1.*\n", outcome.stderr)
