"""Room deep/: the output of `cargo test` as counts and failures."""

from __future__ import annotations

import os
import re

from .problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..source.text import Span
    from .place import Places

_RUNNING = re.compile(r"^\s+Running (?:unittests )?(?P<path>\S+) \((?P<program>.+)\)$")
_DOC = re.compile(r"^\s+Doc-tests \S+$")
_COUNT = re.compile(r"^running (?P<count>\d+) tests?$")
_RESULT = re.compile(
    r"^test result: (?:ok|FAILED)\. (?P<passed>\d+) passed; (?P<failed>\d+) failed; (?P<ignored>\d+) ignored;"
)
_FAILED = re.compile(r"^test (?P<name>.+?)(?: - should panic)? \.\.\. FAILED$")
_SECTION = re.compile(r"^---- (?P<name>.+?) stdout ----$")
_PANIC = re.compile(r"panicked at (?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+):$")
_NO_PANIC = re.compile(
    r"^note: (?P<what>test did not panic as expected) at (?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+)$"
)
_CRASH = re.compile(r"^\s+process didn't exit successfully: `.*?` \((?P<how>.+)\)$")
_TO_RERUN = re.compile(r"^error: (?:test failed|doctest failed), to rerun pass `(?P<which>[^`]+)`")
_STOP = re.compile(r"^(?:note: run with `RUST_BACKTRACE|stack backtrace:|----|failures:|test result:)")
_DOC_PLACE = re.compile(r"^(?P<path>\S+\.rs) - .*\(line (?P<line>\d+)\)$")


class Target:
    """One test program's run. path: its source in the crate, "" for the doc tests. counted: it gave results."""

    __slots__ = ("counted", "failed", "failures", "ignored", "passed", "path", "said")

    def __init__(self, path: str) -> None:
        self.path = path
        self.counted = False
        self.passed = 0
        self.failed = 0
        self.ignored = 0
        self.failures: list[str] = []
        self.said: dict[str, list[str]] = {}

    @property
    def label(self) -> str:
        if not self.path:
            return "doc tests"
        return "unit tests" if self.path.endswith(("src/lib.rs", "src/main.rs")) else os.path.basename(self.path)


class TestRun:
    """All of `cargo test`. crashes: (target, how) of programs that ended otherwise than by failing tests."""

    def __init__(self, lines: list[str]) -> None:
        self.targets: list[Target] = []
        self.crashes: list[tuple[Target, str]] = []
        at: Target | None = None
        section: str | None = None
        for line in lines:
            running = _RUNNING.match(line)
            if running or _DOC.match(line):
                at, section = Target(running["path"] if running else ""), None
                self.targets.append(at)
            if at is None:
                continue
            if result := _RESULT.match(line):
                at.counted, section = True, None
                at.passed += int(result["passed"])
                at.failed += int(result["failed"])
                at.ignored += int(result["ignored"])
            elif failed := _FAILED.match(line):
                at.failures.append(failed["name"])
            elif begin := _SECTION.match(line):
                section = begin["name"]
                at.said[section] = []
            elif line == "failures:":
                section = None
            elif section is not None:
                at.said[section].append(line)
        self._crashes(lines)

    def _crashes(self, lines: list[str]) -> None:
        """Programs that gave no results: cargo says so at once (fail-fast) or after the program."""
        at: Target | None = None
        for line in lines:
            running = _RUNNING.match(line)
            if running or _DOC.match(line):
                at = next((t for t in self.targets if t.path == (running["path"] if running else "")), None)
            crash = _CRASH.match(line)
            if crash and at is not None and not at.counted and all(at is not target for target, _ in self.crashes):
                self.crashes.append((at, crash["how"]))

    @property
    def ran(self) -> int:
        """Tests that ran. A program with a harness of its own counts as one."""
        return sum(t.passed + t.failed if t.counted else 1 for t in self.targets)

    @property
    def ignored(self) -> int:
        return sum(target.ignored for target in self.targets)

    def summary(self) -> str:
        """Like "7 passed; service_mode.rs: 1 passed, 1 failed"; programs without tests are left out."""
        parts = []
        for target in self.targets:
            crash = next((how for crashed, how in self.crashes if crashed is target), "")
            counts = [
                f"{count} {word}"
                for count, word in ((target.passed, "passed"), (target.failed, "failed"), (target.ignored, "ignored"))
                if count
            ]
            said = ", ".join(counts) if target.counted else f"ended early ({crash})" if crash else "ran"
            if said:
                parts.append(said if target.label == "unit tests" else f"{target.label}: {said}")
        return "; ".join(parts)


def failures(run: TestRun, places: Places) -> list[Problem]:
    """One problem for each failed test and each program that crashed."""
    found = [_failure(target, name, places) for target in run.targets for name in target.failures]
    for target, how in run.crashes:
        words = f"the tests of {target.path or 'the documentation'} ended early: {how}"
        file = places.own(target.path) if target.path else None
        found.append(Problem(words, file.line_span(1) if file is not None else places.manifest_top()))
    return found


def _failure(target: Target, name: str, places: Places) -> Problem:
    said = target.said.get(name, [])
    # A doc test's panics are placed in the program that rustdoc made of it.
    place = _doc_place(name, places)
    reason: list[str] = []
    for number, line in enumerate(said):
        panic = _PANIC.search(line) or _NO_PANIC.match(line)
        if panic is None:
            continue
        if not reason:
            reason = [panic["what"]] if panic.re is _NO_PANIC else _until_stop(said[number + 1 :])
        if place is not None:
            break
        file = places.open(panic["path"]) if places.in_crate(panic["path"]) else None
        if file is not None:
            place = places.at(file, int(panic["line"]), int(panic["column"]))
            break
    if not reason:
        reason = _until_stop([line for line in said if line.strip()])
    words = " ".join(reason[0].split()) if reason else "no output"
    return Problem(
        f"test `{name}` failed: {words}", place or _function(target, name, places), notes=["\n".join(reason[1:6])]
    )


def _until_stop(lines: list[str]) -> list[str]:
    kept = []
    for line in lines:
        if _STOP.match(line):
            break
        if line.strip():
            kept.append(line.rstrip())
    return kept


def _doc_place(name: str, places: Places) -> Span | None:
    doc = _DOC_PLACE.match(name)
    file = places.open(doc["path"]) if doc else None
    return places.at(file, int(doc["line"])) if doc and file is not None else None


def _function(target: Target, name: str, places: Places) -> Span:
    """The test's own function in its target's file, else that file's first line, else the manifest."""
    file = places.own(target.path) if target.path else None
    if file is None:
        return places.manifest_top()
    return places.word(file, rf"\bfn\s+({re.escape(name.rsplit('::', 1)[-1])})\b") or file.line_span(1)
