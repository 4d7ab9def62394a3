"""Room tests/e2e/: one crate through a migration: a copy in a git work tree, the real command, the linter, cargo.

Each crate has one place under the work directory and its own target directory in it; what cargo builds on the way
goes into the shared one, where a library's file name has no hash. So crates have names of their own, and a crate is
built and tested by one process at a time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tests.e2e import proving
from tests.e2e.migrating.cases import EXTRA, Case
from tests.support import ROOT, cargo_env, work_dir

CRATES = Path(__file__).resolve().parent / "crates"
BUILD_SECONDS = 1800
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{
        f"GIT_{who}_{what}": f"{who.lower()}@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


class Ran:
    """A finished command. `code`: its exit status, 124 for one that was stopped; `output`: standard output and error;
    `errors`: standard error alone; `seconds`: how long it took."""

    def __init__(self, code: int, output: str, errors: str, seconds: float) -> None:
        self.code = code
        self.output = output
        self.errors = errors
        self.seconds = seconds


def _run(
    command: list[str], directory: Path, env: dict[str, str], seconds: int = BUILD_SECONDS, *, merged: bool = False
) -> Ran:
    """`merged`: standard error in its place between the lines of standard output, and nowhere else."""
    start = time.monotonic()
    where = subprocess.STDOUT if merged else subprocess.PIPE
    try:
        run = subprocess.run(
            command, cwd=directory, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=where,
            timeout=seconds, check=False,
        )  # fmt: skip
        code, out, err = run.returncode, run.stdout, run.stderr or b""
    except subprocess.TimeoutExpired as slow:
        code, out, err = 124, slow.stdout or b"", (slow.stderr or b"") + f"\nstopped after {seconds} s\n".encode()
    said = [_ANSI.sub("", part.decode("utf-8", "replace")) for part in (out, err)]
    return Ran(code, "\n".join(said), said[1], time.monotonic() - start)


class Place:
    """Where one crate is migrated. `root`: the git work tree; `crate`: the directory that is migrated."""

    def __init__(self, case: Case, kept: str) -> None:
        self.case = case
        self.base = work_dir() / "migrating" / kept / case.name
        self.root = self.base / "tree"
        self.crate = self.root / case.folder if case.folder else self.root

    def lay(self) -> None:
        """A fresh copy of the original, committed."""
        shutil.rmtree(self.root, ignore_errors=True)
        for left in ("lint.json", "migrate.txt", "build.txt", "test.txt"):
            (self.base / left).unlink(missing_ok=True)
        shutil.copytree(CRATES / self.case.name, self.root)
        ignore = self.root / ".gitignore"
        if not ignore.is_file():
            ignore.write_bytes(b"/target\n")
        if self.case.lock:
            self.lock_file().write_bytes(lock_of(self.case.version).read_bytes())
            self.cargo("update", "--workspace", "--offline")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("as it was")

    def lock_file(self) -> Path:
        """Cargo.lock, at the root of the workspace where there is one."""
        return self.root / "Cargo.lock"

    def git(self, *arguments: str) -> str:
        """What git printed; AssertionError where it failed."""
        ran = _run(["git", *arguments], self.root, {**os.environ, **GIT})
        assert ran.code == 0, ran.output
        return ran.output

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)

    def lint_tool(self, *arguments: str) -> Ran:
        """The real cloacina-lint on this crate, called from the root of the work tree."""
        env = {**os.environ, "PYTHONPATH": str(ROOT / "lint"), "NO_COLOR": "1", **GIT}
        return _run([sys.executable, "-m", "cloacina_lint", *arguments], self.root, env)

    def migrate(self, *arguments: str) -> Ran:
        return self.lint_tool("migrate", self.case.folder or ".", *self.case.arguments, *arguments)

    def lint(self) -> list[str]:
        """What the linter says of the crate, infos left out: `severity CODE path:line: message`."""
        report_file = self.base / "lint.json"
        ran = self.lint_tool("--format", "json", "--output", str(report_file), self.case.folder or ".")
        try:
            found = json.loads(report_file.read_text(encoding="utf-8"))["findings"]
        except (OSError, ValueError):
            return [f"the linter ended with {ran.code}: {ran.output[-2000:]}"]
        return [
            f"{f['severity']} {f['rule']} {f['path']}:{f['line']}: {f['message']}"
            for f in found
            if f["severity"] != "info" and f["rule"] not in self.case.warnings
        ]

    def cargo(self, *arguments: str) -> Ran:
        """cargo in the crate: its own target directory, the shared build directory."""
        shared = os.environ.get("CARGO_BUILD_BUILD_DIR") or str(work_dir() / "target")
        env = {**cargo_env(), "CARGO_TARGET_DIR": str(self.base / "target"), "CARGO_BUILD_BUILD_DIR": shared}
        nice = ["nice", "-n", "10"] if shutil.which("nice") else []
        with _held(self.case.name):
            return _run([*nice, "cargo", *arguments], self.crate, env, merged=True)

    def lend_lock(self) -> bool:
        """Cargo.lock where the crate has none, so that nothing is resolved anew. True where it was lent."""
        if self.lock_file().is_file():
            return False
        shutil.copyfile(lock_of(self.case.target), self.lock_file())
        return True

    def build(self) -> Ran:
        """`cargo build --release --lib`, as the compiler service calls it."""
        package = self.case.package
        fast = ["--config", f"profile.release.package.{package}.opt-level=0"]
        return self.cargo("build", "--release", "--lib", *fast)

    def library(self) -> Path:
        return self.base / "target" / "release" / proving.library_name(self.case.package)

    def files(self) -> dict[str, bytes]:
        """Every file of the work tree, path -> bytes, without git's own."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not path.is_symlink() and ".git" not in path.relative_to(self.root).parts
        }


