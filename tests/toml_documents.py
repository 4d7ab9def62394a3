"""Room tests/: TOML documents nobody wrote, and the check that holds every span of a document against tomli."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import tomli
from cloacina_lint.source.text import SourceFile, Span
from cloacina_lint.source.toml import ARRAY, DOTTED, IMPLICIT, INLINE, SCALAR, TABLE, TABLES, TomlDoc, TomlError, parse
from hypothesis import strategies as st

Path = tuple[str | int, ...]


def doc(text: str) -> TomlDoc:
    return parse(SourceFile("Cargo.toml", text))


# --- every span of a document, against tomli ------------------------------------------------------------------------


def flatten(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, below in value.items():
            yield from flatten(below, (*path, key))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            yield from flatten(below, (*path, index))


def at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def same(left: Any, right: Any) -> bool:
    """Equal values of equal types; NaN equals NaN."""
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and bool(left == right)


def need(span: Span | None) -> Span:
    assert span is not None
    return span


def check_all(found: TomlDoc) -> None:
    listed = list(found.paths())
    assert len(listed) == len(set(listed))
    assert set(listed) == set(flatten(found.data))
    for path in listed:
        assert found.has(*path)
        assert same(found.get(*path), at(found.data, path))
        key = found.key_span(*path)
        if isinstance(path[-1], str):
            assert list(tomli.loads(need(key).text + " = 1")) == [path[-1]]
        form = found.form(*path)
        if form in (SCALAR, ARRAY, INLINE):
            check_value(found, path)
        elif form == TABLE:
            check_section(found, path)
        else:
            assert form in (TABLES, DOTTED, IMPLICIT)
            assert found.table_span(*path) is None
            assert found.insert_offset(*path) is None
            assert need(key).start >= need(found.entry_span(*path)).start
    check_insert(found, ())
    text = found.file.text
    for comment in reversed(found.comments()):
        assert comment.text.startswith("#")
        assert comment.end == found.file.line_span(comment.line).end
        text = text[: comment.start] + text[comment.end :]
    assert same(tomli.loads(text), found.data)


def check_value(found: TomlDoc, path: Path) -> None:
    value, span, entry = found.get(*path), need(found.value_span(*path)), need(found.entry_span(*path))
    assert same(tomli.loads(f"x = {span.text}\n")["x"], value)
    assert entry.end == span.end
    if isinstance(path[-1], str):
        parsed, expected = tomli.loads(entry.text), value
        matches = []
        for step in reversed(path):
            expected = {step: expected}
            matches.append(same(parsed, expected))
        assert any(matches)
    else:
        assert entry == span
    contents = found.contents_span(*path)
    assert (contents is not None) == isinstance(value, str)
    if contents is not None:
        width = contents.start - span.start
        assert span.end - contents.end == width
        assert span.text == span.text[:width] + contents.text + span.text[:width]
        if span.text[0] == "'":
            assert contents.text.replace("\r\n", "\n").removeprefix("\n" if width == 3 else "") == value


def check_section(found: TomlDoc, path: Path) -> None:
    header, table = need(found.value_span(*path)), need(found.table_span(*path))
    assert header == found.entry_span(*path)
    names = [step for step in path if isinstance(step, str)]
    wrapped: Any = {} if isinstance(path[-1], str) else [{}]
    for name in reversed(names):
        wrapped = {name: wrapped}
    assert same(tomli.loads(header.text), wrapped)
    # The table's own section is exactly its entries that no other header makes.
    own = at(tomli.loads(table.text), (*names, 0) if isinstance(path[-1], int) else tuple(names))
    assert same(own, without_headers(found, path))
    check_insert(found, path)


def without_headers(found: TomlDoc, path: Path) -> dict[str, Any]:
    """The table at `path` less all that other headers put into it."""
    kept = {}
    for name, value in at(found.data, path).items():
        below = (*path, name)
        form = found.form(*below)
        if form in (DOTTED, IMPLICIT):
            value = without_headers(found, below)
            if value:
                kept[name] = value
        elif form not in (TABLE, TABLES):
            kept[name] = value
    return kept


def check_insert(found: TomlDoc, path: Path) -> None:
    text, offset = found.file.text, found.insert_offset(*path)
    assert offset is not None
    end = "" if offset == 0 or text[offset - 1] == "\n" else "\n"
    added = tomli.loads(f"{text[:offset]}{end}zz-new-key = 1\n{text[offset:]}")
    assert at(added, path).pop("zz-new-key") == 1
    assert same(added, found.data)


def check_error(error: TomlError) -> None:
    assert error.message
    assert "\n" not in error.message
    assert 0 <= error.span.start <= error.span.end <= len(error.span.file.text)
    assert "\n" not in error.span.text


# --- documents nobody wrote -----------------------------------------------------------------------------------------

MARK = "\ue000"  # in every generated comment and in nothing else
spaces = st.sampled_from(["", " ", "\t", "  "])
blanks = st.sampled_from(["", " ", "", " ", "\n", "\n\t", f" # {MARK} ] é\n", f"\n\n#{MARK}\n#{MARK}'''\n "])
BARE = ["a", "b", "c", "d", "1", "-", "_x", "true", "1979-05-27"]
QUOTED = ['"é"', "'a b'", '"a.b"', '"\\u0061x"', '"#"', "'\"'", '""', '"a\\"b"', '"\\e"', "'[x]'", "'='", '"\\x41\\\\"']
parts = st.one_of(st.sampled_from(BARE), st.sampled_from(QUOTED))


@st.composite
def keys(draw: st.DrawFn, most: int = 3) -> str:
    written = draw(parts)
    for _ in range(draw(st.integers(0, most - 1))):
        written += draw(spaces) + "." + draw(spaces) + draw(parts)
    return written


def chunks(*more: str) -> st.SearchStrategy[str]:
    common = ("a", "é", "😀", "#", "]", "}", "=", ",", " ", "\t", "[a]", "//", "x = 1")
    return st.lists(st.sampled_from(common + more), max_size=6).map("".join)


ESCAPES = ("\\n", '\\"', "\\\\", "\\e", "\\x7e", "\\u00e9", "\\U0001F600", "'")
strings = st.one_of(
    chunks(*ESCAPES).map(lambda body: f'"{body}"'),
    chunks('"', "\\").map(lambda body: f"'{body}'"),
    st.tuples(chunks(*ESCAPES, "\n", 'x"', 'x""', "\\\n  ", "\\ \n\n", "'''"), st.sampled_from(["", '"', '""'])).map(
        lambda pair: f'"""{pair[0]}{pair[1]}"""'
    ),
    st.tuples(chunks("\\", "\n", "x'", "x''", '"""'), st.sampled_from(["", "'", "''"])).map(
        lambda pair: f"'''{pair[0]}{pair[1]}'''"
    ),
)
PLAIN = ["0", "+1_000", "0xFf", "0b1", "-1.5e+3", "inf", "-nan", "true", "false", "1979-05-27", "07:32", "07:32:00.5"]
PLAIN += ["1979-05-27 07:32:00", "1979-05-27T07:32Z", "1979-05-27 07:32:00.999-07:00", "{a.b = 1, a.'c'.d = [{}],}"]
scalars = st.one_of(st.sampled_from(PLAIN), strings)


