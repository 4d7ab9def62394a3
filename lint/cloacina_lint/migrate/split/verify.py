"""Room migrate/split/: a split crate is built and tested elsewhere, crate by crate, before anything is written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

from ..outcome import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..plan import Plan
    from .plan import Member

FAILED = "--verify: the result does not build, or its tests fail"
LEFT_OUT = shutil.ignore_patterns("target", ".git")


def verify(root: str, made: Plan, target_dir: str | None, *, offline: bool, environ: Mapping[str, str]) -> None:
    """Build and test every new crate. Raises RefusedError where one does not pass, deep.DeepError where that cannot be
    found out. root: the old crate's directory; target_dir: None for the user's cache."""
    from ...deep.mirror import cache_root, crate_key

    target = target_dir or os.path.join(cache_root(dict(environ)), "target", crate_key(root))
    with tempfile.TemporaryDirectory(prefix="cloacina-lint-") as parent:
        place = os.path.join(os.path.realpath(parent), os.path.basename(root))
        shutil.copytree(root, place, symlinks=True, ignore=LEFT_OUT)
        for path, text in made.changes.items():
            file = os.path.join(place, path)
            if text is None:
                os.remove(file)
                continue
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with open(file, "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
        for member in made.members:
            directory = os.path.join(place, member.directory)
            if member.plan is None:
                _library(directory, member, target, offline, environ)
            else:
                _package(directory, member, made.after, target, offline)


def _package(directory: str, member: Member, version: str, target: str, offline: bool) -> None:
    from ...crate import Crate
    from ...deep import PASS, DeepRequest, run
    from ...source.tree import Tree
    from ..refusals import reason

    crate = Crate(Tree(directory), explicit=True, version=version)
    result = run(
        DeepRequest(
            crate_dir=directory,
            package=crate.name,
            lib_name=crate.manifest.lib_name or crate.name,
            contract_version=version,
            target_dir=target,
            cargo=shutil.which("cargo"),
            offline=offline,
            progress=sys.stderr,
            open_source=crate.tree.read,
        )
    )
    if result.build != PASS or result.tests != PASS or result.findings:
        above = os.path.dirname(directory)
        reasons = [reason(finding) for finding in result.findings] or [result.build_evidence, result.tests_evidence]
        shown = [line.replace(os.path.relpath(above) + os.sep, "") for line in reasons if line]
        raise RefusedError([line if member.name in line else f"{member.name}: {line}" for line in shown], FAILED)


def _library(directory: str, member: Member, target: str, offline: bool, environ: Mapping[str, str]) -> None:
    """The shared library is no package: cargo's own word is enough."""
    cargo = shutil.which("cargo")
    assert cargo is not None, "the packages were built with it"
    command = [cargo, "test", *(["--offline"] if offline else [])]
    environment = {**environ, "CARGO_TARGET_DIR": target, "CARGO_TERM_COLOR": "never"}
    ran = subprocess.run(
        command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    if ran.returncode != 0:
        lines = ran.stdout.decode("utf-8", "replace").splitlines()
        said = [line for line in lines if line.startswith("error") or " panicked at " in line] or lines[-1:]
        raise RefusedError([f"{member.name}: {line}" for line in said[:10]], FAILED)
