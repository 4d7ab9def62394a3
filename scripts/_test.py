"""Room scripts/: every check and every test: ruff, mypy, pytest with the end-to-end tests, side by side."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from scripts import _cargo, _environment, _service, _terminal, _versions
from scripts._environment import ROOT
from scripts._terminal import UserError, say

PACKED_WITH = "0.6.1"
MAX_RATIO = "6"
# What a whole run takes in the work directory, in gigabytes, and the whole matrix.
ROOM, MATRIX_ROOM = 16, 24
LINT_DIRS = ("lint", "hooks", "scripts", "tests", "cloacina_service_ext.py")


def main(arguments: list[str]) -> int:
    return _terminal.guarded(lambda: _run(*_parse(arguments)))


def _parse(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="test.py",
        description="Run ruff, mypy and pytest. Arguments that are not listed here go to pytest.",
        allow_abbrev=False,
    )
    parser.add_argument("--quick", action="store_true", help="leave out the end-to-end tests (those that build crates)")
    parser.add_argument("--bench", action="store_true", help="measure the linter first, while the machine is quiet")
    parser.add_argument(
        "--service", metavar="VERSION", help="only run generated crates on a real server of this version"
    )
    parser.add_argument(
        "--matrix", metavar="VERSION", nargs="?", const="all",
        help="only build, run and pack the crate of every combination of answers, or of one version's",
    )  # fmt: skip
    parser.add_argument("--strict", action="store_true", help="a missing tool is a failure, not a skip")
    options, rest = parser.parse_known_args(arguments)
    options.strict = options.strict or os.environ.get("CLOACINA_SERVICE_STRICT") == "1"
    return options, rest


def _caches(work: Path) -> dict[str, str]:
    """Where the checkers keep what they learnt: in the work directory, not in the repository."""
    names = {"HYPOTHESIS_STORAGE_DIRECTORY": "hypothesis", "MYPY_CACHE_DIR": "mypy", "RUFF_CACHE_DIR": "ruff"}
    return {variable: str(work / "cache" / name) for variable, name in names.items()}


class _Check(threading.Thread):
    """A checker that runs beside the tests; its output is shown when it has ended."""

    def __init__(self, name: str, command: list[str], environment: _environment.Environment) -> None:
        super().__init__(name=name)
        self.command = [str(environment.program(command[0])), *command[1:]]
        self.child = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=environment.variables(**_caches(_environment.work_dir())),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""
        self.start()

    def run(self) -> None:
        self.output, _ = self.child.communicate()

    def passed(self) -> bool:
        """Wait for the end, tell it, and say whether nothing was found."""
        self.join()
        good = self.child.returncode == 0
        say(f"{'ok' if good else 'FAIL':<4} {self.name}")
        if not good:
            say(self.output.rstrip())
        return good


def _run(options: argparse.Namespace, pytest_arguments: list[str]) -> int:
    environment = _environment.ensure(dev=True)
    work = _environment.work_dir()
    if options.service:
        return _real_service(environment, options, pytest_arguments, work)
    if options.matrix:
        return _matrix(environment, options, pytest_arguments, work)
    lacking = _cargo.lacking()
    if lacking and options.strict and not options.quick:
        raise UserError(f"{lacking} (asked for by --strict)")
    no_service = None if options.quick else _service.lacking()
    if no_service and options.strict:
        raise UserError(f"{no_service} (asked for by --strict)")
    everything = not pytest_arguments
    if everything and not options.quick and not lacking and (no_room := _cargo.no_room(ROOM)):
        raise UserError(f"{no_room}; --quick leaves these tests out")
    checks: list[_Check] = []
    builder: subprocess.Popen[bytes] | None = None
    failed = 0
    try:
        if options.bench:
            failed += not _bench(environment, work)
        if everything and not options.quick and not lacking:
            builder = _start_builder(environment, work)
        if everything:
            paths = [name for name in LINT_DIRS if (ROOT / name).exists()]
            checks = [
                _Check("ruff check", ["ruff", "check", *paths], environment),
                _Check("ruff format --check", ["ruff", "format", "--check", *paths], environment),
                _Check("mypy --strict", ["mypy"], environment),
            ]
        # The short checks are told before the tests start, mypy at the end: it works beside them.
        failed += sum(not check.passed() for check in checks[:2])
        counts, status = _tests(environment, options, pytest_arguments, work)
        failed += sum(not check.passed() for check in checks[2:])
    finally:
        for child in [check.child for check in checks] + ([builder] if builder else []):
            _terminal.stop(child)
    if lacking and not options.quick:
        say(f"left out: the tests that build and run crates: {lacking}")
    elif no_service:
        say(f"left out: the tests on a real server: {no_service}")
    if options.quick:
        say("left out: the end-to-end tests (--quick); run without it for all")
    if counts is None:
        return status or 1
    # The last line is the whole account: the checks count beside the tests.
    checked = len(checks) + options.bench
    passed, tests_failed, skipped = counts
    say(f"{passed + checked - failed} passed, {tests_failed + failed} failed, {skipped} skipped")
    return status or (1 if failed else 0)


def _bench(environment: _environment.Environment, work: Path) -> bool:
    """The linter's time against an empty Python; the figures are shown. True when it is within its limit."""
    command = [str(environment.python), "tests/perf/bench_lint.py", "--max-ratio", MAX_RATIO]
    variables = environment.variables(CLOACINA_SERVICE_WORK=str(work))
    good = subprocess.run(command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL).returncode == 0
    say(f"{'ok' if good else 'FAIL':<4} {' '.join(command[1:])}")
    return good


