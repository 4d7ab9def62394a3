"""Room tests/lint: a writer that is killed, refused or told to stop at its n-th call that touches the disk.

Run as a program with a scenario as JSON on standard input (no threads here, so that it may fork): for n = 1, 2, ...
until a run ends by itself, a fresh tree is made, a child carries out the changes and meets its fault at call n, and the
tree that it left is compared with the old and the new one. Prints a JSON object: what went wrong, and what was seen.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cloacina_lint import write, write_exchange, write_files

# What makes something new on the disk, and may find it full.
MAKING = ["open", "write", "fsync", "link", "symlink", "mkdir", "rename", "replace"]
CALLS = [*MAKING, "unlink", "rmdir", "utime", "chmod", "chown", "setxattr"]
Content = dict[str, tuple[str, int, bytes]]

OLD: dict[str, bytes | str] = {
    "Cargo.toml": b"[package]\r\nname = 'a'\r\n",
    "src/lib.rs": b"pub mod tasks;\n" * 40,
    "src/main.rs": b"fn main() {}\n",
    "src/tasks/mod.rs": b"",
    "old/only/gone.rs": b"gone\n",
    "h\u00e4\u00df\u20ac/\u00fc.txt": b"text",
    "target/debug/a": b"\x7fELF",
    ".git/HEAD": b"ref: refs/heads/main\n",
    "link": "src",
    "src/dangling": "nowhere",
}
MODES = {"Cargo.toml": 0o640, "src/lib.rs": 0o755, "target/debug/a": 0o555, "target/debug": 0o555, "src": 0o2775}
CHANGES: dict[str, list[tuple[str, bytes | None]]] = {
    "many": [
        ("Cargo.toml", b"[package]\r\nname = 'b'\r\n"),
        ("src/lib.rs", b"pub mod tasks;\n" * 41),
        ("src/main.rs", None),
        ("old/only/gone.rs", None),
        ("package.toml", b"[package]\n"),
        ("tests/deep/service_mode.rs", b"#[test]\n"),
        ("tests/one.rs", b""),
    ],
    "one": [("src/lib.rs", b"one\n")],
    "new": [("build.rs", b"fn main() {}\n")],
    "gone": [("src/main.rs", None)],
}


def build(root: Path) -> None:
    """The old tree, with a mode of each kind, a pair of hard links, an empty directory and links to nowhere."""
    for path, content in OLD.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            place.symlink_to(content)
        else:
            place.write_bytes(content)
    (root / "target/debug/deps").mkdir()
    os.link(root / "target/debug/a", root / "target/debug/deps/a-1234")
    for path, mode in MODES.items():
        (root / path).chmod(mode)


def snapshot(root: Path) -> Content:
    """Everything in a tree: kind, mode, bytes or target, by path."""
    seen: Content = {}
    for directory, names, others in os.walk(root):
        for name in [".", *names, *others]:
            place = Path(directory) / name
            found = place.lstat()
            kind = {stat.S_IFREG: "file", stat.S_IFLNK: "link", stat.S_IFDIR: "directory", stat.S_IFIFO: "pipe"}[
                stat.S_IFMT(found.st_mode)
            ]
            content = place.read_bytes() if kind == "file" else os.fsencode(place.readlink()) if kind == "link" else b""
            seen[str(place.relative_to(root))] = (kind, stat.S_IMODE(found.st_mode), content)
    return seen


def expected(old: Content, changes: list[tuple[str, bytes | None]]) -> Content:
    """The new tree, computed from the old one without the writer."""
    new = dict(old)
    for path, after in changes:
        parents = [str(parent) for parent in Path(path).parents][:-1]
        if after is not None:
            new[path] = ("file", old[path][1] if path in old else 0o644, after)
            new.update({parent: ("directory", 0o755, b"") for parent in parents if parent not in new})
            continue
        del new[path]
        for parent in parents:
            if not any(other.startswith(parent + "/") for other in new):
                del new[parent]
    return new


def changes_of(name: str) -> list[write.Change]:
    before = {path: content for path, content in OLD.items() if isinstance(content, bytes)}
    return [write.Change(path, before.get(path), after) for path, after in CHANGES[name]]


def install(at: int, fault: str, way: str) -> Callable[[], int]:
    """Make the call number `at` of this process meet its fault; returns how many calls there have been.

    fault: before, after or half (killed then), ENOSPC or EIO (refused), SIGINT or SIGTERM (sent after it).
    way: exchange, journal (no exchange), bare (no exchange, no hard links), closed (nothing may be made beside the
    root), naive (not the writer at all: files written in their places, to see that this harness sees it).
    """
    count = 0

    def wrap(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            if name == "open" and not arguments[1] & os.O_CREAT:
                return call(*arguments, **options)
            if (fault == "ENOSPC" and name not in MAKING) or (fault == "half" and name != "write"):
                return call(*arguments, **options)
            count += 1
            if way in ("journal", "bare") and name == "exchange":
                raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), arguments[0])
            if way == "bare" and name == "link":
                raise OSError(errno.EPERM, os.strerror(errno.EPERM), arguments[0])
            if way == "closed" and name == "mkdir" and write_exchange.stem("crate") in arguments[0]:
                raise OSError(errno.EACCES, os.strerror(errno.EACCES), arguments[0])
            if count == at and fault == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            if count == at and fault == "half" and name == "write":
                call(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            if count == at and fault.startswith("E"):
                number = getattr(errno, fault)
                raise OSError(number, os.strerror(number), arguments[0] if isinstance(arguments[0], str) else None)
            result = None if name == "fsync" else call(*arguments, **options)
            if count == at and fault == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            if count == at and fault.startswith("SIG"):
                os.kill(os.getpid(), getattr(signal, fault))
            return result

        return wrapped

    for name in CALLS:
        setattr(os, name, wrap(name, getattr(os, name)))
    write_files.exchange = wrap("exchange", write_files.exchange)
    return lambda: count


def naive(root: Path, changes: list[write.Change]) -> None:
    for change in changes:
        place = root / change.path
        if change.after is None:
            os.unlink(place)
            continue
        os.makedirs(place.parent, exist_ok=True)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.write(descriptor, change.after)
        os.close(descriptor)


def child(action: Callable[[], object], at: int, fault: str, way: str) -> tuple[str, str]:
    """Run an action in a fork with a fault. Returns how it ended ("ended", "met", an error's name, "signal N") and the
    text of its error. "met": by itself, after the fault; "ended": there was no call `at` any more."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        how, text = "ended", ""
        try:
            sent = os.write
            count = install(at, fault, way)
            try:
                action()
                how = "met" if count() >= at else "ended"
            except (Exception, KeyboardInterrupt) as error:
                how, text = type(error).__name__, str(error)
            sent(writer, json.dumps([how, text]).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as stream:
        said = stream.read()
    status = os.waitpid(process, 0)[1]
    if os.WIFSIGNALED(status):
        return f"signal {os.WTERMSIG(status)}", ""
    how, text = json.loads(said)
    return how, text


def state(root: Path, old: Content, new: Content) -> str:
    now = snapshot(root)
    if now == old:
        return "old"
    if now == new:
        return "new"
    differing = sorted(path for path in {*now, *old, *new} if not now.get(path) == old.get(path) == new.get(path))
    return f"mixed: {[(path, now.get(path)) for path in differing]}"


def run(place: Path, name: str, fault: str, way: str, again: int) -> dict[str, Any]:
    """One scenario, from the first call to the last. again: also kill `recover` after every `again`-th fault."""
    wrong: list[str] = []
    seen: dict[str, int] = {}
    root = place / "crate"

    def action() -> None:
        if way == "naive":
            naive(root, changes_of(name))
        else:
            write.commit(str(root), changes_of(name))

    at, how = 0, ""
    while how != "ended":
        at += 1
        if place.exists():
            remove(place)
        root.mkdir(parents=True)
        build(root)
        old = snapshot(root)
        new = expected(old, CHANGES[name])
        how, text = child(action, at, fault, way)
        now = state(root, old, new)
        seen[f"{how}: {now[:5]}"] = seen.get(f"{how}: {now[:5]}", 0) + 1
        killed = how == "signal 9"
        # In the journal's way a killed run, or one whose disk refuses even to undo, is left to `recover`.
        pending = way in ("journal", "bare", "closed") and (killed or fault == "EIO")
        found = []
        if now not in ("old", "new") and not pending:
            found.append(now)
        if how in ("ended", "met") and now != "new" and not pending:
            found.append(f"ended, and the tree is {now}")
        if how == "WriteError" and "\n" in text:
            found.append("more than a line")
        if how == "WriteError" and now != "old" and "run again to finish" not in text:
            found.append(f"refused, and the tree is {now}")
        if beside(place) and not killed and fault != "EIO":
            found.append(f"left {beside(place)}")
        if killed and again and at % again == 0:
            inner = 1
            while child(lambda: write.recover(str(root)), inner, "after", way)[0] == "signal 9":
                inner += 1
            seen["recover killed"] = seen.get("recover killed", 0) + inner - 1
        try:
            said = write.recover(str(root))
            after = state(root, old, new)
            if after not in ("old", "new") or (now in ("old", "new") and after != now and not pending):
                found.append(f"{now}, recovered to {after}: {said}")
            if beside(place) or write.recover(str(root)) is not None:
                found.append(f"recovered, and {beside(place)} are left: {said}")
        except write.WriteError as error:
            found.append(f"recover: {error}")
        wrong += [f"{name} {way} {fault} at {at} ({how} {text}): {each}" for each in found]
    return {"wrong": wrong, "seen": seen, "calls": at - 1}


def beside(place: Path) -> list[str]:
    return sorted(each.name for each in place.iterdir() if each.name != "crate")


def remove(place: Path) -> None:
    for directory, _, _ in os.walk(place):
        os.chmod(directory, 0o700)
    shutil.rmtree(place)


def main() -> None:
    os.umask(0o022)
    asked = json.load(sys.stdin)
    print(json.dumps([run(Path(asked["place"]), *scenario) for scenario in asked["scenarios"]]))


if __name__ == "__main__":
    main()
