"""Room tests/lint: a generated crate, one mutation an item: exactly the rule meant fires, once, at the right place.

The two items that need cargo (CL006, CL007) are mutated in tests/e2e.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cloacina_lint.contracts import load as contract_of
from cloacina_lint.finding import ERROR, INFO, WARNING

from tests.linting import findings
from tests.support import VERSIONS, bake

# code, file, old text, new text, a text on the line that the finding must point at (in the file it must be in)
MUTATIONS = {
    "CL001 crate-type without cdylib": (
        "CL001", "Cargo.toml", 'crate-type = ["cdylib", "rlib"]', 'crate-type = ["rlib"]',
        ERROR, "Cargo.toml", "crate-type =",
    ),
    "CL001 no crate-type": (
        "CL001", "Cargo.toml", 'crate-type = ["cdylib", "rlib"]\n', "", ERROR, "Cargo.toml", "[lib]",
    ),
    "CL002 build script without the call": (
        "CL002", "build.rs", "cloacina_build::configure();", "", ERROR, "build.rs", "fn main",
    ),
    "CL003 packaged not enabled": (
        "CL003", "Cargo.toml", '"packaged"] }', '"macros"] }', ERROR, "Cargo.toml", "cloacina-workflow =",
    ),
    "CL004 private module": ("CL004", "src/lib.rs", "pub mod ", "mod ", WARNING, "src/lib.rs", "mod my_service"),
    "CL004 private task": (
        "CL004", "src/lib.rs", "pub async fn extract", "async fn extract", ERROR, "src/lib.rs", "async fn extract",
    ),
    "CL005 main": (
        "CL005", "src/lib.rs", "cloacina_workflow_plugin::package!();",
        "cloacina_workflow_plugin::package!();\n\nfn main() {}", ERROR, "src/lib.rs", "fn main() {}",
    ),
    "CL101 companion crate missing": (
        "CL101", "Cargo.toml", 'serde_json = "1"\n', "", ERROR, "Cargo.toml", "[dependencies]",
    ),
    "CL102 own feature not default": (
        "CL102", "Cargo.toml", 'default = ["packaged"]', "default = []", ERROR, "Cargo.toml", "default = []",
    ),
    "CL201 no package!()": (
        "CL201", "src/lib.rs", "cloacina_workflow_plugin::package!();", "", ERROR, "src/lib.rs", "#[workflow(",
    ),
    "CL202 library name": ("CL202", "Cargo.toml", "[lib]\n", '[lib]\nname = "other"\n', ERROR, "Cargo.toml", '"other"'),
    "CL303 package.toml's name": (
        "CL303", "package.toml", 'name = "my-service"', 'name = "my_service"',
        ERROR, "package.toml", 'name = "my_service"',
    ),
}  # fmt: skip
NOT_ASKED = {("CL002", "0.11.1")}
MILDER = {("CL001 no crate-type", "0.11.1")}  # the compiler service adds the key


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Version -> a generated crate."""
    crates = {}
    for version in VERSIONS:
        output = tmp_path_factory.mktemp(f"generated-{version}")
        result = bake(output, cloacina_version=version)
        assert result.returncode == 0, result.stdout + result.stderr
        crates[version] = output / "my-service"
    return crates


@pytest.mark.parametrize("version", VERSIONS)
def test_generated_crate_is_clean(generated: dict[str, Path], version: str) -> None:
    assert findings(generated[version]) == []


@pytest.fixture
def crate(generated: dict[str, Path], tmp_path: Path, version: str) -> Path:
    return shutil.copytree(generated[version], tmp_path / "crate")


@pytest.mark.parametrize("version", ["0.6.1", "0.11.1"])
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_mutation_fires_its_rule_alone(mutation: str, version: str, crate: Path) -> None:
    code, file, old, new, severity, place, on_line = MUTATIONS[mutation]
    text = (crate / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    (crate / file).write_text(text.replace(old, new), encoding="utf-8")
    found = findings(crate)
    if (code, version) in NOT_ASKED:
        assert found == []
    else:
        assert [finding.code for finding in found] == [code]
        assert found[0].severity == (WARNING if (mutation, version) in MILDER else severity)
        span = found[0].span
        assert span.file.path == str(crate / place)
        assert on_line in span.file.line_span(span.line).text
    (crate / file).write_text(text, encoding="utf-8")
    assert findings(crate) == []


@pytest.mark.parametrize("version", ["0.6.1"])
@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        ("build.rs", [("CL002", ERROR)]),
        ("package.toml", [("CL301", ERROR)]),
        ("tests/service_mode.rs", []),
    ],
)
def test_missing_file(gone: str, expected: list[tuple[str, str]], version: str, crate: Path) -> None:
    """The unit tests stay, so a crate without tests/service_mode.rs still has a test."""
    (crate / gone).unlink()
    assert [(finding.code, finding.severity) for finding in findings(crate)] == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_each_needed_crate_taken_away_is_reported_once(version: str, crate: Path) -> None:
    contract = contract_of(version)
    assert contract is not None
    manifest = crate / "Cargo.toml"
    text = manifest.read_text(encoding="utf-8")
    for name, needs in contract.crates.items():
        lines = [line for line in text.splitlines() if line.startswith(f"{name} =")]
        if not lines:
            continue
        manifest.write_text(text.replace(lines[0] + "\n", "", 1), encoding="utf-8")
        found = [(finding.code, finding.severity) for finding in findings(crate)]
        needed = {"workflow", "package", "build-script"} & set(needs["for"])
        assert found == [("CL101", ERROR)] if needed else [("CL012", INFO)], name
