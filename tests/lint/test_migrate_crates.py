"""Room tests/lint: each crate of the e2e tests migrated: nothing of the user's is lost, and what is written is Rust."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cloacina_lint.migrate import notes
from cloacina_lint.migrate.outcome import RefusedError
from cloacina_lint.migrate.service_test import composing
from cloacina_lint.source import rust
from cloacina_lint.source.text import SourceFile

from tests.lint.tea import Migrated, in_main, migrated
from tests.linting import write

CRATES = Path(__file__).parents[1] / "e2e" / "migrating" / "crates"


def crates() -> list[str]:
    return sorted(path.name for path in CRATES.iterdir() if (path / "Cargo.toml").is_file())


@pytest.mark.parametrize("name", crates())
def test_nothing_is_lost_and_what_is_written_is_rust(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    shutil.copytree(CRATES / name, place)
    try:
        made = Migrated(place)
    except RefusedError:
        return
    changes = made.draft.changed()
    for path, text in changes.items():
        if path.endswith(".rs") and text is not None:
            parsed = rust.parse(SourceFile(path, text, path))
            assert not parsed.errors, (path, parsed.errors)
    if shutil.which("rustfmt") is not None and composing.PATH in changes:
        done = subprocess.run(
            ["rustfmt", "--edition", "2021", "--check"], input=made.test.encode(), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout.decode()
    everything = notes._plain("\n".join(text for text in changes.values() if text is not None))
    for path in changes:
        before = made.draft.original.tree.read(path)
        if before is None or not path.endswith(".rs"):
            continue
        parsed = rust.parse(before)
        imports = [item.span for item in parsed.walk() if item.kind in ("use", "extern_crate")]
        at = 0
        for line in before.text.split("\n"):
            aside = any(span.start < at + len(line) and at < span.end for span in imports)
            at += len(line) + 1
            assert aside or notes._plain(line) in everything, (path, line)


@pytest.mark.parametrize("name", ["mail-merge", "fleet-reports", "rota-library", "photo-tagger", "orders-nightly"])
def test_a_second_time_nothing_happens(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    shutil.copytree(CRATES / name, place)
    first = Migrated(place).draft.changed()
    for path, text in first.items():
        if text is None:
            (place / path).unlink()
        else:
            write(place, {path: text})
    assert composing.PATH in first
    assert Migrated(place).draft.changed() == {}


def test_code_with_backticks_is_quoted_whole(tmp_path: Path) -> None:
    body = '    // ```\n    println!("````");\n    runner.execute("tea", Context::new()).await?;'
    made = migrated(tmp_path, in_main(body))
    page = made.text(notes.PATH)
    assert "`````rust\n" in page
    assert '    println!("````");' in page
    assert "### `src/main.rs`, lines" in page
