"""Room: writing. The single operations on files that the writer is made of, and what may go wrong with them."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import os
import signal
import stat
import sys
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

JOURNAL = ".cloacina-lint-journal"
KEPT = ".cloacina-lint-kept"
# What says "not here, not in this way", unlike a full disk or a broken one.
_REFUSALS = ["EXDEV", "EPERM", "EACCES", "EBUSY", "EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EROFS"]
UNSUPPORTED = frozenset(getattr(errno, name) for name in [*_REFUSALS, "ENAMETOOLONG"])
HELD_BACK = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class WriteError(Exception):
    """One line: what could not be written, where, and what to do."""


class Change:
    """One file of the tree. path: relative to the root, '/' between its parts.

    before: the bytes that were read, None where the file must not exist. after: the bytes to be there, None to remove.
    """

    __slots__ = ("after", "before", "path")

    def __init__(self, path: str, before: bytes | None, after: bytes | None) -> None:
        self.path = path
        self.before = before
        self.after = after


class Overtaken(Exception):  # noqa: N818 - not an error of ours: somebody else was faster
    """A file is not what was read any more. The text is its path."""


class Stopped(Exception):  # noqa: N818 - the signal that is waiting says the rest
    """SIGINT, SIGTERM or SIGHUP waits to be delivered, and nothing is written yet."""


def stop_if_asked() -> None:
    """Raise Stopped where a signal that `write` holds back is waiting."""
    waiting = signal.sigpending()
    if waiting and any(number in waiting for number in HELD_BACK):
        raise Stopped


def digest_of(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


def digest(path: str) -> str | None:
    """Digest of a file's bytes; None where nothing is there, "" where it is no regular file."""
    try:
        found = os.open(path, READ)
    except FileNotFoundError:
        return None
    except OSError:
        if os.path.lexists(path):
            return ""
        raise
    with os.fdopen(found, "rb") as stream:
        if not stat.S_ISREG(os.fstat(found).st_mode):
            return ""
        return hashlib.sha256(stream.read()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two paths name one inode; False where one of them is missing."""
    try:
        left, right = os.lstat(one), os.lstat(other)
    except OSError:
        return False
    return (left.st_dev, left.st_ino) == (right.st_dev, right.st_ino)


def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        swap = getattr(libc, "renamex_np", None)
        return None if swap is None else lambda one, other: int(swap(one, other, ctypes.c_uint(2)))  # RENAME_SWAP
    here, flag = ctypes.c_int(-100), ctypes.c_uint(2)  # AT_FDCWD, RENAME_EXCHANGE
    rename = getattr(libc, "renameat2", None)
    if rename is not None:
        return lambda one, other: int(rename(here, one, here, other, flag))
    number = {"x86_64": 316, "aarch64": 276, "riscv64": 276}.get(os.uname().machine)
    if not sys.platform.startswith("linux") or number is None:
        return None
    return lambda one, other: int(libc.syscall(ctypes.c_long(number), here, one, here, other, flag))  # an older musl


def exchange(one: str, other: str) -> None:
    """Make two paths change places in one step that nobody sees half done. OSError, ENOSYS where there is no such."""
    call = _exchange_call()
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), one, None, other)
    if call(os.fsencode(one), os.fsencode(other)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), one, None, other)


def take_after(path: str, model: str, found: os.stat_result) -> None:
    """Give a file or directory of ours the owner, mode and, where it can be, extended attributes of another."""
    ours = os.lstat(path)
    if (ours.st_uid, ours.st_gid) != (found.st_uid, found.st_gid):
        with suppress(PermissionError):  # a file of another user that we may write becomes ours, as with any editor
            os.chown(path, found.st_uid, found.st_gid)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(model, follow_symlinks=False):
                os.setxattr(path, name, os.getxattr(model, name, follow_symlinks=False), follow_symlinks=False)
    if stat.S_IMODE(os.lstat(path).st_mode) != stat.S_IMODE(found.st_mode):
        os.chmod(path, stat.S_IMODE(found.st_mode))


def write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def remove_tree(path: str) -> None:
    """Remove a tree that nobody else has seen. What cannot be removed stays for `recover`."""
    order = [path]
    for directory in order:
        try:
            os.chmod(directory, 0o700)
            with os.scandir(directory) as entries:
                found = list(entries)
        except OSError:
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                order.append(entry.path)
            else:
                quietly(os.unlink, entry.path)
    for directory in reversed(order):
        quietly(os.rmdir, directory)


def quietly(call: Callable[[str], None], path: str) -> bool:
    try:
        call(path)
    except OSError:
        return False
    return True


def free_name(path: str) -> str:
    number = os.getpid()
    while os.path.lexists(f"{path}-{number}"):
        number += 1
    return f"{path}-{number}"


def copy(source: str, target: str) -> None:
    descriptor = os.open(target + ".part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with open(source, "rb") as stream:
            write_all(descriptor, stream.read())
        take_after(target + ".part", source, os.lstat(source))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.rename(target + ".part", target)


def lock(directory: str) -> int:
    """A descriptor that holds the directory's lock. WriteError where another run holds it."""
    descriptor = os.open(directory, READ | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise WriteError(f"{directory}: another cloacina-lint is writing there; nothing was written") from error
    except OSError:
        pass  # a file system without locks on directories
    return descriptor


def sync(directory: str) -> None:
    """Bring a directory's entries to the disk, where the system can do that."""
    try:
        descriptor = os.open(directory, READ | os.O_DIRECTORY)
    except OSError:
        return
    with suppress(OSError):
        os.fsync(descriptor)
    os.close(descriptor)
