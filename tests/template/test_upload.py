"""Room tests/: upload.py of a generated crate and a small server: what it sends, waits for, and says when it fails."""

from __future__ import annotations

import ast
import io
import os
import socket
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import VERSIONS
from tests.template.fake_server import KEY, NOT_FOUND, Fake, serving
from tests.template.generating import generate

BUILD_ERROR = """cargo build failed:
   Compiling order-totals v0.1.0 (/tmp/x)
error[E0433]: failed to resolve: use of unresolved module or unlinked crate `chrono`
  --> src/lib.rs:34:5
   |
34 |     #[task(id = "extract", dependencies = [])]
error[E0425]: cannot find value `x` in this scope
  --> src/lib.rs:60:9
error: could not compile `order-totals` (lib) due to 2 previous errors
"""


def packed(folder: Path, *changes: Callable[[dict[str, str]], None], **answers: str) -> Path:
    """A generated crate as `cloacinactl package pack` leaves it: a bzip2 tar with one directory at the top."""
    crate = generate(folder, **{"crate_name": "order-totals", **answers}).made()
    files = {path.relative_to(crate).as_posix(): path.read_text() for path in crate.rglob("*") if path.is_file()}
    for change in changes:
        change(files)
    archive = folder / "order-totals-0.1.0.cloacina"
    with tarfile.open(archive, "w:bz2") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(f"order-totals-0.1.0/{name}")
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    return archive


def replace(path: str, old: str, new: str) -> Callable[[dict[str, str]], None]:
    def change(files: dict[str, str]) -> None:
        assert old in files[path]
        files[path] = files[path].replace(old, new)

    return change


