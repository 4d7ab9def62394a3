"""Room tests/e2e/: generated crates on a real server: PostgreSQL, cloacina-server, cloacina-compiler, cloacinactl.

The version is 0.6.1, or that of CLOACINA_SERVICE_VERSION (`scripts/test.py --service VERSION` sets it). All packages
are uploaded first: while the compiler service builds one and a schedule lets wait, the others are looked at.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.service import running
from tests.e2e.service.client import AnswerError
from tests.e2e.service.processes import Supervisor, wait_for
from tests.e2e.service.supervisor import LINUX
from tests.support import ROOT, need

ORDERS = [
    {"item": "tea", "quantity": 2, "unit_cents": 350},
    {"item": "pot", "quantity": 1, "unit_cents": 1900},
]
REPORT = {"items": 2, "total_cents": 2600}
PACKAGE_MACRO = "cloacina_workflow_plugin::package!();\n"
NIGHTLY, EVERY_TWO_SECONDS = "0 3 * * *", "*/2 * * * * *"
# The first build of the day compiles some eighty crates; the next ones the crate alone.
BUILD_SECONDS, LOAD_SECONDS, RUN_SECONDS, SCHEDULE_SECONDS = 600, 30, 30, 90


# kind -> what starts its workflow. A server before 0.8 never polls a package's trigger.
STARTS = {"scheduled": "cron", "polled": "poll", "served": "request", "broken": "request", "reacting": "event"}
if tuple(int(number) for number in running.VERSION.split(".")[:2]) < (0, 8):
    del STARTS["polled"]
STARTED_BY_ITSELF = [kind for kind, start in STARTS.items() if start in ("cron", "poll")]


def name_of(kind: str) -> str:
    """Package and workflow of this kind; the version tells them apart in the shared target directory."""
    return f"{kind}-{running.VERSION.replace('.', '-')}"


@pytest.fixture(scope="module")
def packages(
    service: running.Service, baked: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """kind -> package id: crates of the real template, packed by the real cloacinactl and uploaded."""
    folder = tmp_path_factory.mktemp("crates")
    found = {}
    for kind, start in STARTS.items():
        crate = baked(service.version, crate_name=name_of(kind), workflow_name=name_of(kind), start=start)
        crate = running.copied(crate, folder, name_of(kind))
        source = crate / "src" / "lib.rs"
        text = source.read_text(encoding="utf-8")
        if kind == "broken":
            assert text.count(PACKAGE_MACRO) == 1
            text = text.replace(PACKAGE_MACRO, "")
        if kind == "scheduled":
            assert text.count(NIGHTLY) == 1
            text = text.replace(NIGHTLY, EVERY_TWO_SECONDS)
        source.write_text(text, encoding="utf-8")
        found[kind] = service.upload(crate)
    return found


def built(service: running.Service, package: str) -> dict[str, Any]:
    """Wait for the build, which must succeed."""
    state = service.client.built(package, BUILD_SECONDS)
    assert state["build_status"] == "success", state["build_error"]
    return state


def test_a_generated_crate_is_built_loaded_and_executed(service: running.Service, packages: dict[str, str]) -> None:
    state = built(service, packages["served"])
    workflow = name_of("served")
    assert (state["package_name"], state["version"]) == (workflow, "0.1.0")
    execution = service.client.execute_when_loaded(workflow, {"orders": ORDERS}, LOAD_SECONDS)
    refused = service.client.execute(workflow, {"orders": "none"})
    assert service.client.finished(execution, RUN_SECONDS) == "Completed"
    context = service.final_context(execution)
    assert context["orders"] == ORDERS
    assert context["cents_by_item"] == {"pot": 1900, "tea": 700}
    assert context["report"] == REPORT
    # Three attempts with pauses between them, whatever the crate says of retries.
    assert service.client.finished(refused, RUN_SECONDS) == "Failed"
    assert "report" not in service.final_context(refused)


def test_the_broken_twin_is_built_never_loads_and_why_explains_the_log(
    service: running.Service, packages: dict[str, str]
) -> None:
    built(service, packages["broken"])
    name = name_of("broken")
    assert name in service.client.packages()

    def complaint() -> str | None:
        return next(
            (line for line in service.logs().splitlines() if name in line and "fidius_get_registry" in line), None
        )

    line = wait_for(complaint, LOAD_SECONDS, "the server's complaint")
    with pytest.raises(AnswerError) as refused:
        service.client.execute(name, {"orders": ORDERS})
    assert refused.value.status in (400, 404)
    command = [sys.executable, "-m", "cloacina_lint", "why", "-"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "lint")}
    answer = subprocess.run(command, input=line, capture_output=True, text=True, env=env)
    assert answer.returncode == 0, answer.stderr
    assert "CL201" in answer.stdout
    assert "never calls `package!()`" in answer.stdout


@pytest.mark.parametrize("kind", STARTED_BY_ITSELF)
def test_a_crate_starts_by_itself(service: running.Service, packages: dict[str, str], kind: str) -> None:
    built(service, packages[kind])
    if kind == "polled":
        arriving = service.inbox / "orders.part"
        arriving.write_text(json.dumps(ORDERS), encoding="utf-8")
        arriving.rename(service.inbox / "orders.json")
    workflow = name_of(kind)
    sql = f"SELECT id FROM workflow_executions WHERE workflow_name = '{workflow}' LIMIT 1"
    execution = wait_for(lambda: service.database.query(sql) or None, SCHEDULE_SECONDS, f"{workflow} started")
    assert service.client.finished(execution, RUN_SECONDS) == "Completed"
    assert service.final_context(execution)["report"] == REPORT
    if kind == "scheduled":
        schedule = next(one for one in service.client.schedules() if one["workflow_name"] == workflow)
        assert schedule["cron_expression"] == EVERY_TWO_SECONDS
        assert schedule["last_run_at"] is not None


def push(service: running.Service, crate: Path, folder: Path, orders: str, **changes: str) -> tuple[int, str]:
    """`make push` in a crate: its exit status, and what it said."""
    told = {"CLOACINA_SERVER": service.url, "CLOACINA_API_KEY": service.api_key, "ORDERS": orders, **changes}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    homes = {"PIPX_HOME": str(folder / "pipx"), "PIPX_DEFAULT_PYTHON": sys.executable, "USE_EMOJI": "0"}
    env = {**os.environ, **told, **homes, "PATH": path, "no_proxy": "127.0.0.1"}
    make = need("make", "sudo apt-get install make")
    run = subprocess.run([make, "push"], cwd=crate, capture_output=True, text=True, env=env)
    assert told["CLOACINA_API_KEY"] not in run.stdout + run.stderr
    return run.returncode, run.stdout + run.stderr


def test_a_computation_graph_fires_when_orders_are_pushed(
    service: running.Service, baked: Callable[..., Path], packages: dict[str, str], tmp_path: Path
) -> None:
    built(service, packages["reacting"])
    name = name_of("reacting")
    generated = baked(service.version, crate_name=name, workflow_name=name, start="event")
    crate = running.copied(generated, tmp_path, name)
    graph = name.replace("-", "_")
    orders = json.dumps(ORDERS)

    def loaded() -> bool | None:
        return True if graph in service.client.graphs() else None

    def printed(line: str) -> bool | None:
        return True if line in service.logs() else None

    wait_for(loaded, LOAD_SECONDS, f"graph {graph} loaded")
    lines = {orders: '{"items":2,"total_cents":2600}', "[1]": '{"refused":"orders[0] needs a text `item` and whole '}
    for pushed, line in lines.items():
        status, said = push(service, crate, tmp_path, pushed)
        assert status == 0, said
        assert f"pushed to {graph}_orders of {service.url}: 1\n" in said
        wait_for(partial(printed, line), RUN_SECONDS, f"{line} in the server's output")
    for changes, why in (
        ({"orders": "{"}, "error: this is no JSON ("),
        (
            {"CLOACINA_API_KEY": "clk_wrong"},
            f"error: {service.url} does not know the key (401): check CLOACINA_API_KEY",
        ),
        ({"CLOACINA_SERVER": "http://127.0.0.1:9"}, "error: no answer from http://127.0.0.1:9 ("),
    ):
        status, said = push(service, crate, tmp_path, **{"orders": orders, **changes})
        assert status == 2, said
        assert why in said
    makefile = crate / "Makefile"
    makefile.write_text(makefile.read_text(encoding="utf-8").replace(f"{graph}_orders", "elsewhere"), encoding="utf-8")
    assert (
        f"error: {service.url} has no accumulator 'elsewhere' for this key: "
        in push(service, crate, tmp_path, orders)[1]
    )


def alive(pid: int) -> bool:
    """Is there such a process, other than a dead one that nobody has asked after yet?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(not LINUX, reason="looks into /proc")
