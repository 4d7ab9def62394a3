"""Room tests/e2e/service/: the test's side of the supervisor: start programs, wait, stop all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

SUPERVISOR = Path(__file__).with_name("supervisor.py")
Found = TypeVar("Found")


class ServiceError(Exception):
    """The service cannot be started, or did not do in time what it was to do. Says why, the end of the log included."""


def wait_for(look: Callable[[], Found | None], seconds: float, what: str, pause: float = 0.1) -> Found:
    """The first thing other than None that `look` returns. Raises ServiceError after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise ServiceError(f"{what}: not after {seconds:g} s")
        time.sleep(pause)


def tail(log: Path, count: int = 15) -> str:
    """The last lines of a log, for a message."""
    if not log.is_file():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


class Running:
    """A started program. `log`: where its output goes."""

    def __init__(self, supervisor: Supervisor, name: str, pid: int, log: Path) -> None:
        self.supervisor = supervisor
        self.name = name
        self.pid = pid
        self.log = log

    def status(self) -> int | None:
        """Exit status; None while it runs."""
        status: int | None = self.supervisor.ask({"status": self.pid})["status"]
        return status

    def wait(self, seconds: float) -> None:
        """Wait for its end. Raises ServiceError unless it ended well."""
        status = wait_for(self.status, seconds, f"end of {self.name}", pause=0.02)
        if status != 0:
            raise ServiceError(f"{self.name} ended with status {status}:\n{tail(self.log)}")

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until it is ready. Raises ServiceError when it ends before, or is not ready in time."""

        def look() -> tuple[int | None, bool] | None:
            status = self.status()
            return (status, False) if status is not None else ((None, True) if ready() else None)

        try:
            status, is_ready = wait_for(look, seconds, f"{self.name} ready")
        except ServiceError as error:
            raise ServiceError(f"{error}\n{tail(self.log)}") from None
        if not is_ready:
            raise ServiceError(f"{self.name} ended with status {status}:\n{tail(self.log)}")


class Supervisor:
    """Starts programs through tests/e2e/service/supervisor.py. `directory`: theirs, gone with them.

    A context manager: at the end, whatever the reason, all are stopped.
    """

    def __init__(self) -> None:
        self.program = subprocess.Popen(
            [sys.executable, "-I", str(SUPERVISOR)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.directory = Path(self._answer()["directory"])

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answer(self) -> dict[str, Any]:
        assert self.program.stdout is not None
        line = self.program.stdout.readline()
        if not line:
            raise ServiceError("the supervisor of the service has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self.program.stdin is not None
        try:
            self.program.stdin.write(json.dumps(request) + "\n")
            self.program.stdin.flush()
        except BrokenPipeError:
            raise ServiceError("the supervisor of the service has ended") from None
        answer = self._answer()
        if "error" in answer:
            raise ServiceError(answer["error"])
        return answer

    def start(
        self, name: str, argv: list[str | os.PathLike[str]], env: Mapping[str, str], user: str | None = None
    ) -> Running:
        """Start a program (as another user where one is named); its output goes to <directory>/<name>.log."""
        log = self.directory / f"{name}.log"
        command = [os.fspath(part) for part in argv]
        answer = self.ask({"argv": command, "env": dict(env), "log": str(log), "user": user})
        return Running(self, name, answer["pid"], log)

    def stop(self) -> None:
        """Stop every program and wait for their end; the directory is gone then."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        if not self.program.stdin.closed:
            self.program.stdin.close()
        try:
            self.program.wait(120)
        except subprocess.TimeoutExpired:
            self.program.kill()
            self.program.wait()
            raise
        finally:
            self.program.stdout.close()
