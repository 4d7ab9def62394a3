"""Room tests/lint: edits of TOML documents, and fixes that are applied together."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cloacina_lint.finding import Edit, Finding, Fix
from cloacina_lint.fix import apply, chosen
from cloacina_lint.source import toml, toml_edit
from cloacina_lint.source.text import SourceFile

from tests.linting import canonical, findings, write

if sys.version_info >= (3, 11):
    import tomllib  # reads TOML 1.0 only, as older cargos do
else:
    import tomli as tomllib


def edited(text: str, edit: Callable[[toml.TomlDoc], list[Edit] | None]) -> str | None:
    """The text after the edit, which must be TOML 1.0; None where there is no edit."""
    edits = edit(toml.parse(SourceFile("f.toml", text)))
    if edits is None:
        return None
    result = apply([Fix("", edits)])["f.toml"].removeprefix("\ufeff")
    tomllib.loads(result.replace("\r\n", "\n"))
    return result


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = []\n", "a = [1]\n"),
        ("a = [ ]\n", "a = [1]\n"),
        ("a = [2]\n", "a = [2, 1]\n"),
        ("a = [2,]\n", "a = [2, 1,]\n"),
        ("a = [ 2, 3 ] # note\n", "a = [ 2, 3, 1 ] # note\n"),
        ("a = [\n  2,\n  3\n]\n", "a = [\n  2,\n  3,\n  1\n]\n"),
        ("a = [\n  2,\n  3,\n]\n", "a = [\n  2,\n  3,\n  1,\n]\n"),
        ("a = [\r\n\t2, # two\r\n]\r\n", "a = [\r\n\t2, # two\r\n\t1,\r\n]\r\n"),
        ("a = [\n  2 # two\n]\n", "a = [\n  2, # two\n  1\n]\n"),
        ("a = [2,\n  3, 4]\n", "a = [2,\n  3, 4, 1]\n"),
        ("a = [ # none yet\n]\n", "a = [1 # none yet\n]\n"),
        ("a = [\n  # é\n  'é', 'ü']\n", "a = [\n  # é\n  'é', 'ü', 1]\n"),
        ("a = 1\n", None),
    ],
)
def test_append(before: str, after: str | None) -> None:
    assert edited(before, lambda doc: toml_edit.append(doc, ("a",), "1")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[t]\na = 1\n", "[t]\na = 1\nk = 2\n"),
        ("[t]\n", "[t]\nk = 2\n"),
        ("[t]", "[t]\nk = 2\n"),
        ("[t]\na = 1 # note\n\n[u]\nb = 1\n", "[t]\na = 1 # note\nk = 2\n\n[u]\nb = 1\n"),
        ("[t]\n  a = 1\r\n\r\n[u]\r\n", "[t]\n  a = 1\r\n  k = 2\r\n\r\n[u]\r\n"),
        ("t = { a = 1 }\n", "t = { a = 1, k = 2 }\n"),
        ("t = {a = [1, 2]}\n", "t = {a = [1, 2], k = 2}\n"),
        ("t = {}\n", "t = { k = 2 }\n"),
        ("t.a = 1\n", "t.a = 1\nt.k = 2\n"),
        ("[x]\nt = 1\n", "[x]\nt = 1\n\n[t]\nk = 2\n"),
        ("[t.u]\na = 1\n", "[t.u]\na = 1\n\n[t]\nk = 2\n"),
        ("[t.u]\na = 1\n[t]\nb = 1\n[v]\n", "[t.u]\na = 1\n[t]\nb = 1\nk = 2\n[v]\n"),
        ("[[t]]\na = 1\n", None),
        ("t = 1\n", None),
    ],
)
def test_insert_key(before: str, after: str | None) -> None:
    assert edited(before, lambda doc: toml_edit.insert_key(doc, ("t",), "k", "2")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[d]\nc = "1"\n', '[d]\nc = { version = "1", features = ["x"] }\n'),
        ('[d]\nc = { version = "1" } # note\n', '[d]\nc = { version = "1", features = ["x"] } # note\n'),
        ('[d]\nc = { features = ["y"], version = "1" }\n', '[d]\nc = { features = ["y", "x"], version = "1" }\n'),
        ('[d]\nc.version = "1"\nb = "1"\n', '[d]\nc.version = "1"\nc.features = ["x"]\nb = "1"\n'),
        ("[d]\nc.workspace = true\n", '[d]\nc.workspace = true\nc.features = ["x"]\n'),
        ('[d.c]\nversion = "1"\n[e]\n', '[d.c]\nversion = "1"\nfeatures = ["x"]\n[e]\n'),
        ('d = { c = { version = "1" } }\n', 'd = { c = { version = "1", features = ["x"] } }\n'),
        ('d = { c.version = "1", b = 1 }\n', 'd = { c.version = "1", c.features = ["x"], b = 1 }\n'),
    ],
)
def test_add_feature(before: str, after: str) -> None:
    assert edited(before, lambda doc: toml_edit.add_feature(doc, ("d", "c"), "x")) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[t]\na = 1\nk = 2 # two\nb = 3\n", "[t]\na = 1\nb = 3\n"),
        ("t = { a = 1, k = 2, b = 3 }\n", "t = { a = 1, b = 3 }\n"),
        ("t = { k = 2, b = 3 }\n", "t = { b = 3 }\n"),
        ("t = { k = 2 }\n", "t = {  }\n"),
        ("t.a = 1\nt.k = 2\n", "t.a = 1\n"),
        ("[t.k]\na = 1\n", None),
    ],
)
def test_remove(before: str, after: str | None) -> None:
    assert edited(before, lambda doc: toml_edit.remove(doc, ("t", "k"))) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[d]\nk = "1"\na = "1"\n', '[d]\na = "1"\n\n[e]\nk = "1"\n'),
        ('[d]\nk = "1"\n[e]\nb = 1\n', '[d]\n[e]\nb = 1\nk = "1"\n'),
        ('[d]\nk = "1"\n[e]\nk = "2"\n', '[d]\n[e]\nk = "2"\n'),
        ('[d]\nk = "1"# why\n[e]\nb = 1\n', '[d]\n[e]\nb = 1\nk = "1" # why\n'),
        ('[d]\nk = "1"# why\na = "1"\n', '[d]\na = "1"\n\n[e]\nk = "1" # why\n'),
        ('e = { b = 1 }\n[d]\nk = "1" # why\n', 'e = { b = 1, k = "1" }\n[d]\n'),
        ('[d.k]\nversion = "1"\n', '[e.k]\nversion = "1"\n'),
        ('[d.k]\nversion = "1"\n[e.k]\nversion = "1"\n', None),
    ],
)
def test_move(before: str, after: str | None) -> None:
    assert edited(before, lambda doc: toml_edit.move(doc, ("d", "k"), "e")) == after


@pytest.mark.parametrize("value", ["a", 'say "x"', "back\\slash", "é", "tab\t", "\x7f", ""])
def test_string_reads_back(value: str) -> None:
    assert tomllib.loads(f"k = {toml_edit.string(value)}\n{toml_edit.quoted(value)} = 1\n") == {"k": value, value: 1}


# --- fixes together ---


def test_lines_at_one_place_go_in_together_and_share_a_new_table() -> None:
    file = SourceFile("f.toml", "[a]\nx = 1")
    doc = toml.parse(file)
    edits = [
        toml_edit.insert_key(doc, (table,), key, "1")
        for table, key in (("b", "p"), ("c", "q"), ("b", "r"), ("a", "s"), ("b", "p"))
    ]
    marked = [
        Finding("CL000", "n", "g", "error", "m", file.span(0, 1), fix=Fix("", edit))
        for edit in edits
        if edit is not None
    ]
    fixes = chosen(marked, unsafe=False)
    assert len(fixes) == len(edits)
    assert apply(fixes) == {"f.toml": "[a]\nx = 1\ns = 1\n\n[b]\np = 1\nr = 1\n\n[c]\nq = 1\n"}


def test_edits_that_overlap_or_touch_wait() -> None:
    file = SourceFile("f", "abcdef")

    def marked(start: int, end: int, text: str, *, safe: bool = True) -> Finding:
        fix = Fix("", [Edit(file.span(start, end), text)], safe=safe)
        return Finding("CL000", "n", "g", "error", "m", file.span(start, end), fix=fix)

    all_marked = [
        marked(0, 2, "X"),
        marked(1, 3, "Y"),
        marked(2, 2, "Z"),
        marked(3, 4, "D", safe=False),
        marked(5, 6, "F"),
    ]
    assert apply(chosen(all_marked, unsafe=False)) == {"f": "XcdeF"}
    assert apply(chosen(all_marked, unsafe=True)) == {"f": "XcDeF"}
    assert apply(chosen([marked(1, 2, "Q"), marked(1, 2, "Q")], unsafe=False)) == {"f": "aQcdef"}


def rounds(directory: Path, *, unsafe: bool) -> int:
    """Fix until nothing changes; how many rounds changed something."""
    for count in range(10):
        fixes = chosen(findings(directory), unsafe=unsafe)
        if not fixes:
            return count
        write(directory, {str(Path(path).relative_to(directory)): text for path, text in apply(fixes).items()})
    raise AssertionError("fixes do not converge")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("version", ["0.6.1", "0.11.1"])
def test_a_crate_with_everything_missing_is_fixed(version: str, newline: str, tmp_path: Path) -> None:
    """The guide's faults at once: no companion crates, no features, no [lib], no package!(), private functions."""
    canonical(tmp_path, version, package_toml=None)
    lines = [
        "[package]", 'name = "my-workflow"', 'version = "0.1.0"', 'edition = "2021"', "", "[workspace]", "",
        "[dependencies]", f'cloacina-workflow = "{version}"', f'cloacina = "{version}"', 'tokio = "1"', "",
    ]  # fmt: skip
    source = (tmp_path / "src/lib.rs").read_text(encoding="utf-8")
    source = source.replace("cloacina_workflow_plugin::package!();\n\n", "//! About it.\n\n").replace("pub ", "")
    texts = {
        "Cargo.toml": newline.join(lines),
        "src/lib.rs": source.replace("cloacina_workflow", "cloacina").replace("\n", newline),
        "build.rs": "fn main() {}" + newline,
    }
    write(tmp_path, texts)
    assert rounds(tmp_path, unsafe=True) <= 3
    assert [finding for finding in findings(tmp_path) if finding.severity != "info"] == []
    for path in texts:
        raw = (tmp_path / path).read_bytes().decode("utf-8")
        assert raw.count("\n") == raw.count(newline), path
