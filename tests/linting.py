"""Room tests/: helpers to lint crates given as files."""

from __future__ import annotations

import os
from pathlib import Path

from cloacina_lint import examples
from cloacina_lint.crate import Crate
from cloacina_lint.engine import CrateResult, Selection, lint
from cloacina_lint.finding import Finding
from cloacina_lint.source.tree import Tree


def write(directory: Path, files: dict[str, str]) -> Path:
    """Lay files down; line endings exactly as given."""
    for path, text in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8"))
    return directory


def canonical_files(version: str = "0.6.1") -> dict[str, str]:
    """The canonical crate of a version, path -> text."""
    from cloacina_lint.contracts import load

    contract = load(version)
    assert contract is not None
    return examples.canonical(contract)


def canonical(directory: Path, version: str = "0.6.1", **replaced: str | None) -> Path:
    """The canonical crate of a version with some files replaced (keys: `src_lib_rs` for src/lib.rs) or left out."""
    files = canonical_files(version)
    names = {path.replace("/", "_").replace(".", "_"): path for path in files}
    for key, text in replaced.items():
        path = names[key]
        if text is None:
            del files[path]
        else:
            files[path] = text
    return write(directory, files)


def result(directory: Path, *, version: str | None = None, explicit: bool = True) -> CrateResult:
    return lint(Crate(Tree(os.fspath(directory)), explicit=explicit, version=version), Selection([], []))


def findings(directory: Path, **options: str) -> list[Finding]:
    return result(directory, **options).findings  # type: ignore[arg-type]


def codes(directory: Path, **options: str) -> list[str]:
    return [finding.code for finding in findings(directory, **options)]


# Said of every workflow with tasks side by side, right ones too: examples of other rules do not list it.
NOTES = {"CL436"}
