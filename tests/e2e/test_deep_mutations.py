"""Room tests/e2e: a generated crate, the checklist's two items that need cargo: each mutation fires its rule alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT, work_dir

# code, file, old text, new text, a text on the line that the finding must point at
MUTATIONS = {
    "CL006 a type error": (
        "CL006", "src/lib.rs", "let mut cents_by_item: BTreeMap<String, u64> = BTreeMap::new();",
        "let mut cents_by_item: BTreeMap<String, u64> = 1_u64;", "= 1_u64;",
    ),
    "CL007 a test that fails": (
        "CL007", "tests/service_mode.rs", '"total_cents": 2600', '"total_cents": 2601', "assert_eq!(",
    ),
}  # fmt: skip


def lint(crate: Path) -> dict[str, Any]:
    """`cloacina-lint --deep` on a crate, in the shared target directory."""
    command = [sys.executable, "-m", "cloacina_lint", "--deep", "--format", "json", "--target-dir"]
    result = subprocess.run(
        [*command, str(work_dir() / "target"), str(crate)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "lint"), "XDG_CACHE_HOME": str(work_dir() / "e2e" / "cache")},
    )
    assert result.returncode in (0, 1), result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def statuses(document: dict[str, Any]) -> dict[str, str]:
    return {item["rule"]: item["status"] for item in document["crates"][0]["checklist"]}


def test_mutations_of_a_generated_crate(cargo: str, baked: Callable[..., Path], tmp_path: Path) -> None:
    crate = tmp_path / "deep-mutated"
    shutil.copytree(baked("0.6.1", crate_name="deep-mutated"), crate)
    clean = lint(crate)
    assert clean["findings"] == []
    assert set(statuses(clean).values()) == {"pass"}
    for name, (code, file, old, new, on_line) in MUTATIONS.items():
        text = (crate / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, name
        (crate / file).write_text(text.replace(old, new), encoding="utf-8")
        document = lint(crate)
        (crate / file).write_text(text, encoding="utf-8")
        assert [finding["rule"] for finding in document["findings"]] == [code], (name, document["findings"])
        finding = document["findings"][0]
        assert finding["path"].endswith(file)
        mutated = text.replace(old, new).splitlines()
        assert on_line in mutated[finding["line"] - 1], (name, finding)
        assert statuses(document)[code] == "fail"


@pytest.mark.parametrize("code", ["CL006", "CL007"])
def test_every_deep_item_has_a_mutation(code: str) -> None:
    assert code in {row[0] for row in MUTATIONS.values()}