def _start_builder(environment: _environment.Environment, work: Path) -> subprocess.Popen[bytes] | None:
    """Begin the longest builds now, beside the Python tests; the tests that need them wait for their locks."""
    newest = _versions.known().offered[-1]  # whose `package new` the tests of upgrades begin with
    if _service.built(PACKED_WITH) and _cargo.cloacinactl_path(newest).exists():
        return None
    log = work / "logs" / "tools-background.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    say(f"...  build cloacinactl {PACKED_WITH} and {newest}, and the server, in the background ({log})")
    with log.open("wb") as sink:
        return subprocess.Popen(
            [environment.python, "-m", "scripts._service", PACKED_WITH, newest],
            cwd=ROOT,
            env={**environment.variables(), "CLOACINA_SERVICE_WORK": str(work)},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )


def _real_service(
    environment: _environment.Environment, options: argparse.Namespace, arguments: list[str], work: Path
) -> int:
    """The tests on a real server of a chosen version; its programs are built in sight first."""
    offered = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))["cloacina_version"]
    if options.service not in offered:
        raise UserError(
            f"--service {options.service}: the template does not offer it; take one of {', '.join(offered)}"
        )
    reason = _service.lacking()
    if reason:
        raise UserError(reason)
    _service.install_all(options.service)
    os.environ["CLOACINA_SERVICE_VERSION"] = options.service
    _, status = _pytest(environment, options, ["-q", "tests/e2e/test_service.py", *arguments], work)
    return status


def _matrix(
    environment: _environment.Environment, options: argparse.Namespace, arguments: list[str], work: Path
) -> int:
    """The matrix, whole or of one version; the whole one, run to its end, is written to docs/matrix.md."""
    offered = _versions.known().offered
    if options.matrix != "all" and options.matrix not in offered:
        raise UserError(f"--matrix {options.matrix}: the template does not offer it; take one of {', '.join(offered)}")
    reason = _cargo.lacking() or _cargo.no_room(MATRIX_ROOM)
    if reason:
        raise UserError(reason)
    for version in offered:
        if options.matrix in ("all", version):
            _cargo.install_cloacinactl(version)
    os.environ["CLOACINA_SERVICE_MATRIX"] = options.matrix
    _, status = _pytest(environment, options, ["-q", "tests/e2e/test_matrix.py", *arguments], work)
    command = [str(environment.python), "-m", "tests.e2e.matrix_table"]
    command += ["--write"] if options.matrix == "all" else ["--version", options.matrix]
    variables = environment.variables(CLOACINA_SERVICE_WORK=str(work))
    shown = subprocess.run(command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL).returncode
    return status or shown


def _tests(
    environment: _environment.Environment, options: argparse.Namespace, arguments: list[str], work: Path
) -> tuple[tuple[int, int, int] | None, int]:
    """Run pytest in sight: the quick tests in two processes, then the end-to-end tests one after another, since cargo
    would make them wait for each other anyway; with arguments, pytest alone as asked.

    Returns ((passed, failed, skipped) or None where pytest did not come to an end, exit status).
    """
    if arguments:
        return _pytest(environment, options, arguments, work)
    counts, status = _pytest(environment, options, ["-q", "-n", "2", "-m", "not e2e"], work)
    if options.quick or counts is None:
        return counts, status
    later, late_status = _pytest(environment, options, ["-q", "-m", "e2e"], work)
    if later is None:
        return None, late_status or 1
    return (counts[0] + later[0], counts[1] + later[1], counts[2] + later[2]), status or late_status


def _pytest(
    environment: _environment.Environment, options: argparse.Namespace, arguments: list[str], work: Path
) -> tuple[tuple[int, int, int] | None, int]:
    """One run of pytest: ((passed, failed, skipped) or None, exit status)."""
    report = work / "logs" / "pytest.xml"
    report.unlink(missing_ok=True)
    command = [str(environment.python), "-m", "pytest", "-r", "fEs", "--durations=10", f"--junitxml={report}"]
    command += ["-o", f"cache_dir={work / 'cache' / 'pytest'}"]
    variables = environment.variables(CLOACINA_SERVICE_WORK=str(work), **_caches(work))
    if options.strict:
        variables["CLOACINA_SERVICE_STRICT"] = "1"
    status = subprocess.run([*command, *arguments], cwd=ROOT, env=variables).returncode
    sys.stdout.flush()
    return _counts(report), status


def _counts(report: Path) -> tuple[int, int, int] | None:
    """(passed, failed, skipped) of a JUnit file of pytest; None without one."""
    if not report.is_file():
        return None
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped
