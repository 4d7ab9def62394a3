"""Room: writing. Several files at once: a decoy of the whole tree takes its place, and gives it back.

1. Beside the root, `.NAME.cloacina-lint-PID/tree` becomes a copy of it in hard links, with the new files in it.
2. The two change places (RENAME_EXCHANGE): the commit point. The path of the root shows the new tree from now on.
3. The old directory, now out of sight, gets the new files too, one by one.
4. The two change places again, so that the root is the directory it was and whoever works in it stays there.
5. The decoy is removed, except for what somebody else has put there between 2 and 4: that moves to the root.

Killed at any moment, the root is wholly old (before 2) or wholly new, and what lies beside is swept by `recover`.
"""

from __future__ import annotations

import os
import stat
import time

from . import write_files as files
from .write_files import Change, WriteError, digest
from .write_slots import Staging, Step, remove_emptied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
CLOCK = 50_000_000  # nanoseconds that the times of a file system may lag behind the clock
MARK = ".cloacina-lint-"


class Elsewhere(Exception):  # noqa: N818 - not an error: another way is to be taken
    """Nothing can be exchanged here; nothing was changed."""


def stem(name: str) -> str:
    """How the names of a root's staging directories begin: short enough for every file system."""
    return f".{name[:40]}{MARK}"


def leftovers(top: str) -> list[str]:
    """Directories beside `top` that look like staging directories of it."""
    parent, name = os.path.split(top)
    try:
        found = os.listdir(parent)
    except OSError:
        return []
    start = stem(name)
    return sorted(
        os.path.join(parent, each) for each in found if each.startswith(start) and each[len(start) :].isdigit()
    )


def commit(top: str, changes: list[Change], made: list[str], check: Callable[[], object]) -> None:
    """Carry out the changes. check: called before the commit point, raises WriteError where a file was changed.

    Raises Elsewhere where exchanging is not possible here, WriteError, OSError; the tree is as it was then.
    """
    parent, name = os.path.split(top)
    if not name or os.lstat(top).st_dev != os.lstat(parent).st_dev:
        raise Elsewhere
    original = os.lstat(top).st_ino
    staging = None
    tree, held = "", -1
    try:
        staging = Staging.create(files.free_name(os.path.join(parent, stem(name)[:-1])), name, changes, made)
        staging.fill(top, changes)
        single = len(changes) == 1 and not made and not _empties(top, changes[0])
        if not single:
            tree = _decoy(top, staging)
            held = files.lock(tree)
        check()
        files.stop_if_asked()
        if not single:
            files.exchange(top, tree)
    except BaseException as error:
        if held >= 0:
            os.close(held)
        if staging is not None and os.lstat(top).st_ino == original:  # else `recover` is to judge
            staging.discard()
        if isinstance(error, OSError) and error.errno in files.UNSUPPORTED:
            raise Elsewhere from error
        raise
    if single:
        _one(top, staging)
        return
    try:
        _carry_over(top, tree, staging)
    finally:
        os.close(held)


def _empties(top: str, change: Change) -> bool:
    parent = os.path.dirname(change.path)
    return change.after is None and parent != "" and len(os.listdir(os.path.join(top, parent))) == 1


def _one(top: str, staging: Staging) -> None:
    """One file, one rename: the tree itself stays where it is."""
    kept: list[int] = []
    try:
        staging.put(top, 0)
        staging.check_displaced()
    except BaseException:
        kept = staging.undo(top)
        raise
    finally:
        staging.clear(kept)


def _carry_over(top: str, tree: str, staging: Staging) -> None:
    """Steps 3 to 5: `tree` holds the old directory, `top` is the decoy."""
    exchanged = time.time_ns() - CLOCK
    failed: BaseException | None = None
    whole = True  # the old directory is wholly old or new, and can be the root again
    try:
        for number in range(len(staging.steps)):
            staging.put(tree, number)
        staging.check_displaced()
        remove_emptied(tree, staging.steps)
    except BaseException as error:
        failed = error
        try:
            whole = not staging.undo(tree)
        except OSError:
            whole = False
    if whole:
        try:
            files.exchange(tree, top)
        except OSError:
            whole = False
    files.sync(os.path.dirname(top))
    sweep(tree, top, staging, exchanged if whole else staging.since, live=True)
    staging.clear()
    if failed is not None and (whole or not isinstance(failed, Exception)):
        raise failed  # else the decoy stays: it is the new tree


