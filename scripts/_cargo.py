"""Room scripts/: cargo as this project calls it: is it there, what is missing, the engine's command line tool."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts import _environment, _terminal
from scripts._terminal import UserError

NO_CARGO = "cargo was not found; install Rust from https://rustup.rs and run this again"
NO_COMPILER = (
    "no C compiler (cc) was found, which cargo links with; "
    "install one (Debian and Ubuntu: apt install build-essential; macOS: xcode-select --install) and run this again"
)
# What a failed build says -> what it means on this machine.
HINTS = (
    (r"requires rustc (\d[\d.]*)", "this needs rustc {0} or newer: rustup update"),
    (r"no Python 3\.x interpreter found", "Cloacina's build looks for Python: put python3 on PATH"),
    (r"(?:unable to find library|cannot find) -lpython", "the engine links Python: apt install python3-dev"),
    (r"(?:unable to find library|cannot find) -lpq", "the engine links PostgreSQL's client: apt install libpq-dev"),
    (r"(?:linker `cc` not found|failed to find tool \"cc\")", NO_COMPILER),
    (r"failed to download|Could not resolve host|[Nn]etwork failure", "the crate registry could not be reached"),
    (r"No space left on device", "the disk is full"),
)


def lacking() -> str | None:
    """Why nothing can be built on this machine, in one line with the remedy; None when it can."""
    if shutil.which("cargo") is None:
        return NO_CARGO
    if not any(shutil.which(name) for name in ("cc", "gcc", "clang")):
        return NO_COMPILER
    return None


def no_room(gigabytes: int) -> str | None:
    """Why the work directory's disk is too small for builds that take so much, in one line; None when it is not.

    Where cargo has built already, most of it is there: a quarter is asked for.
    """
    work = _environment.work_dir()
    wanted = gigabytes if not (work / "target").is_dir() else gigabytes // 4
    there = next(place for place in (work, *work.parents) if place.is_dir())
    free = shutil.disk_usage(there).free // 10**9
    if free >= wanted:
        return None
    return (
        f"the builds need {wanted} GB in {work}, and {free} are free; make room, or name a directory with more in "
        "CLOACINA_SERVICE_WORK"
    )


def hint(log: Path) -> str | None:
    """What a failed build's log means, in one line, where we know it."""
    text = log.read_text(encoding="utf-8", errors="replace")
    for pattern, meaning in HINTS:
        found = re.search(pattern, text)
        if found:
            return meaning.format(*found.groups())
    return None


def progress(env: dict[str, str]) -> dict[str, str]:
    """`env` with cargo's own progress bar on, also into a pipe: _terminal reads the counts from it."""
    return {
        **env,
        "CARGO_TERM_COLOR": "never",
        "CARGO_TERM_PROGRESS_WHEN": "always",
        "CARGO_TERM_PROGRESS_WIDTH": "80",
    }


def tool_path(tool: str, version: str) -> Path:
    """Where `install_tool` puts the program."""
    return _environment.work_dir() / "tools" / f"{tool}-{version}" / "bin" / tool


def cloacinactl_path(version: str) -> Path:
    """Where `install_cloacinactl` puts the program."""
    return tool_path("cloacinactl", version)


def install_tool(
    tool: str, version: str, options: Sequence[str] = (), needs: Callable[[], str | None] = lacking
) -> Path:
    """One of the engine's programs of this version, built once and kept; processes that come later wait.

    `options`: further ones of `cargo install`. `needs`: why it cannot be built here, asked when it is not there yet.
    Raises UserError where it cannot be built.
    """
    program = tool_path(tool, version)
    if program.exists():
        return program
    with _environment.held(f"{tool}-{version}"):
        if program.exists():
            return program
        reason = needs()
        if reason:
            raise UserError(reason)
        work = _environment.work_dir()
        # Unoptimised it is there in a third of the time; all tools share what their dependencies compile to.
        command = ["cargo", "install", tool, "--version", version, "--locked", "--debug", *options]
        command += ["--root", str(program.parent.parent)]
        nice = ["nice", "-n", "10"] if shutil.which("nice") else []
        log = work / "logs" / f"{tool}-{version}.log"
        env = progress({**os.environ, "CARGO_TARGET_DIR": str(work / "target-tools"), "CARGO_PROFILE_DEV_DEBUG": "0"})
        if _terminal.run_step(f"build {tool} {version}", [*nice, *command], log, cwd=work, env=env):
            _terminal.show_tail(log)
            raise UserError(hint(log) or f"cargo install {tool} {version} failed; its log is {log}")
    return program


def install_cloacinactl(version: str) -> Path:
    """The engine's command line tool of this version, built once and kept; processes that come later wait.

    Raises UserError where it cannot be built.
    """
    # Packing needs neither PostgreSQL nor Kafka, and without them no library of the system is needed.
    return install_tool("cloacinactl", version, ["--no-default-features", "--features", "sqlite"])


if __name__ == "__main__":
    sys.exit(_terminal.guarded(lambda: 0 if install_cloacinactl(sys.argv[1]) else 1))
