"""Room deep/: run cargo in a process group of its own, line by line, and leave nothing behind however it ends."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
import time

from .interface import DeepError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType
    from typing import IO


class Output:
    """What a finished program left: status (negative: killed by that signal), stdout and stderr as lists of lines."""

    __slots__ = ("err", "out", "status")

    def __init__(self, status: int, out: list[str], err: list[str]) -> None:
        self.status = status
        self.out = out
        self.err = err


class Runner:
    """Runs programs with one environment and working directory. timeout: seconds for each, None for no limit."""

    def __init__(self, cwd: str, env: dict[str, str], timeout: float | None) -> None:
        self.cwd = cwd
        self.env = env
        self.timeout = timeout

    def run(
        self,
        command: list[str],
        what: str,
        *,
        on_out: Callable[[str], None] | None = None,
        on_err: Callable[[str], None] | None = None,
        merge: bool = False,
    ) -> Output:
        """Run to the end; the two functions see each line as it comes. merge: stderr goes where stdout goes.

        Raises DeepError when the program cannot be started or takes longer than the timeout. `what` names it then.
        """
        try:
            process = subprocess.Popen(
                command,
                cwd=self.cwd,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if merge else subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise DeepError(f"{command[0]} cannot be run: {error.strerror or error}") from error
        lines: queue.SimpleQueue[tuple[str, str | None]] = queue.SimpleQueue()
        pipes = [("out", process.stdout)] if merge else [("out", process.stdout), ("err", process.stderr)]
        for name, pipe in pipes:
            if pipe is None:
                raise AssertionError(name)
            threading.Thread(target=_read, args=(name, pipe, lines), daemon=True).start()
        kept: dict[str, list[str]] = {"out": [], "err": []}
        sinks = {"out": on_out, "err": on_err}
        deadline = None if self.timeout is None else time.monotonic() + self.timeout
        running = len(pipes)
        quiet = 0
        try:
            while running:
                left = 1.0 if deadline is None else deadline - time.monotonic()
                if left <= 0:
                    raise DeepError(f"{what} took longer than {self.timeout:g} s: give it more time, or run it by hand")
                try:
                    name, line = lines.get(timeout=min(left, 1.0))
                except queue.Empty:
                    # A child left behind by a test may hold the pipe open long after cargo has ended.
                    quiet = quiet + 1 if process.poll() is not None else 0
                    if quiet == 2:
                        break
                    continue
                quiet = 0
                if line is None:
                    running -= 1
                    continue
                kept[name].append(line)
                sink = sinks[name]
                if sink is not None:
                    sink(line)
            status = process.wait()
        finally:
            # Also after a normal end: a test may have left a child behind in the group.
            _end_group(process)
        return Output(status, kept["out"], kept["err"])


def _read(name: str, pipe: IO[bytes], lines: queue.SimpleQueue[tuple[str, str | None]]) -> None:
    with pipe:
        for raw in pipe:
            lines.put((name, raw.decode("utf-8", "replace").rstrip("\r\n")))
    lines.put((name, None))


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End every process of the group: a request first, force after two seconds. The group's id is the leader's."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except (ProcessLookupError, PermissionError):
            break
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline and (process.poll() is None or _group_lives(process.pid)):
            time.sleep(0.02)
    process.wait()


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


class Interruptible:
    """While this is open, SIGTERM and SIGHUP end the work like Ctrl-C does, so that cargo is ended too.

    Does nothing outside the main thread, or where the caller handles those signals already.
    """

    def __enter__(self) -> Interruptible:
        self._before: list[int] = []
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is signal.SIG_DFL:
                    signal.signal(number, _interrupt)
                    self._before.append(number)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in self._before:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
