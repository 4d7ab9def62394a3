"""Room tests/e2e/: the matrix: which combinations of answers the template supports, and how each fares for real.

A row is a combination of those answers that change code (tests/template/test_combinations.py holds that no other answer
does); a column is what is done with its crate. tests/e2e/test_matrix.py runs the rows, tests/e2e/matrix_table.py shows
what came out.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import NamedTuple

from cloacina_lint.deep.symbols import REGISTRY_SYMBOL, SymbolsError, exported_symbols

from scripts import _environment
from scripts._versions import known, order
from tests.e2e.proving import library_name
from tests.support import ROOT, work_dir

COLUMNS = ("build", "symbol", "test", "clippy", "fmt", "lint", "pack", "validate")
STARTS = ("request", "cron", "poll", "event")
EDITIONS = ("2021", "2024")
# (version, start) -> why the template refuses it; "*" is every start.
REFUSED = {
    ("0.6.1", "poll"): "no server of Cloacina 0.6.1 ever polls a package's trigger",
    ("0.7.0", "poll"): "no server of Cloacina 0.7.0 ever polls a package's trigger",
    **{(version, "*"): why for version, why in known().not_offered.items()},
}
# The quick part: everything of the first version, and each other version once, so that each start and each edition
# comes up with an early and with a late one.
QUICK = (
    *("0.6.1-request-2021", "0.6.1-request-2024", "0.6.1-cron-2021", "0.6.1-cron-2024"),
    *("0.6.1-event-2021", "0.6.1-event-2024", "0.7.0-cron-2021", "0.8.0-poll-2021", "0.9.0-request-2024"),
    *("0.10.0-cron-2024", "0.11.1-poll-2021", "0.11.1-event-2024"),
)
# The one whose cloacinactl is there in every complete run of the tests.
QUICK_TOOL = "0.6.1"
VALIDATES_FROM = "0.8.0"
OK, FAIL, NONE = "ok", "FAIL", "-"
THROUGH_THE_LIBRARY = "the_built_library_is_loaded_and_its_workflow_completes"
SECONDS = 1800


class Row(NamedTuple):
    """A combination of answers; `refused`: why the template does not take it, empty where it does."""

    version: str
    start: str
    edition: str
    refused: str = ""

    @property
    def id(self) -> str:
        return "-".join((self.version, self.start, self.edition))

    @property
    def answers(self) -> dict[str, str]:
        """Of its own crate name: libraries of one name would overwrite each other in the shared target directory."""
        name = f"matrix-{self.version.replace('.', '-')}-{self.start}-e{self.edition}"
        answers = {"crate_name": name, "start": self.start, "edition": self.edition}
        # Both forms of the optional lines in Cargo.toml, package.toml and src/lib.rs.
        return answers if self.edition == "2021" else {**answers, "author": "Ada Lovelace <ada@example.org>"}


def loading_test(start: str) -> str:
    """The name of the crate's test that loads the built library."""
    return "the_built_library_is_loaded_and_its_graph_fires" if start == "event" else THROUGH_THE_LIBRARY


def table() -> list[Row]:
    """Every combination, supported and refused."""
    versions = sorted({*known().offered, *(version for version, _ in REFUSED)}, key=order)
    rows = []
    for version in versions:
        if (version, "*") in REFUSED:
            rows.append(Row(version, "*", "*", REFUSED[version, "*"]))
            continue
        for start, edition in product(STARTS, EDITIONS):
            rows.append(Row(version, start, edition, REFUSED.get((version, start), "")))
    return rows


def chosen(which: str) -> list[Row]:
    """Supported rows: "quick", "all", or those of one version."""
    supported = [row for row in table() if not row.refused]
    if which == "quick":
        return [row for row in supported if row.id in QUICK]
    return [row for row in supported if which in ("all", row.version)]


def columns(row: Row, which: str) -> tuple[str, ...]:
    """What is done with the crate of a row."""
    if which != "quick" or row.version == QUICK_TOOL:
        return COLUMNS
    return tuple(name for name in COLUMNS if name not in ("pack", "validate"))


class Outcome:
    """What became of a row: `results`: column -> OK, FAIL or NONE; `said`: what the failed columns printed."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.results: dict[str, str] = {}
        self.said: dict[str, str] = {}
        self.seconds = 0.0

    def save(self) -> None:
        file = results_dir() / f"{self.row.id}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = {"results": self.results, "seconds": round(self.seconds, 1), "template": template_code()}
        file.write_text(json.dumps(kept), encoding="utf-8")


def template_code() -> str:
    """A name for that part of the template which the rows' crates are made of."""
    sources = ("Cargo.toml", "package.toml", "build.rs", "src", "tests")
    crate = ROOT / "<<cookiecutter.crate_name>>"
    shared = (ROOT / "cloacina_service_ext.py", ROOT / "templates")
    return _environment.digest([*shared, *(crate / name for name in sources)])


def results_dir() -> Path:
    return work_dir() / "e2e" / "matrix"


