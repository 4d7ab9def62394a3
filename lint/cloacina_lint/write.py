"""Room: writing. Changes to files of a tree, all or none; for `--fix` and `migrate` alone, which import it late.

Killed at any moment, the tree is byte for byte the old one or the new one, at once: one file is one rename, and several
go by an exchange of whole directories (`write_exchange`). Only the inodes' change times tell of the hard links.

Where that cannot be (the root is a mount point, its parent directory is not writable, the file system or the system has
no exchange or no hard links), a journal in the root is used: the new files are written in it, the file `committed` is
the commit point, the files are put in their places one by one, the journal is removed. Killed then, the tree may be
mixed until `recover` finishes it or puts it back: it is old or new after the next run that calls `recover` first.
"""

from __future__ import annotations

import os
import signal
import stat
from contextlib import contextmanager

from . import write_exchange
from . import write_files as files
from .write_files import JOURNAL, KEPT, Change, Overtaken, Stopped, WriteError, digest
from .write_slots import Staging, remove_emptied

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Change", "WriteError", "commit", "recover"]

NOTHING = "nothing was written"
AGAIN = f"{NOTHING}; run again"


def commit(root: str, changes: list[Change]) -> None:
    """Carry out every change below the directory `root`, or none.

    A directory that the removals leave empty goes too; directories for new files are made. A changed file keeps its
    mode, a new one gets 0o644 less the umask. WriteError: nothing was changed, and its one line says why. SIGINT,
    SIGTERM and SIGHUP are held back until the tree is wholly old or new; KeyboardInterrupt may follow either.
    """
    with _held_back(), _locked(root) as top:
        made = check(top, changes)
        todo = [change for change in changes if change.before != change.after]
        if not todo:
            return
        if os.path.lexists(os.path.join(top, JOURNAL)):
            raise WriteError(f"{JOURNAL}: left by an interrupted run, and not recovered; {AGAIN}")
        try:
            try:
                write_exchange.commit(top, todo, made, lambda: check(top, changes))
            except write_exchange.Elsewhere:
                _with_journal(top, todo, made, changes)
        except Overtaken as error:
            raise WriteError(f"{error}: changed while it was being written; {AGAIN}") from error
        except Stopped as error:
            raise WriteError(f"interrupted; {NOTHING}") from error
        except OSError as error:
            raise WriteError(f"{_where(top, error)}: {error.strerror or error}; {AGAIN} without that") from error


def recover(root: str) -> str | None:
    """Finish or undo what an interrupted run has left in `root` and beside it. To be called before the tree is read.

    Returns a line that says what was done, None where there was nothing. WriteError where another run is at work.
    """
    with _held_back(), _locked(root) as top:
        done = []
        try:
            if os.path.lexists(os.path.join(top, JOURNAL)):
                done.append(_recover_journal(top))
            for path in write_exchange.leftovers(top):
                staging = Staging.adopt(path, os.path.basename(top))
                if staging is not None:
                    write_exchange.sweep(os.path.join(path, "tree"), top, staging, staging.since, live=False)
                    done.append(f"removed what an interrupted run left beside {top}{_cleared(staging)}")
        except OSError as error:
            raise WriteError(
                f"{error.filename}: {error.strerror}; an interrupted run could not be recovered"
            ) from error
        return "; ".join(done) or None


def check(top: str, changes: list[Change]) -> list[str]:
    """Raise WriteError where a change cannot be made; returns the directories that are to be made, outer ones first."""
    made: list[str] = []
    paths = {change.path for change in changes}
    if len(paths) != len(changes):
        raise WriteError(f"{_twice(changes)}: changed twice; {NOTHING}")
    device = os.lstat(top).st_dev
    for change in changes:
        parts = change.path.split("/")
        if any(part in ("", ".", "..") or "\0" in part for part in parts) or parts[0] == JOURNAL:
            raise WriteError(f"{change.path!r}: not a path below {top}; {NOTHING}")
        place = ""
        for part in parts[:-1]:
            inside, place = place, f"{place}/{part}" if place else part
            if place in paths:
                raise WriteError(f"{place}: a file and a directory at once; {NOTHING}")
            if place not in made and not _directory(top, place, device):
                if change.before is not None:
                    raise WriteError(f"{change.path}: removed while cloacina-lint was running; {AGAIN}")
                made.append(place)
                _writable(top, inside, made)
        _writable(top, place, made)
        if place not in made:
            _file(top, change)
    return made


