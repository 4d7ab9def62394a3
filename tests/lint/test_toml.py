"""Room tests/lint/: TOML values agree with tomli, and every span is what it says it is."""

from __future__ import annotations

import math
import subprocess
import sys
import time

import pytest
import tomli
from cloacina_lint.source.text import Span
from cloacina_lint.source.toml import DOTTED, IMPLICIT, ROOT, SCALAR, TABLE, TABLES, TomlError
from cloacina_lint.source.toml_scan import Scanner
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.toml_documents import MARK, Path, check_all, check_error, doc, documents, need, same

MANIFEST = """\
# A crate.
[package]
name = "näme" # 😀 here
version.workspace = true

# What it needs.
[dependencies]
tokio = { version = "1", features = [
    "full", # not "#"
    'rt', ], }
serde . "derive" = 2
"a.b" = '''x#''''' # two quotes inside

[target.'cfg(unix)'.dependencies]
libc = "0.2"
[[bin]]
name = "one"

[[bin]] # second
[bin.extra]
[target]"""


def shown(span: Span | None) -> str | None:
    return None if span is None else span.text


# --- documents nobody wrote -----------------------------------------------------------------------------------------

SLOW = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SLOW
@given(documents())
def test_every_path_of_a_random_document_has_right_spans(text: str) -> None:
    try:
        values_of = tomli.loads(text.removeprefix("\ufeff"))
    except tomli.TOMLDecodeError:
        event("rejected")
        with pytest.raises(TomlError) as caught:
            doc(text)
        check_error(caught.value)
        return
    event("accepted")
    found = doc(text)
    assert same(found.data, values_of)
    assert len(found.comments()) + sum(c.text.count(MARK) - 1 for c in found.comments()) == text.count(MARK)
    check_all(found)


@SLOW
@given(documents(), st.data())
def test_a_broken_document_gives_an_error_with_a_place(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.sampled_from([start, start + 1, len(text)]))
    text = (
        text[:start]
        + data.draw(st.sampled_from(["", '"', "[", "}", "\n", "\r", "\\", "=", "\0", ".", "a", "'''"]))
        + text[end:]
    )
    try:
        found = doc(text)
    except TomlError as error:
        check_error(error)
    else:
        check_all(found)


# --- one document, read by a person ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [MANIFEST, MANIFEST.replace("\n", "\r\n"), "\ufeff" + MANIFEST], ids=["lf", "crlf", "bom"]
)
def test_all_spans_of_the_manifest(text: str) -> None:
    check_all(doc(text))


@pytest.mark.parametrize(
    ("path", "form", "key", "value", "entry"),
    [
        (("package",), TABLE, "package", "[package]", "[package]"),
        (("package", "name"), SCALAR, "name", '"näme"', 'name = "näme"'),
        (("package", "version"), DOTTED, "version", "version.workspace = true", "version.workspace = true"),
        (("package", "version", "workspace"), SCALAR, "workspace", "true", "version.workspace = true"),
        (("dependencies", "tokio", "version"), SCALAR, "version", '"1"', 'version = "1"'),
        (("dependencies", "tokio", "features", 1), SCALAR, None, "'rt'", "'rt'"),
        (("dependencies", "serde", "derive"), SCALAR, '"derive"', "2", 'serde . "derive" = 2'),
        (("dependencies", "a.b"), SCALAR, '"a.b"', "'''x#'''''", "\"a.b\" = '''x#'''''"),
        (("target",), TABLE, "target", "[target]", "[target]"),
        (
            ("target", "cfg(unix)"),
            IMPLICIT,
            "'cfg(unix)'",
            "[target.'cfg(unix)'.dependencies]",
            "[target.'cfg(unix)'.dependencies]",
        ),
        (("bin",), TABLES, "bin", "[[bin]]", "[[bin]]"),
        (("bin", 1), TABLE, "bin", "[[bin]]", "[[bin]]"),
        (("bin", 1, "extra"), TABLE, "extra", "[bin.extra]", "[bin.extra]"),
    ],
)
def test_spans(path: Path, form: str, key: str | None, value: str, entry: str) -> None:
    found = doc(MANIFEST)
    assert found.form(*path) == form
    assert shown(found.key_span(*path)) == key
    assert shown(found.value_span(*path)) == value
    assert shown(found.entry_span(*path)) == entry


def test_elements_of_an_array_of_tables_have_their_own_header() -> None:
    found = doc(MANIFEST)
    assert need(found.key_span("bin")).line == 16
    assert need(found.value_span("bin", 0)).line == 16
    assert need(found.value_span("bin", 1)).line == 19
    assert need(found.key_span("bin", 1)).line == 19


