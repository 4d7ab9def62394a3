"""Room: writing. What a run keeps aside, in a directory of its own: complete new files, displaced old ones, a manifest.

Nothing here is ever overwritten blindly: the file that a new one takes the place of is kept in a slot until it is
proved to be the one that was read, so that a change somebody made in between can be put back.

A staging directory holds `manifest` (JSON, locked by its owner as long as that lives), `slots/K` (the new content of
change K, complete), `slots/K.old` (what it displaced), `slots/K.part` (being written), and in its two uses `tree` (the
decoy of `write_exchange`) or `committed` (the commit point of the journal in `write`).
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
from contextlib import suppress

from . import write_files as files
from .write_files import Change, Overtaken, digest, digest_of, quietly


class Step:
    """A change as the manifest keeps it: digests in place of the bytes."""

    __slots__ = ("after", "before", "path")

    def __init__(self, path: str, before: str | None, after: str | None) -> None:
        self.path = path
        self.before = before
        self.after = after


def remove_emptied(base: str, steps: list[Step]) -> None:
    """Remove the directories that the removals have left empty, up to `base` and without it."""
    for step in steps:
        parent = os.path.dirname(step.path) if step.after is None else ""
        while parent:
            try:
                os.rmdir(os.path.join(base, parent))
            except FileNotFoundError:
                pass  # with another file of it
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                break
            parent = os.path.dirname(parent)


class Staging:
    """A staging directory on disk. base, in the methods: the tree whose files are displaced."""

    __slots__ = ("lock", "made", "path", "since", "steps")

    def __init__(self, path: str, steps: list[Step], made: list[str], lock: int) -> None:
        self.path = path
        self.steps = steps
        self.made = made
        self.lock = lock
        self.since = os.fstat(lock).st_mtime_ns  # nothing of the user's that is older was written behind our back

    @classmethod
    def create(cls, path: str, name: str, changes: list[Change], made: list[str]) -> Staging:
        """Make the directory (FileExistsError where there is one) with its locked manifest."""
        steps = [Step(each.path, digest_of(each.before), digest_of(each.after)) for each in changes]
        os.mkdir(path, 0o700)
        lock = -1
        try:
            manifest = os.path.join(path, "manifest")
            lock = os.open(manifest, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            listed = [[step.path, step.before, step.after] for step in steps]
            text = json.dumps({"cloacina-lint": 1, "root": name, "changes": listed, "made": made})
            files.write_all(lock, text.encode("ascii"))
            os.mkdir(os.path.join(path, "slots"), 0o700)
            return cls(path, steps, made, lock)
        except BaseException:
            if lock >= 0:
                os.close(lock)
            files.remove_tree(path)
            raise

    @classmethod
    def adopt(cls, path: str, name: str | None) -> Staging | None:
        """The staging directory that a dead run left; None where it is not ours, or its owner lives.

        One without a whole manifest holds nothing yet and is removed where it is empty.
        """
        manifest = os.path.join(path, "manifest")
        try:
            lock = os.open(manifest, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            quietly(os.rmdir, path)
            return None
        except OSError:
            return None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return None
        try:
            with open(lock, "rb", closefd=False) as stream:
                read = json.loads(stream.read())
            if read["cloacina-lint"] == 1 and (name is None or read["root"] == name):
                steps = [Step(path, before, after) for path, before, after in read["changes"]]
                return cls(path, steps, list(read["made"]), lock)
        except (ValueError, KeyError, TypeError):
            if set(os.listdir(path)) == {"manifest"}:  # killed while it was written: there is nothing else yet
                quietly(os.unlink, manifest)
                quietly(os.rmdir, path)
        os.close(lock)
        return None

    def slot(self, number: int) -> str:
        return os.path.join(self.path, "slots", str(number))

    def old(self, number: int) -> str:
        return self.slot(number) + ".old"

    def fill(self, base: str, changes: list[Change]) -> None:
        """Write the new files into their slots, whole and on disk, each with the mode of the one it will replace."""
        for number, change in enumerate(changes):
            if change.after is None:
                continue
            files.stop_if_asked()
            part = self.slot(number) + ".part"
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            try:
                files.write_all(descriptor, change.after)
                target = os.path.join(base, change.path)
                if change.before is not None:
                    files.take_after(part, target, os.lstat(target))
                else:
                    self._group(part, base, change.path)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.rename(part, self.slot(number))

    @staticmethod
    def _group(part: str, base: str, path: str) -> None:
        parent = os.path.dirname(os.path.join(base, path))
        while not os.path.lexists(parent):
            parent = os.path.dirname(parent)
        found = os.lstat(parent)
        if found.st_mode & stat.S_ISGID and found.st_gid != os.lstat(part).st_gid:
            with suppress(PermissionError):
                os.chown(part, -1, found.st_gid)

    def put(self, base: str, number: int) -> None:
        """Carry out one step in `base`; what is displaced comes into the step's old slot. Overtaken, OSError."""
        step = self.steps[number]
        target, slot, old = os.path.join(base, step.path), self.slot(number), self.old(number)
        try:
            if step.after is None:
                os.rename(target, old)
            elif step.before is None:
                self._put_new(base, step, slot, target)
            else:
                self._put_over(slot, target, old)
        except (FileExistsError, FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise Overtaken(step.path) from error

    def _put_new(self, base: str, step: Step, slot: str, target: str) -> None:
        for made in self.made:
            if step.path.startswith(made + "/") and not os.path.lexists(os.path.join(base, made)):
                os.mkdir(os.path.join(base, made))
        try:
            os.link(slot, target)
        except OSError as error:
            if error.errno not in files.UNSUPPORTED:
                raise
            if os.path.lexists(target):
                raise Overtaken(step.path) from error
            os.rename(slot, target)
        else:
            os.unlink(slot)

    @staticmethod
    def _put_over(slot: str, target: str, old: str) -> None:
        try:
            files.exchange(slot, target)
        except OSError as error:
            if error.errno not in files.UNSUPPORTED:
                raise
            try:
                os.link(target, old)
            except OSError as refused:
                if refused.errno not in files.UNSUPPORTED:
                    raise
                files.copy(target, old)
            os.replace(slot, target)
        else:
            os.rename(slot, old)

    def displaced(self, number: int) -> str | None:
        """Where the file is that this step took away; None where it took none."""
        if os.path.lexists(self.old(number)):
            return self.old(number)
        step, slot = self.steps[number], self.slot(number)
        if step.before is None or step.after is None or digest(slot) in (None, step.after):
            return None
        return slot  # exchanged, and killed before it got its name

    def check_displaced(self) -> None:
        """Overtaken where what was displaced is not what had been read."""
        for number, step in enumerate(self.steps):
            if step.before is not None:
                path = self.displaced(number)
                if path is None or digest(path) != step.before:
                    raise Overtaken(step.path)

    def pending(self, base: str, number: int) -> bool:
        """Whether a step is still to be carried out."""
        step = self.steps[number]
        if digest(os.path.join(base, step.path)) == step.after:
            return False
        if step.after is None:
            return not os.path.lexists(self.old(number))
        return digest(self.slot(number)) == step.after

    def undo(self, base: str) -> list[int]:
        """Put back what was displaced and take away what was added. Returns the steps where somebody has written since:
        there their file stays. OSError where it cannot be done."""
        lost: list[int] = []
        for number in reversed(range(len(self.steps))):
            step = self.steps[number]
            target, slot = os.path.join(base, step.path), self.slot(number)
            now = digest(target)
            if step.before is None:
                if now == step.after and (files.same(slot, target) or not os.path.lexists(slot)):
                    os.unlink(target)
            elif not self.pending(base, number):
                taken = self.displaced(number)
                if taken is None:
                    continue
                if now == step.after and os.path.isdir(taken) and step.after is not None:
                    files.exchange(taken, target)
                elif now == step.after:
                    os.replace(taken, target)
                else:
                    lost.append(number)
        for made in reversed(self.made):
            quietly(os.rmdir, os.path.join(base, made))
        return lost

    def clear(self, kept: list[int] | None = None) -> bool:
        """Remove the directory and what is ours in it. False where something of somebody else's stays in it.

        kept: steps whose displaced file is not ours to remove either.
        """
        slots = os.path.join(self.path, "slots")
        for number in kept or []:
            taken = self.displaced(number)
            if taken is not None:
                os.rename(taken, os.path.join(slots, f"kept-{number}"))
        if self._clear_slots(slots):
            quietly(os.rmdir, slots)
        empty = set(os.listdir(self.path)) <= {"manifest"}
        if empty:
            quietly(os.unlink, os.path.join(self.path, "manifest"))
            quietly(os.rmdir, self.path)
        os.close(self.lock)
        return empty

    def _clear_slots(self, slots: str) -> bool:
        if not os.path.isdir(slots):
            return True
        for name in os.listdir(slots):
            path = os.path.join(slots, name)
            number, _, kind = name.partition(".")
            if kind.endswith("part"):
                quietly(os.unlink, path)
            elif number.isdigit() and int(number) < len(self.steps):
                step = self.steps[int(number)]
                if digest(path) in (step.before, step.after):
                    quietly(os.unlink, path)
        return not os.listdir(slots)

    def discard(self) -> None:
        """Remove all of it: nothing in it was ever to be seen by others."""
        files.remove_tree(os.path.join(self.path, "tree"))
        files.remove_tree(os.path.join(self.path, "slots"))
        if set(os.listdir(self.path)) <= {"manifest"}:
            quietly(os.unlink, os.path.join(self.path, "manifest"))
            quietly(os.rmdir, self.path)
        os.close(self.lock)
