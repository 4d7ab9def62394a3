"""Room scripts/: what the person at the terminal sees: steps with elapsed time, cargo's progress, one-line errors."""

from __future__ import annotations

import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

CARGO_BAR = re.compile(rb"\[[=> ]*\] (\d+)/(\d+)")
QUIET_SECONDS = 30.0


class UserError(Exception):
    """The command cannot go on. Its text is one line: what, where, and what to do instead."""


def clock(seconds: float) -> str:
    """12 -> "12 s"; 83 -> "1 min 23 s"."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def say(text: str = "") -> None:
    print(text, flush=True)


def last_lines(log: Path, count: int) -> list[str]:
    """The last lines of a log that say something, cargo's progress left out."""
    text = log.read_text(encoding="utf-8", errors="replace").replace("\r", "\n")
    lines = [line.rstrip() for line in text.split("\n")]
    return [line for line in lines if line.strip() and not line.lstrip().startswith("Building [")][-count:]


class _Line:
    """One line that is rewritten on a terminal; elsewhere a sign of life every half minute."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.live = sys.stdout.isatty()
        self.start = self.told = time.monotonic()
        self.shown = ""
        self.update("")

    def update(self, progress: str) -> None:
        now = time.monotonic()
        text = f"...  {self.title}  {progress}{' ' if progress else ''}({clock(now - self.start)})"
        if self.live:
            if text != self.shown:
                sys.stdout.write(f"\r\x1b[K{text[: shutil.get_terminal_size().columns - 1]}")
                sys.stdout.flush()
                self.shown = text
        elif now - self.told >= QUIET_SECONDS:
            self.told = now
            say(text)

    def close(self, word: str, note: str = "") -> None:
        if self.live:
            sys.stdout.write("\r\x1b[K")
        say(f"{word:<4} {self.title}{': ' + note if note else ''} ({clock(time.monotonic() - self.start)})")


def run_step(
    title: str,
    command: Iterable[str | os.PathLike[str]],
    log: Path,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    note: Callable[[str], str] | None = None,
) -> int:
    """Run a command under one line of progress; everything it prints goes to `log`. Returns its exit status.

    `note` makes a short remark of the log's text for the closing line of a step that went well.
    Raises UserError when the program cannot be started. Ctrl-C ends the command and is passed on.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    line = _Line(title)
    with log.open("wb") as sink:
        try:
            child = subprocess.Popen(
                [os.fspath(part) for part in command],
                cwd=cwd,
                env=None if env is None else dict(env),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            line.close("FAIL")
            raise UserError(f"cannot start {next(iter(command))}: {error.strerror}") from error
        try:
            _follow(child, sink.write, line)
            status = child.wait()
        except BaseException:
            stop(child)
            line.close("STOP")
            raise
    if status == 0:
        line.close("ok", note(log.read_text(encoding="utf-8", errors="replace")) if note else "")
    else:
        line.close("FAIL")
    return status


def _follow(child: subprocess.Popen[bytes], write: Callable[[bytes], object], line: _Line) -> None:
    assert child.stdout is not None
    progress = ""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            if selector.select(timeout=1.0):
                chunk = os.read(child.stdout.fileno(), 65536)
                if not chunk:
                    return
                write(chunk)
                seen = CARGO_BAR.findall(chunk)
                if seen:
                    progress = f"{int(seen[-1][0])} of {int(seen[-1][1])} crates"
            line.update(progress)


def stop(child: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """End a process that we started, kindly first."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def show_tail(log: Path, count: int = 25) -> None:
    """The end of a failed step's log, and where the whole of it is."""
    for line in last_lines(log, count):
        say(f"     | {line}")
    say(f"     the whole log: {log}")


def guarded(body: Callable[[], int]) -> int:
    """Run a command's body: a UserError becomes one line and exit status 2, Ctrl-C one line and 130."""
    try:
        return body()
    except UserError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; run the same command again to go on from here", file=sys.stderr)
        return 130
