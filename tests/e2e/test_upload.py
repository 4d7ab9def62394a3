"""Room tests/e2e/: the generated crate's upload.py and the real service: what a good crate is told, and ten failures.

The quick tests (tests/template/test_upload.py) hold the same lines against a small server.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.service import running
from tests.support import ROOT

SCRIPT = ROOT / "<<cookiecutter.crate_name>>" / "scripts" / "upload.py"
PACKAGE_MACRO = "cloacina_workflow_plugin::package!();\n"
VERSION = running.VERSION
EARLY = VERSION.startswith(("0.6.", "0.7."))
BUILD_SECONDS = "600"


def run(
    service: running.Service, archive: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the script against the service. Whatever happens, the key is never shown."""
    told = {"CLOACINA_SERVER": service.url, "CLOACINA_API_KEY": service.api_key, **environment}
    env = {"PATH": os.defpath, "no_proxy": "127.0.0.1", **told}
    command = [sys.executable, "-I", str(SCRIPT), str(archive), "--timeout", BUILD_SECONDS, *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=900)
    assert told["CLOACINA_API_KEY"] not in done.stdout + done.stderr
    return done


def failed(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of the failure."""
    assert done.returncode in (1, 2), done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line.removeprefix("error: ")


@pytest.fixture(scope="module")
def packed(
    service: running.Service, baked: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """`packed("name", ("src/lib.rs", "old", "new"))`: the package of a crate with texts replaced."""
    folder = tmp_path_factory.mktemp("uploads")

    def make(name: str, *changes: tuple[str, str, str], version: str = VERSION) -> Path:
        name = f"{name}-{version.replace('.', '-')}"
        crate = running.copied(baked(version, crate_name=name, workflow_name=name), folder, name)
        for path, old, new in changes:
            text = (crate / path).read_text(encoding="utf-8")
            assert old in text, (path, old)
            (crate / path).write_text(text.replace(old, new), encoding="utf-8")
        return running.pack(crate, VERSION, folder)

    return make


def test_a_good_crate_is_uploaded_built_loaded_and_executed(
    service: running.Service, packed: Callable[..., Path]
) -> None:
    archive = packed("up-good")
    done = run(service, archive, "--execute", '{"orders": []}')
    assert done.returncode == 0, done.stderr
    name = f"up-good-{VERSION.replace('.', '-')}"
    assert done.stdout.endswith(f"{name} 0.1.0 is built and loaded: '{name}' was executed and completed\n")
    assert service.executions(name) == ["Completed"]
    again = run(service, archive)
    assert again.returncode == 0, again.stderr
    told = "a server up to 0.7 tells by executing it" if EARLY else f"the server has read its workflow '{name}'"
    assert told in again.stdout
    assert service.executions(name) == ["Completed"], "executed without being asked to"


def test_server_down(service: running.Service, packed: Callable[..., Path]) -> None:
    line = failed(run(service, packed("up-down"), CLOACINA_SERVER="http://127.0.0.1:9"))
    assert line.startswith("no answer from http://127.0.0.1:9 (")


def test_wrong_key(service: running.Service, packed: Callable[..., Path]) -> None:
    line = failed(run(service, packed("up-key"), CLOACINA_API_KEY="clk_wrong"))
    assert line == f"{service.url} does not know the key (401): check CLOACINA_API_KEY"


def test_wrong_tenant(service: running.Service, packed: Callable[..., Path]) -> None:
    line = failed(run(service, packed("up-tenant"), CLOACINA_TENANT="nobody"))
    # An administrator's key opens every tenant; this one does not exist.
    assert line == f"{service.url} has no tenant 'nobody': check CLOACINA_TENANT"


def test_too_big(service: running.Service, tmp_path: Path) -> None:
    archive = tmp_path / "big.cloacina"
    with archive.open("wb") as file:
        file.write(b"BZh9")
        file.truncate(101 * 1024 * 1024)
    assert "101.0 MiB and a server takes 100" in failed(run(service, archive))


def test_not_bzip2(service: running.Service, tmp_path: Path) -> None:
    archive = tmp_path / "zip.cloacina"
    archive.write_bytes(b"PK\x03\x04")
    assert "is no bzip2 archive" in failed(run(service, archive))


def test_build_error(service: running.Service, packed: Callable[..., Path]) -> None:
    broken = ("src/lib.rs", "let orders = array(context", "let orders = arra(context")
    line = failed(run(service, packed("up-error", broken)))
    assert re.match(r"the build failed: error\[E0425\]: cannot find function `arra` .*\(src/lib\.rs:\d+:\d+\)", line)


def test_no_registry(service: running.Service, packed: Callable[..., Path]) -> None:
    # In a comment, so that the look into the sources does not see it.
    hidden = ("src/lib.rs", PACKAGE_MACRO, f"// {PACKAGE_MACRO}")
    arguments = ("--execute", '{"orders": []}') if EARLY else ()
    line = failed(run(service, packed("up-registry", hidden), "--load-timeout", "8", *arguments))
    assert line.startswith("built, but not loaded after 8 s")
    assert "`package!()` in src/lib.rs" in line
    assert "fidius_get_registry" in service.logs()


def test_name_mismatch(service: running.Service, packed: Callable[..., Path]) -> None:
    name = f"up-name-{VERSION.replace('.', '-')}"
    archive = packed("up-name", ("package.toml", f'name = "{name}"', 'name = "up_name"'))
    assert failed(run(service, archive)).startswith(f"the package is named 'up_name' in package.toml and '{name}' in ")
    assert "up_name" not in service.client.packages()


def test_other_generation(service: running.Service, packed: Callable[..., Path]) -> None:
    other = "0.11.1" if EARLY else "0.6.1"
    line = failed(run(service, packed("up-other", version=other)))
    assert line.startswith(f"the crate is for Cloacina {other}, which loads on ")
    assert f"the server is {'0.6 or 0.7' if EARLY else VERSION}" in line


def test_timeout(service: running.Service, packed: Callable[..., Path]) -> None:
    line = failed(run(service, packed("up-slow"), "--timeout", "0"))
    assert re.match(r"not built after 0 s, the build is still '(pending|building)': ", line)
