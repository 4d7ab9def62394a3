"""Room tests/e2e/service/: a PostgreSQL of our own: its programs, a new cluster, the one database, queries."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess

from scripts import _service
from tests.e2e.service.processes import Running, ServiceError, Supervisor

# The server of Cloacina names the database itself, and the compiler service takes it from the user's name.
NAME = "cloacina"
# A throw-away database: nothing has to survive a power cut.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
}


def other_user() -> str | None:
    """Who PostgreSQL runs as: it refuses root. None: we ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise ServiceError("PostgreSQL refuses to run as root, and there is no user postgres or nobody")


def free_ports(count: int) -> list[int]:
    """Port numbers of the loopback interface that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Postgres:
    """A running database. `url`: with user and password, for Cloacina."""

    def __init__(self, supervisor: Supervisor, port: int) -> None:
        folder = _service.postgres_programs()
        if folder is None:
            raise ServiceError(_service.NO_POSTGRES)
        self._psql = folder / "psql"
        self.socket_directory = supervisor.directory / "socket"
        self.port = port
        self.url = f"postgres://{NAME}:{NAME}@127.0.0.1:{port}/{NAME}"
        user = other_user()
        data, password = supervisor.directory / "data", supervisor.directory / "password"
        for directory in (data, self.socket_directory):
            directory.mkdir()
        password.write_text(NAME, encoding="utf-8")
        if user:
            for path in (data, self.socket_directory, password):
                shutil.chown(path, user)
        env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        initdb: list[str | os.PathLike[str]] = [
            folder / "initdb",
            "--no-sync",
            "--encoding=UTF8",
            "-U",
            NAME,
            "-D",
            data,
        ]
        initdb += [f"--pwfile={password}", "--auth-local=trust", "--auth-host=scram-sha-256"]
        supervisor.start("initdb", initdb, env, user).wait(120)
        command: list[str | os.PathLike[str]] = [folder / "postgres", "-D", data, "-p", str(port)]
        command += ["-k", self.socket_directory, "-h", "127.0.0.1"]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        self.process: Running = supervisor.start("postgres", command, env, user)
        self.process.wait_until(self._answers, 60)
        self.query(f"CREATE DATABASE {NAME}", database="postgres")

    def _run(self, sql: str, database: str) -> subprocess.CompletedProcess[str]:
        command: list[str | os.PathLike[str]] = [
            self._psql,
            "--no-psqlrc",
            "--no-align",
            "--tuples-only",
            "-v",
            "ON_ERROR_STOP=1",
        ]
        command += ["-h", self.socket_directory, "-p", str(self.port), "-U", NAME, "-d", database, "-c", sql]
        env = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)

    def _answers(self) -> bool:
        return self._run("SELECT 1", "postgres").returncode == 0

    def query(self, sql: str, database: str = NAME) -> str:
        """What a statement returns: a row a line, columns separated by `|`. Raises ServiceError with psql's words."""
        done = self._run(sql, database)
        if done.returncode:
            raise ServiceError(f"psql: {done.stderr.strip()}")
        return done.stdout.strip("\n")