def upload(archive: Path, url: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script as `make upload` does. Whatever happens, the key is never shown."""
    scripts = sorted(archive.parent.glob("generated-*/*/scripts/upload.py"))
    env = {"PATH": os.defpath, "CLOACINA_SERVER": url, "CLOACINA_API_KEY": KEY, **environment}
    command = [sys.executable, "-I", str(scripts[0]), str(archive), *arguments]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert KEY not in run.stdout + run.stderr
    return run


def failed(run: subprocess.CompletedProcess[str], status: int) -> str:
    """The one line of the failure."""
    assert run.returncode == status, run.stdout + run.stderr
    (line,) = run.stderr.splitlines()
    assert line.startswith("error: ")
    assert line.isprintable()
    return line.removeprefix("error: ")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return packed(tmp_path)


def test_it_sends_the_archive_and_waits_for_the_build(tmp_path: Path) -> None:
    archive = packed(tmp_path, cloacina_version="0.11.1")
    with serving(Fake("0.11.1")) as fake:
        run = upload(archive, fake.url + "/", CLOACINA_TENANT="team a")
    assert run.returncode == 0, run.stderr
    assert fake.received == archive.read_bytes()
    assert [line for line in fake.requests if line.startswith("POST")] == ["POST /v1/tenants/team%20a/workflows"]
    assert run.stdout.splitlines() == [
        f"uploaded to tenant 'team a' of {fake.url}: p1",
        "build: pending",
        "build: success",
        "order-totals 0.1.0 is built, and the server has read its workflow 'w'",
    ]


def test_an_early_server_tells_of_the_loading_only_by_executing(archive: Path) -> None:
    with serving(Fake()) as fake:
        run = upload(archive, fake.url)
        assert run.returncode == 0
        assert "a server up to 0.7 tells by executing it: make upload EXECUTE='JSON'" in run.stdout
        assert not [line for line in fake.requests if "execut" in line]
        fake.executions = [(400, NOT_FOUND), (202, {"execution_id": "e1"})]
        run = upload(archive, fake.url, "--execute", '{"orders": []}')
    assert run.returncode == 0, run.stderr
    assert run.stdout.endswith("is built and loaded: 'order_totals' was executed and completed\n")
    assert fake.requests.count("POST /v1/tenants/public/workflows/order_totals/execute") == 2


@pytest.mark.parametrize("version", ["0.6.1", "0.11.1"])
def test_a_computation_graph_is_loaded_when_the_server_runs_it(tmp_path: Path, version: str) -> None:
    archive = packed(tmp_path, cloacina_version=version, start="event")
    with serving(Fake("" if version == "0.6.1" else version)) as fake:
        line = failed(upload(archive, fake.url, "--load-timeout", "1"), 1)
        assert line.startswith("built, but not loaded after 1 s")
        fake.appears = ["order_totals"]
        run = upload(archive, fake.url)
        assert run.returncode == 0, run.stderr
        assert run.stdout.endswith("is built, and the server runs its computation graph 'order_totals'\n")
        run = upload(archive, fake.url)
        assert run.returncode == 0, run.stderr
        assert "a graph 'order_totals' ran before, and only the server's log tells whether it is this one" in run.stdout
        fake.requests.clear()
        line = failed(upload(archive, fake.url, "--execute", "{}"), 2)
    assert line == "there is no workflow to execute in this package: leave --execute (EXECUTE) out"
    assert fake.requests == []


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "the context is no JSON ("), ("[1]", "the context of an execution is a JSON object: ")],
)
def test_a_context_that_is_none(archive: Path, text: str, says: str) -> None:
    assert failed(upload(archive, "http://127.0.0.1:9", "--execute", text), 2).startswith(says)


def test_an_execution_that_fails_is_a_failure(archive: Path) -> None:
    with serving(Fake()) as fake:
        fake.states = ["Failed"]
        line = failed(upload(archive, fake.url, "--execute", "{}"), 1)
    assert line == "the execution ended as Failed: GET /v1/tenants/public/executions/e1/events"


def test_server_down(archive: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody can take the port, and nobody answers
        line = failed(upload(archive, f"http://127.0.0.1:{taken.getsockname()[1]}"), 1)
    assert line.endswith("Connection refused): is CLOACINA_SERVER right, and up?")


def test_wrong_key(archive: Path) -> None:
    with serving(Fake()) as fake:
        run = upload(archive, fake.url, CLOACINA_API_KEY="clk_other")
    assert "clk_other" not in run.stdout + run.stderr
    assert failed(run, 1) == f"{fake.url} does not know the key (401): check CLOACINA_API_KEY"
    assert fake.received == b"", "refused before the archive was sent"


def test_wrong_tenant(archive: Path) -> None:
    with serving(Fake()) as fake:
        line = failed(upload(archive, fake.url, CLOACINA_TENANT="others"), 1)
    assert line == "the key does not open tenant 'others' (403 access denied for this tenant): check CLOACINA_TENANT"
    assert fake.received == b""


@pytest.mark.parametrize("version", ["", "0.11.1"], ids=["0.6.1", "0.11.1"])
def test_an_administrators_key_and_a_tenant_that_does_not_exist(tmp_path: Path, version: str) -> None:
    archive = packed(tmp_path, cloacina_version=version or "0.6.1")
    with serving(Fake(version)) as fake:
        fake.tenants = ["team b"]
        line = failed(upload(archive, fake.url, CLOACINA_TENANT="team a"), 1)
        assert fake.received == b""
        fake.tenants.append("team a")
        assert upload(archive, fake.url, CLOACINA_TENANT="team a").returncode == 0
    assert line == f"{fake.url} has no tenant 'team a': check CLOACINA_TENANT"


def test_too_big(archive: Path) -> None:
    with archive.open("r+b") as file:
        file.truncate(101 * 1024 * 1024)
    with serving(Fake()) as fake:
        line = failed(upload(archive, fake.url), 2)
    assert line == f"{archive} has 101.0 MiB and a server takes 100: keep data out of the directory"
    assert fake.requests == []


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x7fELF"], ids=["empty", "zip", "library"])
def test_not_bzip2(archive: Path, data: bytes) -> None:
    archive.write_bytes(data)
    with serving(Fake()) as fake:
        assert failed(upload(archive, fake.url), 2).endswith("and a server takes nothing else; run `make pack`")
    assert fake.requests == []


def test_a_damaged_archive(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-200])
    assert "cannot be unpacked" in failed(upload(archive, "http://127.0.0.1:9"), 2)


def test_build_error(archive: Path) -> None:
    with serving(Fake()) as fake:
        fake.builds = [{"build_status": "building"}, {"build_status": "failed", "build_error": BUILD_ERROR}]
        line = failed(upload(archive, fake.url), 1)
    assert line == (
        "the build failed: error[E0433]: failed to resolve: use of unresolved module or unlinked crate `chrono` "
        "(src/lib.rs:34:5); and 1 more"
    )


def test_a_build_error_without_a_compiler_message(archive: Path) -> None:
    with serving(Fake()) as fake:
        reason = "expected liba.so in /x/target/release (built package: a)"
        fake.builds = [{"build_status": "failed", "build_error": reason}]
        assert failed(upload(archive, fake.url), 1) == f"the build failed: {reason}"


@pytest.mark.parametrize(("server", "arguments"), [("0.11.1", ()), ("", ("--execute", "{}"))], ids=["0.11.1", "0.6.1"])
def test_no_registry(tmp_path: Path, server: str, arguments: tuple[str, ...]) -> None:
    archive = packed(tmp_path, cloacina_version=server or "0.6.1")
    with serving(Fake(server)) as fake:
        fake.tasks, fake.executions = [], [(400, NOT_FOUND)]
        line = failed(upload(archive, fake.url, "--load-timeout", "1", *arguments), 1)
    assert line.startswith("built, but not loaded after 1 s")
    assert "`package!()`" in line
    assert line.endswith("run cloacina-lint, and `cloacina-lint why` on the log")


def test_a_crate_without_entry_points_is_not_sent(tmp_path: Path) -> None:
    archive = packed(tmp_path, replace("src/lib.rs", "cloacina_workflow_plugin::package!();", ""))
    with serving(Fake()) as fake:
        assert "no source file calls `cloacina_workflow_plugin::package!();`" in failed(upload(archive, fake.url), 2)
    assert fake.requests == []


def test_name_mismatch(tmp_path: Path) -> None:
    archive = packed(tmp_path, replace("package.toml", 'name = "order-totals"', 'name = "order_totals" # ours'))
    with serving(Fake()) as fake:
        line = failed(upload(archive, fake.url), 2)
    assert line.startswith("the package is named 'order_totals' in package.toml and 'order-totals' in Cargo.toml: ")
    assert fake.requests == []


@pytest.mark.parametrize("server", ["", "0.8.0", "0.9.0", "0.10.0", "0.11.1", "0.12.0", "0.13.0"])
@pytest.mark.parametrize("crate", VERSIONS)
def test_other_generation(tmp_path: Path, crate: str, server: str) -> None:
    groups = ("0.6 0.7", "0.8 0.9", "0.10", "0.11 0.12")
    of = {minor: number for number, group in enumerate(groups) for minor in group.split()}
    wanted, runs = of[crate.rsplit(".", 1)[0]], of.get(server.rsplit(".", 1)[0] or "0.6")
    archive = packed(tmp_path, cloacina_version=crate)
    with serving(Fake(server)) as fake:
        fake.builds = [{"build_status": "success"}]
        run = upload(archive, fake.url)
    if runs in (wanted, None):
        assert run.returncode == 0, run.stderr
        assert fake.received == archive.read_bytes()
    else:
        line = failed(run, 1)
        assert line.startswith(f"the crate is for Cloacina {crate}, which loads on ")
        assert f"the server is {server or '0.6 or 0.7'}: set every cloacina crate in Cargo.toml to 0." in line
        assert fake.received == b""


def test_the_locked_version_counts(tmp_path: Path) -> None:
    def lock(files: dict[str, str]) -> None:
        files["Cargo.lock"] = '[[package]]\nname = "cloacina-workflow"\nversion = "0.8.0"\n'

    with serving(Fake()) as fake:
        assert "is for Cloacina 0.8.0" in failed(upload(packed(tmp_path, lock), fake.url), 1)


@pytest.mark.parametrize(
    ("state", "why"), [("pending", "is a cloacina-compiler running?"), ("building", "wait longer with --timeout")]
)
def test_timeout(archive: Path, state: str, why: str) -> None:
    with serving(Fake()) as fake:
        fake.builds = [{"build_status": state}]
        line = failed(upload(archive, fake.url, "--timeout", "1"), 1)
    assert line == f"not built after 1 s, the build is still '{state}': {why}"


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ((403, {"code": "insufficient_permissions", "error": "no"}), "the key may only read (403)"),
        ((403, {"code": "untrusted_signer", "error": "by x"}), "the server refuses the archive (403 by x)"),
        ((400, {"error": f"bad\n\x1b[31m{KEY}"}), "the server refuses the archive (400 bad ?[31m***)"),
        ((500, {"error": "no schema"}), "the server refuses the archive (500 no schema) for tenant 'public': "),
        ((413, {}), "the server or a proxy before it finds the archive too big"),
    ],
    ids=["role", "signature", "reason", "database", "proxy"],
)
def test_the_servers_reason_is_said_in_one_line(archive: Path, answer: tuple[int, dict[str, Any]], line: str) -> None:
    with serving(Fake()) as fake:
        fake.upload = answer
        assert failed(upload(archive, fake.url), 1).startswith(line)


def test_the_key_does_not_follow_a_redirect(archive: Path) -> None:
    with serving(Fake()) as elsewhere, serving(Fake()) as fake:
        fake.redirect = f"{elsewhere.url}/v1/tenants/public/workflows"
        assert "redirects (302)" in failed(upload(archive, fake.url), 1)
    assert elsewhere.requests == []


def test_a_secret_in_the_archive_is_not_sent(tmp_path: Path) -> None:
    archive = packed(tmp_path, lambda files: files.update({".env": f"CLOACINA_API_KEY={KEY}"}))
    with serving(Fake()) as fake:
        assert "has the file .env in it" in failed(upload(archive, fake.url), 2)
    assert fake.requests == []


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"CLOACINA_SERVER": ""}, "CLOACINA_SERVER is not set"),
        ({"CLOACINA_API_KEY": ""}, "CLOACINA_API_KEY is not set"),
        ({"CLOACINA_API_KEY": "clk_\u00e9"}, "CLOACINA_API_KEY has a character that no key has"),
        ({"CLOACINA_API_KEY": "clk_a\nX-Other: b"}, "CLOACINA_API_KEY has a character that no key has"),
        ({"CLOACINA_SERVER": "cloacina.example.org"}, "CLOACINA_SERVER is no address"),
        ({"CLOACINA_SERVER": "file:///etc/passwd"}, "CLOACINA_SERVER is no address"),
        ({"CLOACINA_SERVER": "http://[::1"}, "CLOACINA_SERVER is no address"),
        ({"CLOACINA_SERVER": "http://example.org:99999"}, "CLOACINA_SERVER is no address"),
        ({"CLOACINA_SERVER": "http://example.org/\u00e9"}, "CLOACINA_SERVER is no address"),
        ({"CLOACINA_SERVER": "http://example.org/#x"}, "CLOACINA_SERVER is no address"),
        ({"CLOACINA_SERVER": f"https://user:{KEY}@example.org"}, "CLOACINA_SERVER is no address"),
    ],
)
def test_an_environment_that_cannot_be_right(archive: Path, environment: dict[str, str], says: str) -> None:
    assert failed(upload(archive, "http://127.0.0.1:9", **environment), 2).startswith(says)


def test_no_archive(archive: Path) -> None:
    name = archive.with_suffix(".gone")
    assert failed(upload(archive.rename(name).with_name("x"), "http://127.0.0.1:9"), 2).endswith("run `make pack`")


def test_it_runs_on_old_pythons(archive: Path) -> None:
    (script,) = archive.parent.glob("generated-*/*/scripts/upload.py")
    ast.parse(script.read_text(encoding="utf-8"), feature_version=(3, 8))
    assert all(len(line) <= 120 for line in script.read_text(encoding="utf-8").splitlines())
