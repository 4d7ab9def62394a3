"""Room deep/: how far the work is: a bar on a terminal, plain lines elsewhere, or the caller's own function."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, TextIO

    from .interface import ProgressCall


class Progress:
    """One step after another. `step` begins one, `advance` says how much is done, `end` says how it went.

    This base is silent; the others show something. Use as a context manager, so that a bar never stays behind.
    """

    def step(self, text: str, total: int | None = None) -> None:
        """Begin a step; total: packages to compile, None where that is not known."""

    def advance(self, done: int, text: str = "") -> None:
        """done packages are there; text: what is being done."""

    def end(self, outcome: str) -> None:
        """The step is over: "pass", "fail" or a few words."""

    def close(self) -> None:
        """Leave the terminal as it was."""

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class CallProgress(Progress):
    def __init__(self, call: ProgressCall) -> None:
        self._call = call
        self._text = ""
        self._total: int | None = None

    def step(self, text: str, total: int | None = None) -> None:
        self._text, self._total = text, total
        self._call(text, None if total is None else 0, total)

    def advance(self, done: int, text: str = "") -> None:
        self._call(self._text, done, self._total)

    def end(self, outcome: str) -> None:
        self._call(f"{self._text}: {outcome}", self._total, self._total)


class LineProgress(Progress):
    """For a stream that is no terminal: one line at the start and one at the end of a step."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text = ""
        self._started = 0.0

    def step(self, text: str, total: int | None = None) -> None:
        self._text, self._started = text, time.monotonic()
        self._line(f"{text} ...")

    def end(self, outcome: str) -> None:
        self._line(f"{self._text}: {outcome} ({time.monotonic() - self._started:.0f} s)")

    def _line(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()


class BarProgress(LineProgress):
    """For a terminal: a bar while a step runs, the same closing line after it."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._bar: Any = None
        self._task: Any = None

    def step(self, text: str, total: int | None = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        self.close()
        self._text, self._started = text, time.monotonic()
        counted = [BarColumn(), MofNCompleteColumn()] if total is not None else [SpinnerColumn()]
        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            *counted,
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}", markup=False),
            console=Console(file=self._stream),
            transient=True,
        )
        self._task = self._bar.add_task(text, total=total, now="")
        self._bar.start()

    def advance(self, done: int, text: str = "") -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=done, now=text)

    def end(self, outcome: str) -> None:
        self.close()
        super().end(outcome)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def make_progress(wish: ProgressCall | TextIO | None) -> Progress:
    """The Progress for DeepRequest.progress."""
    if wish is None:
        return Progress()
    if callable(wish):
        return CallProgress(wish)
    return BarProgress(wish) if wish.isatty() else LineProgress(wish)
