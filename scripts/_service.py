"""Room scripts/: what the tests of the real service need: PostgreSQL's programs, the engine's server and compiler
service, built from the crate registry.

`python -m scripts._service 0.6.1` builds all that those tests need of this version, cloacinactl first.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

from scripts import _cargo, _terminal

TOOLS = ("cloacina-server", "cloacina-compiler")
NO_POSTGRES = (
    "PostgreSQL's server programs (initdb, postgres) were not found; "
    "install them (Debian and Ubuntu: apt install postgresql; macOS: brew install postgresql) and run this again"
)
NO_LIBPQ = (
    "libpq, which cloacina-server links, was not found; "
    "install it (Debian and Ubuntu: apt install libpq-dev) and run this again"
)
NO_LIBPYTHON = (
    "the library of Python {0}, which cloacina-server links, was not found; "
    "install it (Debian and Ubuntu: apt install python3-dev) and run this again"
)


def postgres_programs() -> Path | None:
    """The folder with initdb, postgres and psql; Debian's first, the newest of them, then PATH. None: not installed."""
    folders = [Path(name) for name in glob.glob("/usr/lib/postgresql/*/bin")]
    folders.sort(key=lambda folder: [int(number) for number in re.findall(r"\d+", folder.parent.name)], reverse=True)
    found = shutil.which("initdb")
    if found:
        folders.append(Path(found).resolve().parent)
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres", "psql")):
            return folder
    return None


def lacking() -> str | None:
    """Why the service cannot run on this machine, in one line with the remedy; None when it can."""
    return NO_POSTGRES if postgres_programs() is None else _cannot_build()


@cache
def _cannot_build() -> str | None:
    """Why the server cannot be built here; minutes of building would come before the linker says so."""
    reason = _cargo.lacking()
    if reason or not sys.platform.startswith("linux"):
        return reason
    if not _links("pq"):
        return NO_LIBPQ
    # pyo3 takes the python3 of PATH, which is this one or of the same installation.
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if not _links(f"python{version}", sysconfig.get_config_var("LIBDIR")):
        return NO_LIBPYTHON.format(version)
    return None


def _links(library: str, folder: str | None = None) -> bool:
    """Does the linker find this library?"""
    compiler = next(name for name in ("cc", "gcc", "clang") if shutil.which(name))
    command = [compiler, "-x", "c", "-", "-o", "/dev/null", *([f"-L{folder}"] if folder else []), f"-l{library}"]
    return subprocess.run(command, input=b"int main(void) { return 0; }", capture_output=True).returncode == 0


def path(tool: str, version: str) -> Path:
    """Where `install` puts the program."""
    return _cargo.tool_path(tool, version)


def install(tool: str, version: str) -> Path:
    """`cloacina-server` or `cloacina-compiler` of this version, built once and kept. Raises UserError."""
    return _cargo.install_tool(tool, version, needs=_cannot_build)


def built(version: str) -> bool:
    """All three programs are there."""
    return all(path(tool, version).exists() for tool in ("cloacinactl", *TOOLS))


def install_all(version: str, *others: str) -> int:
    """All three programs of this version, then `cloacinactl` of others. Raises UserError."""
    _cargo.install_cloacinactl(version)
    for tool in TOOLS:
        install(tool, version)
    for other in others:
        _cargo.install_cloacinactl(other)
    return 0


if __name__ == "__main__":
    sys.exit(_terminal.guarded(lambda: install_all(*sys.argv[1:])))
