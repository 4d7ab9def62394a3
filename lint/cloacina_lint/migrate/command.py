"""Room migrate/: the command `cloacina-lint migrate DIR`: plan, show, prove, write."""

from __future__ import annotations

import os
import sys

from ..usage import Parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from ..crate import Crate
    from .plan import Plan

DONE, COULD_NOT_RUN = 0, 2

EPILOG = """\
examples:
  cloacina-lint migrate my-crate --dry-run       what would change, as a plan and a diff
  cloacina-lint migrate my-crate --verify        build and test the result first, change the crate only if it passes
  cloacina-lint migrate my-crate --split         a crate with several workflows: one package each
  cloacina-lint migrate my-crate --to 0.11       from any version, library or service mode, to another
The crate is changed as a whole or not at all. Code that leaves it is quoted in its MIGRATION.md.
exit status: 0 migrated, or nothing to do; 2 not migrated: the reasons are on standard error, and nothing was changed.
"""


def main(arguments: list[str]) -> int:
    from ..crate import CrateError
    from ..source.tree import UnreadableError
    from ..write import WriteError
    from .outcome import RefusedError

    options = _parse(arguments)
    try:
        return _run(options)
    except RefusedError as refused:
        print(f"cloacina-lint migrate: {options.directory} was left as it is:", file=sys.stderr)
        for reason in refused.reasons:
            print(f"  {reason}", file=sys.stderr)
        if refused.plan:
            print(refused.plan, file=sys.stderr)
    except (CrateError, UnreadableError, WriteError, _CannotError) as error:
        print(f"cloacina-lint migrate: {error}", file=sys.stderr)
    return COULD_NOT_RUN


class _CannotError(Exception):
    """One line for the user."""


def _parse(arguments: list[str]) -> Namespace:
    from argparse import RawDescriptionHelpFormatter

    parser = Parser(
        prog="cloacina-lint migrate",
        description="Makes a service-mode crate of a library-mode one, or moves a crate to another Cloacina version.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("directory", metavar="DIR", help="the crate's directory")
    add("--to", metavar="VERSION", help="the Cloacina version to migrate to (default: the crate's, else 0.6.1)")
    add("--dry-run", action="store_true", help="print the plan and a unified diff; write nothing")
    add(
        "--verify",
        action="store_true",
        help="build and test the result elsewhere first; write only if it passes",
    )
    add(
        "--split",
        action="store_true",
        help="several workflows: one crate each in a workspace, what they share in a library crate",
    )
    add("--allow-dirty", action="store_true", help="also with uncommitted changes in the crate's git work tree")
    add(
        "--target-dir",
        metavar="DIR",
        help="where --verify builds (default: the user's cache)",
    )
    add("--offline", action="store_true", help="--verify without the network")
    add("--color", choices=("auto", "always", "never"), default="auto", help="colour in the diff (default: auto)")
    return parser.parse_args(arguments)


def _run(options: Namespace) -> int:
    from ..crate import Crate
    from ..source.tree import Tree
    from ..write import recover

    root = os.path.realpath(options.directory)
    if not os.path.isdir(root):
        what = "is a file" if os.path.exists(root) else "is not there"
        raise _CannotError(f"{options.directory} {what}; name the directory of a crate")
    if not options.dry_run:
        recovered = recover(root)
        if recovered is not None:
            print(f"cloacina-lint migrate: {recovered}", file=sys.stderr)
    crate = Crate(Tree(root), explicit=True)
    if not crate.has_manifest:
        raise _CannotError(f"{options.directory}: no Cargo.toml here; name the directory of a crate")
    if not (options.dry_run or options.allow_dirty):
        _refuse_dirty(root, options.directory)
    from .plan import plan

    made = plan(crate, options.to, split=options.split)
    out = sys.stdout
    out.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    if not made.changes:
        out.write(f"{crate.display}: nothing to do, a service-mode crate for Cloacina {made.after}\n")
        return DONE
    lock = _verify(crate, made, options) if options.verify else None
    if options.dry_run:
        from ..cli import colored
        from ..report import Style
        from .show import dry_run

        out.write(dry_run(made, Style(colored(options.color)), verified=options.verify))
        return DONE
    write(crate, made, lock)
    from .show import summary

    out.write(summary(made, verified=options.verify))
    return DONE


def _refuse_dirty(root: str, shown: str) -> None:
    """Work that git does not have would be mixed up with what is changed here."""
    import subprocess

    command = ["git", "-C", root, "status", "--porcelain", "--", "."]
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        status = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, check=False)
    except OSError:
        return  # no git here
    lines = status.stdout.splitlines() if status.returncode == 0 else []
    if lines:
        more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
        raise _CannotError(
            f"{shown} has uncommitted changes ({lines[0][3:]}{more}); commit or stash them, or add --allow-dirty"
        )


def _verify(crate: Crate, made: Plan, options: Namespace) -> bytes | None:
    """Build and test the result beside the crate. Gives Cargo.lock as cargo wrote it; raises where it does not pass."""
    from shutil import which

    from ..deep import PASS, DeepError, DeepRequest
    from ..deep import run as deep

    target_dir = options.target_dir or os.environ.get("CLOACINA_LINT_TARGET_DIR") or None
    if made.members:
        from .split.verify import verify

        try:
            verify(crate.tree.root, made, target_dir, offline=options.offline, environ=os.environ)
        except DeepError as error:
            raise _CannotError(f"--verify could not build: {error}; nothing was changed") from None
        return None
    after = made.draft.crate(made.after)
    request = DeepRequest(
        crate_dir=crate.tree.root,
        package=after.name,
        lib_name=after.manifest.lib_name or after.name,
        contract_version=made.after,
        target_dir=target_dir,
        cargo=which("cargo"),
        offline=options.offline,
        progress=sys.stderr,
        open_source=lambda path: after.tree.read(os.path.relpath(after.tree.absolute(path), after.tree.root)),
        overlay={path: None if text is None else text.encode() for path, text in made.changes.items()},
    )
    try:
        result = deep(request)
    except DeepError as error:
        raise _CannotError(f"--verify could not build: {error}; nothing was changed") from None
    if result.build != PASS or result.tests != PASS or result.findings:
        from .outcome import RefusedError
        from .refusals import reason

        reasons = [reason(finding) for finding in result.findings] or [result.build_evidence, result.tests_evidence]
        raise RefusedError([line for line in reasons if line], "--verify: the result does not build, or its tests fail")
    return result.lock


def write(crate: Crate, made: Plan, lock: bytes | None) -> None:
    from ..write import Change, commit

    changes = []
    for path, text in sorted(made.changes.items()):
        before = crate.tree.read(path)
        old = None if before is None else before.whole.encode()
        changes.append(Change(path, old, None if text is None else text.encode()))
    if lock is not None and crate.tree.is_file("Cargo.lock") and "Cargo.lock" not in made.changes:
        old = crate.tree.raw("Cargo.lock")
        if old != lock:
            changes.append(Change("Cargo.lock", old, lock))
    commit(crate.tree.root, changes)
