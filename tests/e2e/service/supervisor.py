"""Room tests/e2e/service/: the program that starts the service's processes and ends every one of them.

It ends them when its standard input ends, which the kernel sees to however the test ended, `kill -9` included. It is
the reaper of what they leave behind (Linux), so that a cargo whose compiler service was killed is ended too.

One JSON object a line: {"argv": [...], "env": {...}, "log": path, "user": name or null} starts a process and is
answered with {"pid": 1234} or {"error": text}; {"status": pid} is answered with {"status": null or its exit status}.
The first line of its output, unasked, is {"directory": path}: a new directory that it removes at the end.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
# Cloacina's programs and PostgreSQL all stop on SIGINT (the compiler service of 0.6 on nothing else).
POLITE_SECONDS = 15.0


def prctl_function() -> Callable[..., int]:
    """Linux's prctl; elsewhere a function that does nothing."""
    if not LINUX:
        return lambda *_: 0
    function: Callable[..., int] = ctypes.CDLL(None, use_errno=True).prctl
    return function


prctl = prctl_function()


class Processes:
    """Every process started here, in the order of their start."""

    def __init__(self) -> None:
        self.children: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, argv: list[str], env: dict[str, str], log: str, user: str | None) -> int:
        """Start a program in a session of its own, its output added to `log`; returns its process id."""
        identity: dict[str, Any] = {"user": user, "group": user_group(user), "extra_groups": []} if user else {}
        with Path(log).open("ab") as sink:
            child = subprocess.Popen(
                argv,
                env=env,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Should this supervisor itself be killed, the processes still stop.
                preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGINT),
                **identity,
            )
        self.children[child.pid] = child
        return child.pid

    def status(self, pid: int) -> int | None:
        """Its exit status, None while it runs."""
        return self.children[pid].poll()

    def stop_all(self) -> None:
        """End all, the youngest first: each may need those before it until its end."""
        for child in reversed(self.children.values()):
            if child.poll() is None:
                signal_group(child.pid, signal.SIGINT)
                try:
                    child.wait(POLITE_SECONDS)
                except subprocess.TimeoutExpired:
                    signal_group(child.pid, signal.SIGKILL)
                    child.wait()
        self._end_orphans()

    def _end_orphans(self) -> None:
        """What our processes left behind has become our child: end it too."""
        deadline = time.monotonic() + POLITE_SECONDS
        while time.monotonic() < deadline:
            for pid in children_of(os.getpid()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                time.sleep(0.05)


def user_group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal the process and those of its group, if any are left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def children_of(parent: int) -> list[int]:
    """Process ids whose parent this is (Linux; elsewhere none are known)."""
    if not LINUX:
        return []
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path("/proc", entry, "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            # The name in parentheses may hold anything; what comes after the last one is regular.
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry))
    return found


def answer(processes: Processes, request: dict[str, Any]) -> dict[str, Any]:
    if "status" in request:
        return {"status": processes.status(request["status"])}
    try:
        return {"pid": processes.start(request["argv"], request["env"], request["log"], request["user"])}
    except (OSError, subprocess.SubprocessError, KeyError) as error:
        return {"error": f"cannot start {request['argv'][0]}: {error}"}


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    # Not in the work directory: its path may be too long for a socket, and closed to the database's user.
    directory = Path(tempfile.mkdtemp(prefix="cloacina-", dir="/tmp" if os.access("/tmp", os.W_OK) else None))
    directory.chmod(0o755)
    processes = Processes()
    try:
        print(json.dumps({"directory": str(directory)}), flush=True)
        for line in sys.stdin:
            print(json.dumps(answer(processes, json.loads(line))), flush=True)
    except BrokenPipeError:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        processes.stop_all()
        shutil.rmtree(directory, ignore_errors=True)
        # The reader may be gone: what is still to be written at exit goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
