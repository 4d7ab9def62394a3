"""Room tests/: versions.json is the one list of versions; what shows them agrees, and what is newer is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cloacina_lint.contracts import known as contracts
from cloacina_lint.contracts import load

from scripts import write_versions
from scripts._versions import Known, candidates, known, minor, order
from tests.support import ROOT, VERSIONS

CRATES = (
    "cloacina-workflow",
    "cloacina-workflow-plugin",
    "cloacina-build",
    "cloacina",
    "cloacinactl",
    "cloacina-server",
)


def test_the_contracts_were_proved_with_these_versions() -> None:
    published = [version for contract in contracts() for version in contract.data["published"]]
    assert sorted(published, key=order) == list(known().all())
    assert len(set(published)) == len(published)


def test_the_template_and_the_readme_show_them() -> None:
    assert tuple(json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))["cloacina_version"]) == VERSIONS
    for name, written in (
        ("cookiecutter.json", write_versions.cookiecutter_json),
        ("README.md", write_versions.readme),
    ):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert written(text) == text, f"{name}: run scripts/write_versions.py"


def test_the_writer_puts_a_new_version_in(monkeypatch: pytest.MonkeyPatch) -> None:
    have = Known(("0.6.1", "0.12.0"), {})
    monkeypatch.setattr(write_versions, "known", lambda: have)
    written = json.loads(write_versions.cookiecutter_json((ROOT / "cookiecutter.json").read_text(encoding="utf-8")))
    assert written["cloacina_version"] == ["0.6.1", "0.12.0"]
    assert written["__prompts__"]["cloacina_version"]["0.12.0"] == "0.12.0 (loads on 0.11 and 0.12)"
    table = write_versions.readme((ROOT / "README.md").read_text(encoding="utf-8"))
    assert "| 0.6.1 (default) | 0.6, 0.7 |" in table
    assert "| 0.12.0 | 0.11, 0.12 |" in table
    monkeypatch.setattr(write_versions, "known", lambda: Known(("0.99.0",), {}))
    with pytest.raises(SystemExit, match=r"lists 0\.99\.0 as published"):
        write_versions.cookiecutter_json((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))


def test_they_are_in_order_with_one_a_minor_version_and_a_reason_for_each_other() -> None:
    have = known()
    assert list(have.offered) == sorted(have.offered, key=order)
    assert len({minor(version) for version in have.offered}) == len(have.offered)
    assert not set(have.offered) & set(have.not_offered)
    for version, why in have.not_offered.items():
        assert re.fullmatch(r"[a-z0-9].{10,}[^.]", why), why
        contract = load(version)
        assert contract is not None
        if rust := contract.data.get("rust-version", {}).get(minor(version)):
            assert f"rustc {rust}" in why


def test_every_minor_version_in_between_is_asked_for() -> None:
    have = Known(("0.9.0", "0.10.0"), {"0.5.1": "too old a thing"})
    assert candidates(have, "0.13.2") == ["0.5", "0.9", "0.10", "0.11", "0.12", "0.13"]
    assert candidates(have, "1.2.0") == ["0.5", "0.9", "0.10", "1.2"]


def ask(folder: Path, published: dict[str, list[str]] | None, rust: str = "") -> subprocess.CompletedProcess[str]:
    """check_versions.py beside a cargo whose registry holds these crates (name -> versions, oldest first); None: a
    registry that cannot be reached."""
    cargo = folder / "cargo"
    answers = json.dumps(published)
    cargo.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        f"held, rust = json.loads({answers!r}), {rust!r}\n"
        "assert sys.argv[1:3] == ['info', '--quiet'], sys.argv\n"
        "if held is None:\n"
        "    sys.exit('error: download of config.json failed\\n\\nCaused by:\\n  Could not connect to server')\n"
        "name, _, wanted = sys.argv[3].partition('@')\n"
        "fits = [v for v in held.get(name, []) if not wanted or v == wanted or v.startswith(wanted + '.')]\n"
        "if not fits:\n"
        "    print(f'error: could not find `{sys.argv[3]}` in registry', file=sys.stderr)\n"
        "    sys.exit(101)\n"
        "print(f'{name}\\nA crate\\nversion: {fits[-1]} (latest 9.9.9)')\n"
        "print(f'rust-version: {rust}' if rust else 'rust-version: unknown')\n",
        encoding="utf-8",
    )
    cargo.chmod(0o755)
    env = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.defpath}"}
    command = [sys.executable, str(ROOT / "scripts" / "check_versions.py")]
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=folder)


def registry(*more: str) -> dict[str, list[str]]:
    versions = sorted([*known().all(), *more], key=order)
    return {crate: list(versions) for crate in CRATES}


def test_nothing_new(tmp_path: Path) -> None:
    run = ask(tmp_path, registry())
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(f"up to date: the newest version that is offered is {VERSIONS[-1]}")
    assert len(run.stdout.splitlines()) == 1


@pytest.mark.parametrize("version", ["0.6.9", "0.7.1", "0.11.7", "0.12.1", "0.13.0", "0.27.3", "1.0.0"])
def test_a_new_version_is_told_with_what_to_do(tmp_path: Path, version: str) -> None:
    run = ask(tmp_path, registry(version), rust="1.99")
    assert (run.returncode, run.stderr) == (1, "")
    first, *steps = run.stdout.splitlines()
    sibling = next((one for one in VERSIONS if minor(one) == minor(version)), None)
    assert first.startswith(f"new: Cloacina {version}: ")
    assert first.endswith("; its crates need rustc 1.99")
    assert (f"it follows {sibling}, which is offered" in first) == (sibling is not None)
    told = "\n".join(steps)
    assert "versions.json" in told
    assert "contracts/" in told
    assert f"--matrix {version}" in told
    for path in ("versions.json", "lint/cloacina_lint/contracts", "scripts/write_versions.py", "scripts/test.py"):
        assert path in told
        assert (ROOT / path).exists()


def test_two_new_versions_come_in_order(tmp_path: Path) -> None:
    run = ask(tmp_path, registry("0.13.0", "0.6.2"))
    assert run.returncode == 1
    assert re.findall(r"^new: Cloacina (\S+):", run.stdout, re.M) == ["0.6.2", "0.13.0"]


def test_a_release_that_is_not_complete_is_waited_for(tmp_path: Path) -> None:
    held = registry("0.13.0")
    for crate in ("cloacina", "cloacinactl"):
        held[crate].remove("0.13.0")
    run = ask(tmp_path, held)
    assert run.returncode == 1
    assert run.stdout.splitlines()[1:] == ["  wait: there is no cloacina, cloacinactl 0.13.0 (yet)"]


def test_what_cannot_be_asked_is_one_line(tmp_path: Path) -> None:
    run = ask(tmp_path, None)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("error: cargo could not ask for cloacina-workflow: download of config.json failed")
    assert len(run.stderr.splitlines()) == 1
    run = ask(tmp_path, {})
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (2, "", 1)
    command = [sys.executable, str(ROOT / "scripts" / "check_versions.py")]
    run = subprocess.run(command, capture_output=True, text=True, env={"PATH": str(tmp_path / "nothing")})
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("error: cargo was not found; ")
    assert len(run.stderr.splitlines()) == 1
