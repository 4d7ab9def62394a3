"""Room deep/: a mirror of the crate in the user's cache, where cargo may write, so that the crate's tree never changes.

Cargo writes Cargo.lock beside the workspace's root, and tests and build scripts write where they like. Stable cargo
cannot put the lock file elsewhere (`--lockfile-path` is unstable); `--locked` refuses the very crates that are to be
judged; and putting things back afterwards fails when the linter is killed, when the tree is read-only, and when an
editor's cargo runs at the same time. So cargo builds a mirror:

- the mirror repeats the absolute path of the crate below its own root, so that `../` in path dependencies, workspace
  members and `include_str!` means the same;
- the crate's directory is copied, times included (cargo then rebuilds only what changed), without `target`, `.git`
  and directories that carry CACHEDIR.TAG;
- each directory above it is a real directory whose other entries are symbolic links to the real ones, except that
  Cargo.lock is a copy: whatever the workspace shares is there, and cargo has nothing of it to write;
- the mirror lies in a directory named `target/package`, where cargo stops looking for a workspace further up.

The working directory of cargo stays the real crate, since `.cargo/config.toml` and rustup's choice of a toolchain go by
that.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat

from .interface import DeepError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import IO

_LEFT_OUT = ("target", ".git")
_LOCK = "Cargo.lock"


def cache_root(environ: dict[str, str]) -> str:
    """The linter's directory in the user's cache: $XDG_CACHE_HOME, else ~/.cache."""
    base = environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "cloacina-lint")


def crate_key(crate_dir: str) -> str:
    """A short name for one crate's own directories in the cache."""
    return hashlib.sha256(os.fsencode(os.path.realpath(crate_dir))).hexdigest()[:16]


class Mirror:
    """The mirror of one crate: `with Mirror(root, crate_dir) as mirror` brings it up to date and holds a lock on it.

    root: the mirror's own directory. real: the crate's directory with links resolved. crate_dir: its copy. overlay:
    files that are to be other than the real ones, path below the crate -> content, None for one that is not there.
    Raises DeepError where it cannot be written or read.
    """

    def __init__(self, root: str, crate_dir: str, overlay: dict[str, bytes | None] | None = None) -> None:
        self.root = os.path.join(root, "target", "package")
        self.overlay = overlay or {}
        self.real = os.path.realpath(crate_dir)
        self.crate_dir = self.root + self.real
        self._held: IO[str] | None = None

    def __enter__(self) -> Mirror:
        import fcntl

        try:
            os.makedirs(self.root, exist_ok=True)
            self._held = open(os.path.join(os.path.dirname(self.root), "lock"), "w", encoding="utf-8")
            fcntl.flock(self._held, fcntl.LOCK_EX)
            self._sync()
        except OSError as error:
            self.__exit__(None, None, None)
            where = error.filename or self.root
            raise DeepError(f"cannot copy the crate to build it: {where}: {error.strerror or error}") from error
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def to_real(self, path: str) -> str:
        """The real path of a path in the mirror; any other path as it is."""
        return path[len(self.root) :] if path.startswith(self.root + os.sep) else path

    def real_text(self, text: str) -> str:
        """A message with the mirror's paths turned into the real ones."""
        return text.replace(self.root + os.sep, os.sep)

    def _sync(self) -> None:
        parents = []
        at = self.real
        while os.path.dirname(at) != at:
            parents.append((os.path.dirname(at), os.path.basename(at)))
            at = os.path.dirname(at)
        for parent, chain in reversed(parents):
            self._sync_parent(parent, chain)
        _sync_tree(self.real, self.crate_dir, self.root)
        for path, content in self.overlay.items():
            goal = os.path.join(self.crate_dir, path)
            _remove(goal)
            if content is not None:
                os.makedirs(os.path.dirname(goal), exist_ok=True)
                with open(goal, "wb") as stream:
                    stream.write(content)

    def _sync_parent(self, real: str, chain: str) -> None:
        """Make the mirror of a directory above the crate; `chain` is its entry on the way to the crate."""
        copy = self.root + (real if real != os.sep else "")
        _directory(copy)
        _directory(os.path.join(copy, chain))
        try:
            names = os.listdir(real)
        except PermissionError:
            names = []  # one may pass through a directory that one may not list
        keep = {chain}
        for name in names:
            source, goal = os.path.join(real, name), os.path.join(copy, name)
            # No link may lead to the mirror itself: programs that follow links would never end.
            if name == chain or name in _LEFT_OUT or (self.root + os.sep).startswith(source + os.sep):
                continue
            keep.add(name)
            if name == _LOCK and os.path.isfile(source) and os.access(source, os.R_OK):
                _sync_file(source, goal)
            elif not (os.path.islink(goal) and os.readlink(goal) == source):
                _remove(goal)
                os.symlink(source, goal)
        for name in os.listdir(copy):
            if name not in keep:
                _remove(os.path.join(copy, name))


def _sync_tree(source: str, goal: str, mirror: str) -> None:
    """Make `goal` equal to `source`, leaving out what is not copied. No recursion: trees may be deep."""
    todo = [("", True)]
    while todo:
        below, top = todo.pop()
        from_dir, to_dir = os.path.join(source, below), os.path.join(goal, below)
        _directory(to_dir)
        keep = set()
        with os.scandir(from_dir) as entries:
            for entry in entries:
                if entry.name == ".git" or (top and entry.name == "target"):
                    continue
                target = os.path.join(to_dir, entry.name)
                if entry.is_symlink():
                    keep.add(entry.name)
                    _sync_link(entry.path, target, source)
                elif entry.is_dir():
                    inside = (mirror + os.sep).startswith(entry.path + os.sep)
                    if not inside and not os.path.exists(os.path.join(entry.path, "CACHEDIR.TAG")):
                        keep.add(entry.name)
                        todo.append((os.path.join(below, entry.name), False))
                elif entry.is_file():
                    keep.add(entry.name)
                    _sync_file(entry.path, target)
        for name in os.listdir(to_dir):
            if name not in keep:
                _remove(os.path.join(to_dir, name))


def _sync_file(source: str, goal: str) -> None:
    """Copy one file with its times; the copy can always be written (cargo updates Cargo.lock)."""
    new = os.stat(source)
    mode = stat.S_IMODE(new.st_mode) | stat.S_IWUSR
    try:
        old = os.lstat(goal)
    except FileNotFoundError:
        old = None
    if old is not None:
        if stat.S_ISREG(old.st_mode) and (old.st_size, old.st_mtime_ns, stat.S_IMODE(old.st_mode)) == (
            new.st_size,
            new.st_mtime_ns,
            mode,
        ):
            return
        _remove(goal)
    shutil.copy2(source, goal)
    os.chmod(goal, mode)


def _sync_link(source: str, goal: str, crate: str) -> None:
    """Repeat a link: one that stays inside the crate as it is, one that leaves it by the absolute path it leads to."""
    text = os.readlink(source)
    aim = os.path.normpath(os.path.join(os.path.dirname(source), text))
    inside = not os.path.isabs(text) and (aim + os.sep).startswith(crate + os.sep)
    wanted = text if inside else aim
    if os.path.islink(goal) and os.readlink(goal) == wanted:
        return
    _remove(goal)
    os.symlink(wanted, goal)


def _directory(path: str) -> None:
    if os.path.islink(path) or not os.path.isdir(path):
        _remove(path)
        os.mkdir(path)


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)