def test_the_supervisor_ends_what_left_its_parent() -> None:
    """A process in a session of its own whose parent is gone, as a cargo whose compiler service was killed."""
    script = 'setsid sh -c "echo \\$\\$ > pid; exec sleep 1000" & until [ -s pid ]; do sleep 0.01; done'
    with Supervisor() as supervisor:
        leaver = supervisor.start("leaver", ["sh", "-c", f"cd {supervisor.directory}; {script}"], dict(os.environ))
        leaver.wait(30)
        pid = int((supervisor.directory / "pid").read_text())
        assert alive(pid)
    assert not alive(pid)
    assert not supervisor.directory.exists()


@pytest.mark.skipif(not LINUX, reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_nothing_is_left_when_its_owner_dies(service: running.Service, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tests.e2e.service", service.version]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    owner = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert owner.stdout is not None
        told = json.loads(owner.stdout.readline())
        directory, processes = Path(told["directory"]), told["processes"]
        assert directory.is_dir()
        assert len(processes) == 4
        assert all(alive(pid) for pid in processes)
        owner.send_signal(number)
        owner.wait(60)
        wait_for(lambda: True if not any(alive(pid) for pid in processes) else None, 60, "end of every process")
        assert not directory.exists()
    finally:
        owner.kill()
        owner.communicate()


def test_the_service_is_up_after_all(service: running.Service) -> None:
    """None of its processes has died and been missed by the tests above."""
    assert [one.status() for one in service.processes()] == [None, None, None]
    assert "panicked" not in service.logs()