def original(case: Case) -> dict[str, bytes]:
    folder = CRATES / case.name
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def digest(case: Case) -> str:
    """A name for the content of the original."""
    seen = [(path, hashlib.sha256(data).hexdigest()) for path, data in original(case).items()]
    return hashlib.sha256(json.dumps([seen, case.version]).encode()).hexdigest()[:20]


def counts(output: str) -> dict[str, int]:
    """What `cargo test` said: test program ("tests/service_mode.rs", "src/lib.rs", "doc") -> tests that passed."""
    passed: dict[str, int] = {}
    program = ""
    for line in output.splitlines():
        if started := re.match(r" +(?:Running (?:unittests )?(\S+) \(|Doc-tests )", line):
            program = started[1] or "doc"
        elif done := re.match(r"test result: ok\. (\d+) passed; 0 failed", line):
            passed[program] = passed.get(program, 0) + int(done[1])
    return passed


def symbols(library: Path) -> list[str]:
    from cloacina_lint.deep.symbols import exported_symbols

    return exported_symbols(str(library))


@contextmanager
def _held(name: str) -> Iterator[None]:
    path = work_dir() / "migrating" / "locks" / f"{name}.held"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@cache
def lock_of(version: str) -> Path:
    """A Cargo.lock with everything that the crates of this version use, resolved once, so that they share what cargo
    builds. Raises AssertionError with cargo's output."""
    manifest = EXTRA.replace("VERSION", version)
    name = hashlib.sha256(manifest.encode()).hexdigest()[:8]
    lock = work_dir() / "migrating" / "locks" / f"{version}-{name}.lock"
    with _held(f"resolve-{version}"):
        if lock.is_file():
            return lock
        place = work_dir() / "migrating" / "resolve" / version
        shutil.rmtree(place, ignore_errors=True)
        (place / "src").mkdir(parents=True)
        (place / "src" / "lib.rs").write_text("", encoding="utf-8")
        (place / "Cargo.toml").write_text(manifest, encoding="utf-8")
        # What other tests resolved is kept: the engine is built already.
        known = sorted((work_dir() / "e2e" / "baked").glob(f"{version}-*/shared-*/Cargo.lock"))
        if known:
            shutil.copyfile(known[0], place / "Cargo.lock")
        # Not `generate-lockfile`, which would update everything.
        ran = _run(["cargo", "metadata", "--format-version", "1"], place, dict(os.environ))
        assert ran.code == 0, ran.errors
        shutil.copyfile(place / "Cargo.lock", lock)
    return lock
