"""Room tests/e2e/service/: the service as a whole, and crates on their way into it."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from scripts import _cargo, _service
from tests.e2e.service import postgres
from tests.e2e.service.client import Client
from tests.e2e.service.processes import Running, ServiceError, Supervisor
from tests.support import work_dir

VERSION = os.environ.get("CLOACINA_SERVICE_VERSION") or "0.6.1"
API_KEY = "clk_for_the_tests_of_this_machine_alone"
TENANT = "public"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def compiler_flags(program: Path) -> list[str]:
    """What this compiler service is told of cargo, as far as its version knows it.

    By default it takes vendored crates alone (from 0.7 on), and its limits are a container's (from 0.8 or so on). What
    the tests have built already is there in cargo's build directory; the libraries themselves land in a directory of
    the service, so that crates of one name cannot take each other's.
    """
    usage = subprocess.run([program, "--help"], capture_output=True, text=True).stdout
    # `--cargo-flag` replaced the defaults before there was an option of its own for that.
    option = "--cargo-flags-replace" if "--cargo-flags-replace" in usage else "--cargo-flag"
    # A flag, not a variable: from 0.11 on cargo is started without the environment.
    shared = f'build.build-dir="{work_dir() / "target"}"'
    flags = [f"{option}={word}" for word in ("build", "--release", "--lib", "--config", shared)]
    limits = {
        "--build-rlimit-procs": (resource.RLIMIT_NPROC, 100_000),
        "--build-rlimit-mem": (resource.RLIMIT_AS, 2**36),
    }
    for option, (limit, wanted) in limits.items():
        if option in usage:
            _, most = resource.getrlimit(limit)
            flags.append(f"{option}={wanted if most == resource.RLIM_INFINITY else min(most, wanted)}")
    return flags


class Service:
    """PostgreSQL, cloacina-server and cloacina-compiler of one version, started here and ended by `stop`.

    url: of the server, http://127.0.0.1:<port>. api_key: an administrator's. tenant: "public". version: Cloacina's.
    inbox: the server's $ORDERS_INBOX. client: speaks to the server. database: for what its interface does not tell.
    """

    def __init__(self, version: str) -> None:
        """Install what is missing, then start all. Raises ServiceError, or UserError of an installation."""
        self.version = version
        self.api_key = API_KEY
        self.tenant = TENANT
        server, compiler = (_service.install(tool, version) for tool in _service.TOOLS)
        self.supervisor = Supervisor()
        try:
            database_port, server_port, compiler_port = postgres.free_ports(3)
            self.inbox = self.supervisor.directory / "inbox"
            self.inbox.mkdir()
            self.scratch = self.supervisor.directory / "tmp"
            self.scratch.mkdir()
            self.url = f"http://127.0.0.1:{server_port}"
            self.database = postgres.Postgres(self.supervisor, database_port)
            self.server = self._start_server(server, server_port)
            self.compiler = self._start_compiler(compiler, compiler_port)
        except BaseException:
            self.supervisor.stop()
            raise
        self.client = Client(self.url, self.api_key, self.tenant)

    def _env(self) -> dict[str, str]:
        """A plain environment: no settings of the caller's cargo, Python or Cloacina."""
        unwanted = ("CARGO_", "CLOACINA_", "DATABASE_", "PG", "PYTHON", "RUST", "VIRTUAL_ENV", "OTEL_")
        kept = {"CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"}
        env = {key: value for key, value in os.environ.items() if key in kept or not key.startswith(unwanted)}
        env.update(DATABASE_URL=self.database.url, NO_COLOR="1", CARGO_TERM_COLOR="never", TMPDIR=str(self.scratch))
        # Where a generated crate with a poll trigger looks for orders.
        env.update(ORDERS_INBOX=str(self.inbox))
        return env

    def _start_server(self, program: Path, port: int) -> Running:
        command: list[str | os.PathLike[str]] = [program, "--home", self.supervisor.directory / "server"]
        command += ["--bind", f"127.0.0.1:{port}", "--reconcile-interval-s", "2"]
        env = {**self._env(), "CLOACINA_BOOTSTRAP_KEY": self.api_key}
        server = self.supervisor.start("cloacina-server", command, env)
        server.wait_until(lambda: _healthy(self.url), 120)
        return server

    def _start_compiler(self, program: Path, port: int) -> Running:
        home = self.supervisor.directory / "compiler"
        command: list[str | os.PathLike[str]] = [program, "--home", home, "--bind", f"127.0.0.1:{port}"]
        command += ["--poll-interval-ms", "300", "--cargo-target-dir", home / "target", *compiler_flags(program)]
        compiler = self.supervisor.start("cloacina-compiler", command, self._env())
        compiler.wait_until(lambda: _healthy(f"http://127.0.0.1:{port}"), 60)
        return compiler

    def logs(self, program: str = "cloacina-server") -> str:
        """Everything that `cloacina-server`, `cloacina-compiler` or `postgres` has printed so far, without colours."""
        text = (self.supervisor.directory / f"{program}.log").read_text(encoding="utf-8", errors="replace")
        return _ANSI.sub("", text)

    def final_context(self, execution: str) -> dict[str, Any]:
        """The context that an execution ended with: the server's interface gives only its status."""
        sql = "SELECT value FROM contexts JOIN workflow_executions ON contexts.id = context_id"
        value = self.database.query(f"{sql} WHERE workflow_executions.id = '{execution}'")
        if not value:
            raise ServiceError(f"no final context of execution {execution}")
        context: dict[str, Any] = json.loads(value)
        return context

    def executions(self, workflow: str) -> list[str]:
        """The status of every execution of a workflow, the oldest first: the server lists those that are not over."""
        sql = f"SELECT status FROM workflow_executions WHERE workflow_name = '{workflow}' ORDER BY started_at"
        return self.database.query(sql).split()

    def upload(self, crate: Path) -> str:
        """Pack a crate with the real `cloacinactl` of this version and upload it; returns the package's id."""
        return self.client.upload(pack(crate, self.version, self.supervisor.directory))

    def processes(self) -> list[Running]:
        """What runs, in the order of its start."""
        return [self.database.process, self.server, self.compiler]

    def stop(self) -> None:
        """End every process; all that they wrote is gone then."""
        self.supervisor.stop()


def _healthy(url: str) -> bool:
    """Does it answer GET /health with 200?"""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/health", timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def pack(crate: Path, version: str, folder: Path) -> Path:
    """The package of a crate, made by the real `cloacinactl` of this version, in `folder`."""
    archive = folder / f"{crate.name}.cloacina"
    archive.unlink(missing_ok=True)
    command: list[str | os.PathLike[str]] = [
        _cargo.install_cloacinactl(version),
        "package",
        "pack",
        crate,
        "--out",
        archive,
    ]
    env = {**os.environ, "CLOACINA_HOME": str(folder / "cloacinactl"), "HOME": str(folder)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=folder)
    if done.returncode or not archive.is_file():
        raise ServiceError(f"cloacinactl package pack {crate}:\n{done.stdout}{done.stderr}")
    return archive


def copied(crate: Path, folder: Path, name: str) -> Path:
    """A copy of a generated crate with its Cargo.lock, to be edited and packed; build results are left out."""
    if not (crate / "Cargo.lock").is_file():
        done = subprocess.run(["cargo", "generate-lockfile"], cwd=crate, capture_output=True, text=True)
        if done.returncode:
            raise ServiceError(f"cargo generate-lockfile in {crate}:\n{done.stderr}")
    return Path(shutil.copytree(crate, folder / name, ignore=shutil.ignore_patterns("target")))
