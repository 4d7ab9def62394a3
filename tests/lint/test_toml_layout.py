"""Room tests/lint: entries of TOML tables moved, taken out and written as TOML 1.0."""

from __future__ import annotations

import datetime
from random import Random

import pytest
import tomli
from cloacina_lint.finding import Edit, Fix
from cloacina_lint.fix import apply
from cloacina_lint.source import toml, toml_layout, toml_older
from cloacina_lint.source.text import SourceFile

from tests.lint.test_migrate_manifest import comments, values


def document(text: str) -> toml.TomlDoc:
    return toml.parse(SourceFile("f.toml", text))


def applied(edits: list[Edit] | None) -> str:
    assert edits
    return apply([Fix("", edits)])["f.toml"]


def as_older(text: str) -> str:
    for _ in range(9):
        edits = toml_older.as_older(document(text))
        if not edits:
            return text
        text = applied(edits)
    raise AssertionError("it does not come to an end")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = { b = 1, }\n", "a = { b = 1 }\n"),
        ("a = {\n}\n", "a = {}\n"),
        ("a = {\n  b = 1,\n  c = 2\n} # end\n", "a = { b = 1, c = 2 } # end\n"),
        ("  a = { # one\r\n  b = 1, # two\r\n}\r\n", "  # one\r\n  # two\r\n  a = { b = 1 }\r\n"),
        ("a = {\n b = [\n  1, # one\n ],\n}\n", "a = { b = [\n  1, # one\n ] }\n"),
        ("a = { b = {\n c = 1 }, d = { e.f = 1, } }\n", "a = { b = { c = 1 }, d = { e.f = 1 } }\n"),
        ('a = "\\e[0m\\x41\\\\x"\n', 'a = "\\u001B[0m\\u0041\\\\x"\n'),
        ("a = 07:32\nb = 2020-01-01T07:32Z\n", "a = 07:32:00\nb = 2020-01-01T07:32:00Z\n"),
        ('x = [{ a = 1, },\n  { b = "}",\n    c = 1 }]\n', 'x = [{ a = 1 },\n  { b = "}", c = 1 }]\n'),
        ("a = { b = 1 }\n", "a = { b = 1 }\n"),
    ],
)
def test_as_older(before: str, after: str) -> None:
    result = as_older(before)
    assert result == after
    assert values(result) == tomli.loads(before)


@pytest.mark.parametrize("seed", range(80))
def test_random_tables_are_written_as_older(seed: int) -> None:
    random = Random(seed)

    def gap() -> str:
        return random.choice(["", " ", "\n  ", f" # c{random.randint(0, 9999)}\n"])

    def value(depth: int) -> str:
        kind = random.randrange(6 if depth < 4 else 4)
        if kind == 4:
            return (
                "[" + "".join(f"{gap()}{value(depth + 1)}{gap()}," for _ in range(random.randint(0, 3))) + gap() + "]"
            )
        if kind == 5:
            names = random.sample("abcdef", random.randint(0, 3))
            inside = ",".join(f"{gap()}{name} = {value(depth + 1)}{gap()}" for name in names)
            return "{" + inside + random.choice(["", ","] if names else [""]) + gap() + "}"
        return random.choice(["1", '"x\\e}"', "'#'", "07:30", "true", '"a, b"'])

    text = "# top\n" + "".join(f"k{number} = {value(0)} # n{number}\n" for number in range(5)) + "[t]\nz = 1\n"
    result = as_older(text)
    assert values(result) == tomli.loads(text)
    assert sorted(comments(result)) == sorted(comments(text))


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ("a = [1]\n", 0, "a = []\n"),
        ("a = [1, 2, 3]\n", 1, "a = [1, 3]\n"),
        ("a = [ 1, 2 ]\n", 1, "a = [ 1 ]\n"),
        ("a = [ 1, 2, ]\n", 1, "a = [ 1, ]\n"),
        ("a = [\n  1, # one\n  2, # two\n]\n", 0, "a = [\n  2, # two\n]\n"),
        ("a = [\n  1,\n  2\n]\n", 1, "a = [\n  1,\n]\n"),
        ("a = [1,\n  2]\n", 1, "a = [1]\n"),
        ("a = [\n  1, 2,\n]\n", 0, "a = [\n  2,\n]\n"),
    ],
)
def test_take_item(before: str, index: int, after: str) -> None:
    assert applied(toml_layout.take_item(document(before), ("a",), index)) == after
    assert values(after)


@pytest.mark.parametrize(
    ("path", "after"),
    [
        (("t", 0), "a = 1\n\n[[t]]\nb = 2\n[t.u]\nc = 1\n\n[v] # v\n"),
        (("t", 1), "a = 1\n\n# first\n[[t]]\nb = 1 # one\n\n[v] # v\n"),
        (("t",), "a = 1\n\n[v] # v\n"),
        (("v",), "a = 1\n\n# first\n[[t]]\nb = 1 # one\n\n[[t]]\nb = 2\n[t.u]\nc = 1\n\n"),
    ],
)
def test_take_table(path: tuple[str | int, ...], after: str) -> None:
    before = "a = 1\n\n# first\n[[t]]\nb = 1 # one\n\n[[t]]\nb = 2\n[t.u]\nc = 1\n\n[v] # v\n"
    edits, text = toml_layout.take_table(document(before), path)
    assert applied(edits) == after
    assert ("# first" in text) == (path in (("t", 0), ("t",)))


def test_value_text() -> None:
    value = {
        "a b": ['"\n', 1, 1.5, True, {"x": []}, {}],
        "d": datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
        "t": datetime.time(7, 32),
    }
    text = toml_layout.value_text(value)
    assert "\n" not in text
    assert values(f"k = {text}\n") == {"k": value}