@st.composite
def containers(draw: st.DrawFn, inside: st.SearchStrategy[str]) -> str:
    array = draw(st.booleans())
    items = draw(st.lists(inside, max_size=4)) if array else []
    names: list[str] = [] if array else draw(st.lists(st.sampled_from(BARE), max_size=4, unique=True))
    for name in names:
        more = draw(st.sampled_from(["", "", ".b", " . 'x'"]))
        items.append(f"{name}{more}{draw(spaces)}={draw(spaces)}{draw(inside)}")
    written = ",".join(draw(blanks) + item + draw(blanks) for item in items)
    if draw(st.booleans()) and items:
        written += "," + draw(blanks)
    return f"[{written}]" if array else f"{{{written or draw(blanks)}}}"


values = st.recursive(scalars, containers, max_leaves=6)


@st.composite
def entries(draw: st.DrawFn) -> str:
    found = draw(st.lists(keys(), max_size=4, unique_by=lambda key: key.split(".")[0].strip()))
    lines = [f"{draw(spaces)}{key}{draw(spaces)}={draw(spaces)}{draw(values)}" for key in found]
    return "".join(line + draw(line_ends) for line in lines)


line_ends = st.sampled_from(["\n", " \n", "\n\n", f' # {MARK} = "\n', f"\t#{MARK}\n\n# {MARK} [a]\n", f"\n#{MARK}\n"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(["", "\n", f"#{MARK}\n", "\ufeff"])) + draw(entries())
    for name in draw(st.lists(keys(), max_size=6, unique_by=lambda key: "".join(key.split()))):
        opener, closer = draw(st.sampled_from([("[", "]"), ("[", "]"), ("[[", "]]")]))
        for _ in range(draw(st.integers(1, 2)) if opener == "[[" else 1):
            header = draw(spaces) + opener + draw(spaces) + name + draw(spaces) + closer
            text += header + draw(line_ends) + draw(entries())
    if draw(st.booleans()):
        text = text.rstrip()
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return text