def _where(top: str, error: OSError) -> str:
    """The file an error is about, where it is one of the user's."""
    name = error.filename
    ours = not isinstance(name, str) or write_exchange.MARK in name or JOURNAL in name
    return top if ours else str(name)


def _twice(changes: list[Change]) -> str:
    paths = [change.path for change in changes]
    return next(path for path in paths if paths.count(path) > 1)


def _directory(top: str, place: str, device: int) -> bool:
    """Whether a directory is there; False where nothing is."""
    path = os.path.join(top, place)
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise WriteError(f"{place}: {error.strerror}; {NOTHING}") from error
    if stat.S_ISLNK(found.st_mode):
        raise WriteError(
            f"{place}: a symbolic link to {os.readlink(path)}; {NOTHING}; put the directory itself there, or run there"
        )
    if not stat.S_ISDIR(found.st_mode):
        raise WriteError(f"{place}: not a directory; {NOTHING}; move it away and run again")
    if found.st_dev != device:
        raise WriteError(f"{place}: on another file system than {top}; {NOTHING}; copy the tree to one and run there")
    return True


def _writable(top: str, place: str, made: list[str]) -> None:
    path = os.path.join(top, place)
    if place not in made and (not os.lstat(path).st_mode & 0o222 or not os.access(path, os.W_OK | os.X_OK)):
        raise WriteError(f"{place or top}: the directory is read-only; {NOTHING}; make it writable and run again")


def _file(top: str, change: Change) -> None:
    path, shown = os.path.join(top, change.path), change.path
    try:
        found = os.lstat(path)
    except FileNotFoundError as error:
        if change.before is not None:
            raise WriteError(f"{shown}: removed while cloacina-lint was running; {AGAIN}") from error
        return
    except OSError as error:
        raise WriteError(f"{shown}: {error.strerror}; {NOTHING}") from error
    if stat.S_ISDIR(found.st_mode):
        raise WriteError(f"{shown}: a directory, where a file is to be; {NOTHING}; move it away and run again")
    if change.before is None:
        raise WriteError(f"{shown}: exists already; {NOTHING}; move it away and run again")
    if stat.S_ISLNK(found.st_mode):
        raise WriteError(
            f"{shown}: a symbolic link to {os.readlink(path)}; {NOTHING}; put the file itself there and run again"
        )
    if not stat.S_ISREG(found.st_mode):
        raise WriteError(f"{shown}: not a regular file; {NOTHING}")
    if change.before != change.after and (not found.st_mode & 0o222 or not os.access(path, os.W_OK)):
        raise WriteError(f"{shown}: read-only; {NOTHING}; make it writable and run again")
    try:
        with open(os.open(path, files.READ), "rb") as stream:
            now = stream.read()
    except OSError as error:
        raise WriteError(f"{shown}: {error.strerror}; {NOTHING}") from error
    if now != change.before:
        raise WriteError(f"{shown}: changed while cloacina-lint was running; {AGAIN}")