class Runner:
    """Does the columns for the crate of a row; `tool`: version -> path of its cloacinactl, asked for when needed."""

    def __init__(self, row: Row, crate: Path, env: dict[str, str], tool: Callable[[str], Path], folder: Path) -> None:
        self.row = row
        self.crate = crate
        self.env = env
        self.tool = tool
        self.archive = folder / f"{crate.name}.cloacina"
        self.executables: list[str] = []
        # cloacinactl keeps settings at home.
        self.home = {**self.env, "HOME": str(folder), **_rust_homes()}
        self.library = Path(env["CARGO_TARGET_DIR"]) / "release" / library_name(crate.name)

    def run(self, wanted: Iterable[str]) -> Outcome:
        """Every wanted column, also after one that failed; what needs another's product fails with it."""
        outcome, begun = Outcome(self.row), time.monotonic()
        self._share_lock()
        for name in wanted:
            said = getattr(self, f"_{name}")()
            outcome.results[name] = NONE if said is None else FAIL if said else OK
            if said:
                outcome.said[name] = said
        self._keep_lock()
        outcome.seconds = time.monotonic() - begun
        return outcome

    def _command(self, *command: str | Path, env: dict[str, str] | None = None) -> tuple[int, str]:
        try:
            run = subprocess.run(
                command, cwd=self.crate, env=env or self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, errors="replace", timeout=SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return 124, f"stopped after {SECONDS} s"
        return run.returncode, run.stdout

    def _succeeds(self, *command: str | Path, env: dict[str, str] | None = None) -> str:
        """Empty where the command succeeds, else what it printed."""
        status, said = self._command(*command, env=env)
        return "" if status == 0 else said or f"exit status {status}"

    def _build(self) -> str:
        self.library.unlink(missing_ok=True)
        said = self._succeeds("cargo", "build", "--release")
        return said or ("" if self.library.is_file() else f"no {self.library.name}")

    def _symbol(self) -> str:
        try:
            exported = exported_symbols(str(self.library))
        except SymbolsError as error:
            return str(error)
        return "" if REGISTRY_SYMBOL in exported else f"it does not export {REGISTRY_SYMBOL}"

    def _test(self) -> str:
        status, said = self._command("cargo", "test")
        self.executables += re.findall(r"^ +Running .* \((/.+)\)$", said, re.M)
        passed = passed_tests(said)
        loaded = passed.get("tests/service_mode.rs") == {loading_test(self.row.start)}
        wanted = loaded and len(passed.get("src/lib.rs", ())) >= 6
        return "" if status == 0 and wanted else said

    def _clippy(self) -> str:
        return self._succeeds("cargo", "clippy", "--all-targets", "--", "-D", "warnings")

    def _fmt(self) -> str:
        return self._succeeds("cargo", "fmt", "--check")

    def _lint(self) -> str:
        env = {**self.env, "PYTHONPATH": str(ROOT / "lint"), "NO_COLOR": "1"}
        status, said = self._command(sys.executable, "-m", "cloacina_lint", ".", env=env)
        return "" if status == 0 and "nothing found" in said else said

    def _pack(self) -> str:
        program = self.tool(self.row.version)
        said = self._succeeds(program, "package", "pack", ".", "--out", self.archive, env=self.home)
        return said or ("" if self.archive.is_file() else "no archive")

    def _validate(self) -> str | None:
        program = self.tool(self.row.version)
        if order(self.row.version) < order(VALIDATES_FROM):
            _, said = self._command(program, "package", "--help", env=self.home)
            return f"it has the verb now:\n{said}" if re.search(r"^ +validate ", said, re.M) else None
        return self._succeeds(program, "package", "validate", self.archive, env=self.home)

    def take_away(self) -> None:
        """Remove what only this row needs: a test executable holds the whole engine, and all rows' fill a disk."""
        for executable in self.executables:
            Path(executable).unlink(missing_ok=True)
        target, name = Path(self.env["CARGO_TARGET_DIR"]), self.crate.name.replace("-", "_")
        for path in target.glob(f"*/incremental/{name}-*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in (*target.glob(f"*/*{name}*"), *target.glob(f"*/deps/*{name}*")):
            path.unlink(missing_ok=True)

    # One lock file a version: whenever cargo resolves it, the engine that the rows share is built once.
    def _lock(self) -> Path:
        return results_dir() / f"{self.row.version}-{template_code()}.lock"

    def _share_lock(self) -> None:
        kept, own = self._lock(), self.crate / "Cargo.lock"
        if kept.is_file() and not own.is_file():
            own.write_text(kept.read_text(encoding="utf-8").replace("CRATE-NAME", self.crate.name), encoding="utf-8")

    def _keep_lock(self) -> None:
        kept, own = self._lock(), self.crate / "Cargo.lock"
        if own.is_file() and not kept.is_file():
            for old in results_dir().glob(f"{self.row.version}-*.lock"):
                old.unlink()
            kept.parent.mkdir(parents=True, exist_ok=True)
            text = own.read_text(encoding="utf-8").replace(f'name = "{self.crate.name}"', 'name = "CRATE-NAME"')
            kept.write_text(text, encoding="utf-8")


def _rust_homes() -> dict[str, str]:
    """Where cargo and rustup look, whatever HOME is."""
    return {
        "CARGO_HOME": os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo")),
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", os.path.expanduser("~/.rustup")),
    }


def passed_tests(output: str) -> dict[str, set[str]]:
    """What `cargo test` said: test executable ("src/lib.rs", "tests/service_mode.rs") -> names of passed tests."""
    passed: dict[str, set[str]] = {}
    executable = ""
    for line in output.splitlines():
        if started := re.match(r" +Running (?:unittests )?(\S+) \(", line):
            executable = started[1]
            passed[executable] = set()
        elif ok := re.fullmatch(r"test (\S+) \.\.\. ok", line):
            passed[executable].add(ok[1])
    return passed


def rustc() -> str:
    """The rustc that builds the rows, "1.95.0"; empty without one."""
    if shutil.which("rustc") is None:
        return ""
    said = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout
    found = re.match(r"rustc (\S+)", said)
    return found[1] if found else ""