def test_a_header_of_its_own_beats_the_longer_header_before_it() -> None:
    assert need(doc(MANIFEST).key_span("target")).line == 21
    assert need(doc("[a.b]\n[a.c]\n").key_span("a")).line == 1


def test_paths_come_in_the_order_of_the_text() -> None:
    assert list(doc("b = [{x = 1}, 2]\n[a.d]\n[c]\n[a]\ne.f = 1\n").paths()) == [
        ("b",),
        ("b", 0),
        ("b", 0, "x"),
        ("b", 1),
        ("a",),
        ("a", "d"),
        ("a", "e"),
        ("a", "e", "f"),
        ("c",),
    ]


def test_positions_count_characters() -> None:
    found = doc(MANIFEST)
    assert found.file.position(need(found.value_span("package", "name")).start) == (3, 8)
    assert found.file.position(found.comments()[1].start) == (3, 15)


def test_comments() -> None:
    assert [comment.text for comment in doc(MANIFEST.replace("\n", "\r\n")).comments()] == [
        "# A crate.",
        "# 😀 here",
        "# What it needs.",
        '# not "#"',
        "# two quotes inside",
        "# second",
    ]


def test_table_span_and_insert_offset() -> None:
    found = doc(MANIFEST)
    assert shown(found.table_span("package")) == '[package]\nname = "näme" # 😀 here\nversion.workspace = true'
    assert MANIFEST[: found.insert_offset("package")].endswith("workspace = true\n")
    assert need(found.table_span("dependencies")).text.endswith("# two quotes inside")
    assert shown(found.table_span("bin", 1)) == "[[bin]] # second"
    assert MANIFEST[: found.insert_offset("bin", 1)].endswith("[[bin]] # second\n")
    assert found.insert_offset("target") == len(MANIFEST)
    assert need(found.table_span("dependencies", "tokio")).text.startswith("{ version")
    assert need(found.table_span("dependencies", "tokio")).text.endswith("], }")
    assert found.insert_offset() == 0
    assert found.table_span() is None
    for path in [("bin",), ("target", "cfg(unix)"), ("package", "version"), ("package", "name"), ("no",)]:
        assert found.table_span(*path) is None
        assert found.insert_offset(*path) is None
    assert found.insert_offset("dependencies", "tokio") is None


def test_the_root_table() -> None:
    found = doc("# c\na = 1\nb.c = [\n 2,\n] # d\n\n# e\n[t]\n")
    assert shown(found.table_span()) == "a = 1\nb.c = [\n 2,\n] # d"
    assert found.file.text[: found.insert_offset()].endswith("# d\n")
    assert found.form() == ROOT
    assert found.has()
    assert found.get() == found.data
    assert found.key_span() is None
    assert found.value_span() is None
    assert found.entry_span() is None


@pytest.mark.parametrize(
    "path",
    [("no",), ("package", "no"), ("bin", 2), ("bin", -1), ("bin", "name"), ("package", 0), ("package", "name", "x")],
)
def test_what_is_not_there(path: Path) -> None:
    found = doc(MANIFEST)
    assert not found.has(*path)
    for ask in (found.get, found.form, found.key_span, found.value_span, found.entry_span, found.contents_span):
        assert ask(*path) is None


@pytest.mark.parametrize(
    ("written", "inside"),
    [
        ('"a\\"b"', 'a\\"b'),
        ("''", ""),
        ('""""a"""""', '"a""'),
        ("'''\n x'''", "\n x"),
        ('""', ""),
        ("1", None),
        ("[]", None),
        ("1979-05-27 07:32:00", None),
    ],
)
def test_contents_of_a_string(written: str, inside: str | None) -> None:
    found = doc(f"a = {written} # c")
    assert shown(found.value_span("a")) == written
    assert shown(found.contents_span("a")) == inside


@pytest.mark.parametrize(
    "text", ["[a]\nb.c = 1\n[a.b.d]\ne = 2\n", "[[p.a.q]]\n[p]\na.z = 1\n"], ids=["dotted", "implicit"]
)
def test_a_table_made_in_two_ways(text: str) -> None:
    check_all(doc(text))


def test_toml_1_1() -> None:
    found = doc('a = {\n  b = "\\e\\x41", # c\n  c.d = [1, 2,],\n}\nt = 07:32\n')
    assert found.get("a", "b") == "\x1bA"
    assert shown(found.value_span("a", "c", "d", 1)) == "2"
    check_all(found)