@contextmanager
def _held_back() -> Iterator[None]:
    """Deliver SIGINT, SIGTERM and SIGHUP after the block only; those that are ignored stay so."""
    numbers = [number for number in files.HELD_BACK if signal.getsignal(number) != signal.SIG_IGN]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _locked(root: str) -> Iterator[str]:
    """The root's own path, with its lock held."""
    top = os.path.realpath(root)
    if not os.path.isdir(top):
        raise WriteError(f"{root}: {'not a directory' if os.path.lexists(top) else 'no such directory'}; {NOTHING}")
    above, name = os.path.split(top)
    if name == "tree" and write_exchange.MARK in above and os.path.lexists(os.path.join(above, "manifest")):
        raise WriteError(
            f"{top}: what an interrupted run has moved aside; {NOTHING}; change to the directory by its own path (cd)"
        )
    try:
        held = files.lock(top)
    except OSError as error:
        raise WriteError(f"{top}: {error.strerror}; {NOTHING}") from error
    try:
        now = os.lstat(top)
        if not os.path.samestat(now, os.fstat(held)):
            raise WriteError(f"{top}: another cloacina-lint is writing there; {NOTHING}")
        yield top
    finally:
        os.close(held)


def _with_journal(top: str, todo: list[Change], made: list[str], changes: list[Change]) -> None:
    staging = Staging.create(os.path.join(top, JOURNAL), os.path.basename(top), todo, made)
    try:
        staging.fill(top, todo)
        check(top, changes)
        files.sync(os.path.join(staging.path, "slots"))
        files.stop_if_asked()
        os.close(os.open(_committed(staging), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except BaseException:
        staging.discard()
        raise
    failed: BaseException | None = None
    kept: list[int] = []
    try:
        files.sync(staging.path)
        for number in range(len(staging.steps)):
            staging.put(top, number)
        staging.check_displaced()
    except BaseException as error:
        failed = error
    try:
        if failed is None:
            remove_emptied(top, staging.steps)
        else:
            kept = staging.undo(top)
        files.sync(top)
        os.unlink(_committed(staging))
    except OSError as error:
        os.close(staging.lock)
        raise WriteError(
            f"{_where(top, error)}: {error.strerror}; the changes are made in part; run again to finish or undo them"
        ) from error
    staging.clear(kept)
    if failed is not None:
        raise failed


def _committed(staging: Staging) -> str:
    return os.path.join(staging.path, "committed")


def _recover_journal(top: str) -> str:
    path = os.path.join(top, JOURNAL)
    staging = Staging.adopt(path, None)
    if staging is None:
        if os.path.lexists(path):
            raise WriteError(
                f"{path}: in use, or not a journal that can be read; {NOTHING}; look at it, then remove it"
            )
        return f"removed the empty {JOURNAL} of an interrupted run"
    if not os.path.lexists(_committed(staging)):
        return f"removed the {JOURNAL} of an interrupted run; the tree is as it was before{_cleared(staging)}"
    kept: list[int] = []
    if _can_finish(top, staging):
        for number in range(len(staging.steps)):
            if staging.pending(top, number):
                staging.put(top, number)
        remove_emptied(top, staging.steps)
        done = f"finished what an interrupted run had begun in {top}"
    else:
        kept = staging.undo(top)
        done = f"undid what an interrupted run had begun in {top}, as files have changed since"
    files.sync(top)
    os.unlink(_committed(staging))
    return done + _cleared(staging, kept)


def _can_finish(top: str, staging: Staging) -> bool:
    """Whether every step is done, or can still be: nothing that was not read would be displaced."""
    for number, step in enumerate(staging.steps):
        if staging.pending(top, number):
            if digest(os.path.join(top, step.path)) != step.before:
                return False
        elif step.before is not None:
            taken = staging.displaced(number)
            if taken is not None and digest(taken) != step.before:
                return False
    return True


def _cleared(staging: Staging, kept: list[int] | None = None) -> str:
    """Clear a staging directory; what to say about that."""
    if staging.clear(kept):
        return ""
    where = files.free_name(os.path.join(os.path.dirname(staging.path), KEPT))
    os.rename(staging.path, where)
    files.quietly(os.unlink, os.path.join(where, "manifest"))
    return f"; what somebody else has written meanwhile is kept in {where}: look at it, then remove it"
