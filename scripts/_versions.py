"""Room scripts/: versions.json, the one list of Cloacina's versions, and what is newer than it.

`offered`: the versions that the template offers, oldest first, one a minor version. `not_offered`: every other version
that was looked at, with the reason. Both together are the versions that the linter's contracts were proved with.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from typing import Any, NamedTuple

from scripts import _cargo, _terminal
from scripts._environment import ROOT
from scripts._terminal import UserError, say

FILE = "versions.json"
CRATE = "cloacina-workflow"
# What a generated crate, its tests and its way to a server take, each of the same version.
COMPANY = ("cloacina-workflow-plugin", "cloacina-build", "cloacina", "cloacinactl", "cloacina-server")
SECONDS = 60


class Known(NamedTuple):
    """The content of versions.json."""

    offered: tuple[str, ...]
    not_offered: dict[str, str]

    def all(self) -> tuple[str, ...]:
        return tuple(sorted({*self.offered, *self.not_offered}, key=order))


class Published(NamedTuple):
    """A published version and the rustc that it asks for, empty where it names none."""

    version: str
    rust: str


Ask = Callable[[str], Published | None]


def order(version: str) -> tuple[int, ...]:
    """ "0.10.0" comes after "0.9.0"."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def minor(version: str) -> str:
    """ "0.6.1" -> "0.6": versions of one minor version are compatible, for cargo too."""
    return ".".join(version.split(".")[:2])


def known() -> Known:
    data: dict[str, Any] = json.loads((ROOT / FILE).read_text(encoding="utf-8"))
    return Known(tuple(data["offered"]), dict(data["not_offered"]))


def ask(crate: str) -> Published | None:
    """The newest version of a crate, "name" or "name@0.6" (the newest that cargo takes for it), as cargo tells it.

    None: there is no such version. Raises UserError where cargo cannot be asked or cannot ask.
    """
    cargo = shutil.which("cargo")
    if cargo is None:
        raise UserError(_cargo.NO_CARGO)
    env = {**os.environ, "CARGO_TERM_COLOR": "never"}
    try:
        # In an empty folder: in a crate, cargo would answer with the version that this crate can take.
        with tempfile.TemporaryDirectory(prefix="versions-") as folder:
            run = subprocess.run(
                [cargo, "info", "--quiet", crate], cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UserError(f"cargo could not be asked for {crate}: {error}") from error
    version = re.search(r"^version: (\d+\.\d+\.\d+\S*)", run.stdout, re.M)
    if run.returncode == 0 and version:
        rust = re.search(r"^rust-version: (\d\S*)", run.stdout, re.M)
        return Published(version[1], rust[1] if rust else "")
    if "@" in crate and "could not find" in run.stderr:
        return None
    said = [line.strip() for line in run.stderr.splitlines() if line.strip()]
    why = said[0].removeprefix("error: ") if said else f"exit status {run.returncode}"
    cause = said[-1] if len(said) > 1 else ""
    hint = "cargo has `info` from 1.82 on: rustup update" if "no such command" in why else "is the registry reachable?"
    raise UserError(f"cargo could not ask for {crate}: {why}{': ' if cause else ''}{cause}; {hint}")


def candidates(have: Known, newest: str) -> list[str]:
    """The minor versions to ask for: those that are known, and all from there to the newest."""
    asked = {minor(version) for version in have.all()} | {minor(newest)}
    last, end = max(order(version)[:2] for version in have.all()), order(newest)[:2]
    if last[0] == end[0]:
        asked |= {f"{end[0]}.{number}" for number in range(last[1] + 1, end[1])}
    return sorted(asked, key=order)


def fresh(have: Known, question: Ask) -> list[Published]:
    """The newest version of each minor version that versions.json does not know, oldest first."""
    newest = question(CRATE)
    if newest is None:
        raise UserError(f"the registry has no crate {CRATE}")
    found = (question(f"{CRATE}@{name}") for name in candidates(have, newest.version))
    unknown = {one for one in (newest, *found) if one is not None and one.version not in have.all()}
    return sorted(unknown, key=lambda one: order(one.version))


def advice(have: Known, new: Published, question: Ask) -> list[str]:
    """What this version is, and what to do about it: lines."""
    version = new.version
    lacks = [crate for crate in COMPANY if getattr(question(f"{crate}@{version}"), "version", "") != version]
    sibling = next((one for one in have.offered if minor(one) == minor(version)), None)
    place = f"it follows {sibling}, which is offered" if sibling else f"{minor(version)} is a new minor version"
    lines = [f"new: Cloacina {version}: {place}" + (f"; its crates need rustc {new.rust}" if new.rust else "")]
    if lacks:
        return [*lines, f"  wait: there is no {', '.join(lacks)} {version} (yet)"]
    replaced = f', and {sibling} under "not_offered": "{version} loads wherever it does"' if sibling else ""
    return [
        *lines,
        f'  1. {FILE}: put "{version}" under "offered"{replaced}',
        "  2. lint/cloacina_lint/contracts/: add it to `published` of the file that holds for it;",
        "     where packages do not load across, or the macros ask for other crates: a new file",
        "  3. .work/venv/bin/python scripts/write_versions.py    (cookiecutter.json and the README's table)",
        f"  4. python3 scripts/test.py --matrix {version}, then python3 scripts/test.py --quick",
        f'  or, where it cannot be offered: {FILE}, "not_offered", with the reason; contracts as above',
    ]


def main(arguments: list[str]) -> int:
    """Exit status 0: nothing new. 1: something new. 2: could not ask."""
    parser = argparse.ArgumentParser(
        prog="check_versions.py",
        description=f"Compare {FILE} with the newest published Cloacina crates. Exit status: 0 up to date, 1 something "
        "new, 2 could not ask.",
    )
    parser.parse_args(arguments)
    return _terminal.guarded(_check)


def _check() -> int:
    have = known()
    unknown = fresh(have, ask)
    for new in unknown:
        say("\n".join(advice(have, new, ask)))
    if not unknown:
        left = ", ".join(version for version in have.not_offered if order(version) > order(have.offered[-1]))
        newer = f" (not offered: {left}: {have.not_offered[left.split(', ')[-1]]})" if left else ""
        say(f"up to date: the newest version that is offered is {have.offered[-1]}{newer}")
    return 1 if unknown else 0