def _decoy(top: str, staging: Staging) -> str:
    """Step 1. Returns the path of the decoy."""
    tree = os.path.join(staging.path, "tree")
    skipped = {step.path for step in staging.steps}
    seen: dict[str, os.stat_result] = {}
    os.mkdir(tree, 0o700)
    _mirror(top, tree, "", skipped, seen)
    for _ in range(ROUNDS):
        moved = [rel for rel, found in seen.items() if _modified(os.path.join(top, rel)) != found.st_mtime_ns]
        if not moved:
            break
        for rel in moved:
            if rel in seen:
                _mirror(top, tree, rel, skipped, seen)
    else:
        raise WriteError(
            f"{moved[0] or top}: something else is writing there; nothing was written; run again when it has ended"
        )
    for number, step in enumerate(staging.steps):
        if step.after is not None:
            target = os.path.join(tree, step.path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.link(staging.slot(number), target)
    remove_emptied(tree, staging.steps)
    for rel in reversed(seen):  # the innermost first: whoever may write in it no more is done with
        copy = os.path.join(tree, rel)
        if os.path.isdir(copy):
            files.take_after(copy, os.path.join(top, rel), seen[rel])
            os.utime(copy, ns=(seen[rel].st_atime_ns, seen[rel].st_mtime_ns))
    return tree


def _modified(path: str) -> int | None:
    try:
        return os.lstat(path).st_mtime_ns
    except FileNotFoundError:
        return None


def _mirror(top: str, tree: str, start: str, skipped: set[str], seen: dict[str, os.stat_result]) -> None:
    """Make the directory `start` of the decoy, and each new one below, hold what the tree's holds: links to the same
    files. seen: the directories by path, as they were just before they were read; outer before inner."""
    waiting = [start]
    while waiting:
        rel = waiting.pop()
        files.stop_if_asked()
        source, copy = os.path.join(top, rel), os.path.join(tree, rel)
        try:
            found = os.lstat(source)
            if not stat.S_ISDIR(found.st_mode):
                raise NotADirectoryError
            with os.scandir(source) as listing:
                entries = list(listing)
        except (FileNotFoundError, NotADirectoryError):
            seen.pop(rel, None)
            files.remove_tree(copy)
            continue
        stale = set(os.listdir(copy)) if rel in seen else set()
        seen[rel] = found
        for entry in entries:
            path = f"{rel}/{entry.name}" if rel else entry.name
            target = os.path.join(copy, entry.name)
            if entry.name in stale:
                stale.discard(entry.name)
                if (entry.is_dir(follow_symlinks=False) and path in seen) or files.same(entry.path, target):
                    continue
                _away(target)
            if path in skipped:
                continue
            try:
                _place(entry, target)
            except FileNotFoundError:
                continue  # it went away: the directory's time says so
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
        for name in stale:
            _away(os.path.join(copy, name))


def _place(entry: os.DirEntry[str], target: str) -> None:
    if entry.is_dir(follow_symlinks=False):
        os.mkdir(target, 0o700)
    elif entry.is_symlink():
        found = entry.stat(follow_symlinks=False)
        os.symlink(os.readlink(entry.path), target)
        if os.utime in os.supports_follow_symlinks:
            os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns), follow_symlinks=False)
    else:
        os.link(entry.path, target)


def _away(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        files.remove_tree(path)
    else:
        os.unlink(path)


def sweep(tree: str, top: str, staging: Staging, since: int, *, live: bool) -> None:
    """Remove what is at `tree`, the decoy or the old directory, and with it every name whose bytes `top` has too, or
    that are the old or the new ones of a change, or older than the run. What somebody else wrote meanwhile moves to
    `top`, or stays where `top` has something later.

    since: nanoseconds; what is older is none of theirs. live: in the run itself, where the time of the last change of
    an inode tells; later a link that the user has removed in `top` changes it too, and the time of the bytes must do.
    """
    if not os.path.isdir(tree):
        return
    steps = {step.path: step for step in staging.steps}
    order = [""]
    for rel in order:
        directory = os.path.join(tree, rel)
        if os.lstat(directory).st_mode & 0o700 != 0o700:
            files.quietly(_open_up, directory)
        try:
            with os.scandir(directory) as listing:
                entries = list(listing)
        except OSError:
            continue
        for entry in entries:
            path = f"{rel}/{entry.name}" if rel else entry.name
            if entry.is_dir(follow_symlinks=False):
                order.append(path)
                continue
            try:
                _sweep_file(entry.path, os.path.join(top, path), steps.get(path), since, live)
            except OSError:
                continue  # left to `recover`
    for rel in reversed(order):
        files.quietly(os.rmdir, os.path.join(tree, rel))


def _open_up(directory: str) -> None:
    os.chmod(directory, 0o700)


def _sweep_file(path: str, theirs: str, step: Step | None, since: int, live: bool) -> None:
    known = () if step is None else (step.before, step.after)
    found = os.lstat(path)
    link, regular = stat.S_ISLNK(found.st_mode), stat.S_ISREG(found.st_mode)
    written = max(found.st_mtime_ns, found.st_ctime_ns) if live else found.st_mtime_ns
    foreign = (link or regular) and not files.same(path, theirs) and (step is not None or written >= since)
    if not foreign or (regular and digest(path) in known):
        os.unlink(path)
    elif not os.path.lexists(theirs):
        os.makedirs(os.path.dirname(theirs), exist_ok=True)
        os.rename(path, theirs)
    else:
        other = os.lstat(theirs)
        if link and stat.S_ISLNK(other.st_mode) and os.readlink(path) == os.readlink(theirs):
            os.unlink(path)
        elif regular and stat.S_ISREG(other.st_mode) and other.st_mtime_ns <= found.st_mtime_ns:
            # `since` of a live run is taken off the clock, less the lag; of one before it, off the file system itself
            older = other.st_mtime_ns < (since + CLOCK if live else since)
            replaced = older or digest(theirs) in known
            if replaced:
                os.rename(path, theirs)