# --- what is not TOML -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "line", "column", "marked"),
    [
        ("a = 1\nb = 2\na = [\n3\n]\n", "`a` is already defined", 3, 1, "a"),
        ("[a]\nx = 1\n[a] # again\n", "`a` is already defined", 3, 2, "a"),
        ("x = { 'a' = 1, 'a' = 2 }", "`'a'` is already defined", 1, 16, "'a'"),
        ("a = {}\n[a.b]\n", "`a` is already defined", 2, 2, "a"),
        ("a = 1\n[a.b]\nc = 1\n", "`a` is already defined", 2, 2, "a"),
        ("[a.b]\n[a]\nb.c = [2]\n", "`b` is already defined", 3, 1, "b"),
        ("a.b = 1\n[a]\n", "`a` is already defined", 2, 2, "a"),
        ("[[a]]\n[a]\n", "`a` is already defined", 2, 2, "a"),
        ("[[p.a.q]]\n[p]\na.z = 1\n[p.a]\n", "a key or table is defined a second time here", 4, 5, ""),
        ("x = 1\r\na = [1,\r\n 2\r\n", "the text ends before `[` is closed", 2, 5, "["),
        ('a = "x\r\nb = 1', "this string is not closed on its line", 1, 7, ""),
        ('a = 1\nb = """x\n', 'the text ends before `"` is closed', 2, 5, '"'),
        ("é = 1", "invalid statement", 1, 1, "é"),
        ("a = 1\r\nb = \r\nc = 2", "a value is missing here", 2, 5, ""),
        ("a =", "a value is missing here", 1, 4, ""),
        ('a = ["x" "y"]', "expected `,` or `]` here in an array", 1, 10, '"'),
        ('a = "\\q"', "this backslash escape is not one of TOML's", 1, 6, "\\q"),
        ("a = 2020-02-31", "invalid date or datetime", 1, 5, "2"),
        ("b = 1\na = " + "9" * 5000, "an integer has too many digits to be read", 2, 5, "9" * 5000),
        ("a = 1\n\ufeffb = 1", "invalid statement", 2, 1, "\ufeff"),
        ('a = "\0"', "illegal character '\\x00'", 1, 6, "\0"),
    ],
)
def test_errors(text: str, message: str, line: int, column: int, marked: str) -> None:
    with pytest.raises(TomlError) as caught:
        doc(text)
    assert caught.value.message == message
    assert str(caught.value) == message
    assert caught.value.span.file.position(caught.value.span.start) == (line, column)
    assert caught.value.span.text == marked


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("x = 1\na = " + "[" * 10_000, 5),
        ("x = 1\na = " + "[" * 10_000 + "]" * 10_000, 5),
        ("x = 1\na = " + "{a=" * 10_000, 5),
        ("x = 1\n" + "a." * 50_000 + "a = 1", 1),
        ("x = 1\n[" + "a." * 50_000 + "a]", 2),
    ],
    ids=["open", "closed", "inline", "key", "header"],
)
def test_deep_nesting_is_an_error(text: str, column: int) -> None:
    with pytest.raises(TomlError, match="nested too deeply") as caught:
        doc(text)
    assert caught.value.span.file.position(caught.value.span.start) == (2, column)


def test_nesting_that_tomli_reads() -> None:
    found = doc("a = " + "[" * 200 + "1" + "]" * 200)
    assert shown(found.value_span("a", *[0] * 200)) == "1"


# --- cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    [
        '[[p]]\nname = "a" # c\ndeps = ["x",\n "y"]\nt.u = {{a = 1, b = """q"q\\n"""}}\n',
        "k{0} = [[[1], 2], 3]\n",
        "# c\n\n",
        "[t{0}.'x'.y]\n",
        's{0} = """\\" "" \\\n"""\n',
    ],
    ids=["tables", "arrays", "comments", "headers", "strings"],
)
def test_the_scan_is_linear(piece: str) -> None:
    def cost(count: int) -> float:
        text = "".join(piece.format(index) for index in range(count))
        best = math.inf
        for _ in range(3):
            begin = time.process_time()
            Scanner(text).run()
            best = min(best, time.process_time() - begin)
        return best

    # 16 times the text: 16 times the cost, not 256 times.
    assert cost(8000) < 80 * cost(500)


def test_importing_it_imports_nothing_heavy() -> None:
    program = (
        "import re, sys, tomli; before = set(sys.modules); import cloacina_lint.source.toml;"
        "print(*sorted(name for name in set(sys.modules) - before if not name.startswith('cloacina_lint')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert set(done.stdout.split()) <= {"bisect", "_bisect"}
