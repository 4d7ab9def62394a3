"""Room tests/lint/: attributes, their arguments as values, and conditions."""

from __future__ import annotations

from typing import Any

import pytest
from cloacina_lint.source.rust import Meta, Opaque
from cloacina_lint.source.rust_cfg import built, cfg_holds
from hypothesis import given
from hypothesis import strategies as st

from tests.rust_sample import SAMPLE, item, read


def args(text: str) -> list[Meta]:
    return read(f"#[x({text})]\nstruct A;").items[0].attrs[0].args


def value(text: str) -> Any:
    found = args(f"k = {text}")[0].value
    return found.text if isinstance(found, Opaque) else found


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("unix", True),
        ("windows", False),
        ("not(windows)", True),
        ('target_os = "windows"', False),
        ('target_os = "linux"', None),
        ('target_os = "macos"', None),
        ('any(target_os = "linux", target_os = "macos")', None),
        ('target_family = "unix"', True),
        ('target_arch = "x86_64"', None),
        ("test", False),
        ("all(windows, unheard_of)", False),
    ],
)
def test_what_a_release_build_on_the_server_compiles(condition: str, expected: bool | None) -> None:
    assert built(condition, set()) is expected


def test_attributes_attach_over_comments() -> None:
    rust = read(SAMPLE)
    flow = item(rust, "flow")
    assert [a.path for a in flow.attrs] == [("workflow",), ("cfg",)]
    assert [a.path for a in flow.inner_attrs] == [("allow",)]
    assert [a.span.text for a in rust.inner_attrs] == ["#![allow(dead_code)]"]
    workflow = flow.attrs[0]
    name = workflow.get("name")
    assert name is not None
    assert name.value == "é😀"
    assert name.value_span is not None
    assert (name.value_span.text, name.key_span and name.key_span.text) == ('"é😀"', "name")
    triggers = workflow.get("triggers")
    assert triggers is not None
    assert isinstance(triggers.value, list)
    assert [(m.value, m.span.text) for m in triggers.value] == [("a", '"a"'), ("b", '"b"')]
    assert item(rust, "one").attrs[0].span.text.startswith("#[task(id")


def test_an_inner_attribute_belongs_to_its_own_body() -> None:
    rust = read("fn f() { #![a] { #![b] } let x = { #![c] 1 }; } impl T { #![d] }")
    assert [[a.name for a in i.inner_attrs] for i in rust.items] == [["a"], ["d"]]
    assert rust.inner_attrs == []


@pytest.mark.parametrize(
    ("source", "path", "arguments"),
    [
        ("#[task]", ("task",), None),
        ("#[task()]", ("task",), "()"),
        ("#[task{a}]", ("task",), "{a}"),
        ("#[task[a]]", ("task",), "[a]"),
        ("#[task (a)]", ("task",), "(a)"),
        ("# [ /* a /* b */ */ cloacina_workflow :: task // x\n (a) ]", ("cloacina_workflow", "task"), "(a)"),
        ("#[::a::task(a)]", ("", "a", "task"), "(a)"),
        ("#[r#task(a)]", ("task",), "(a)"),
        ("#[unsafe(no_mangle)]", ("no_mangle",), None),
        ("#[crate::task(a)]", ("crate", "task"), "(a)"),
    ],
)
def test_attribute_forms(source: str, path: tuple[str, ...], arguments: str | None) -> None:
    (attr,) = read(source + "\r\nfn a() {}").items[0].attrs
    assert (attr.path, attr.span.text, attr.conditions) == (path, source, [])
    assert (attr.args_span.text if attr.args_span else None) == arguments


def test_cfg_attr_gives_what_it_holds() -> None:
    source = '#[cfg_attr(all(a, b), unsafe(no_mangle), cfg_attr(feature = "x", w::task(id = "t")), path = "y.rs")]'
    attrs = read(source + "\nfn f() {}").items[0].attrs
    assert [(a.path, a.conditions, a.via_cfg_attr) for a in attrs] == [
        (("cfg_attr",), [], False),
        (("no_mangle",), ["all(a, b)"], True),
        (("cfg_attr",), ["all(a, b)"], True),
        (("w", "task"), ["all(a, b)", 'feature = "x"'], True),
        (("path",), ["all(a, b)"], True),
    ]
    assert {a.span.text for a in attrs} == {source}
    assert [a.meta_span.text for a in attrs[3:]] == ['w::task(id = "t")', 'path = "y.rs"']
    assert (attrs[3].path_span.text, attrs[3].args[0].value, attrs[4].value) == ("w::task", "t", "y.rs")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"a"', "a"),
        (r'"\n\t\\\"\0\'\x41\u{1F600}"', "\n\t\\\"\0'A😀"),
        ('"a\\\n    b\\\r\n  c"', "abc"),
        ('"a\r\nb"', "a\nb"),
        (r'r"a\n"', r"a\n"),
        ('r##"a"#b"##', 'a"#b'),
        (r'b"\xff\n"', b"\xff\n"),
        ('br#"a"#', b"a"),
        ('c"a"', b"a"),
        (r'"\q\u{D800}\u{110000}"', r"\q\u{D800}\u{110000}"),
        ("1_000u32", 1000),
        ("0xFFu8", 255),
        ("0b11", 3),
        ("0o17_i64", 15),
        ("010", 10),
        ("- 5", -5),
        ("1.5", 1.5),
        ("-2.5e3", -2500.0),
        ("2f32", 2.0),
        ("true", True),
        ("false", False),
        ("'c'", "'c'"),
        ("NAME", "NAME"),
        ('concat!("a", "b")', 'concat!("a", "b")'),
        ('"a".len() + 1', '"a".len() + 1'),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_values(source: str, expected: object) -> None:
    found = value(source)
    assert found == expected
    assert type(found) is type(expected)


def test_a_value_of_an_attribute_itself() -> None:
    attrs = read('#[doc = "a\\n"]\n#[x = -3]\n#[doc = include_str!("b")]\nfn f() {}').items[0].attrs
    assert [a.value for a in attrs[:2]] == ["a\n", -3]
    assert isinstance(attrs[2].value, Opaque)
    assert attrs[2].value_span is not None
    assert attrs[2].value_span.text == 'include_str!("b")'


def test_arguments_of_free_form() -> None:
    trigger, graph, rules, params, flag, key = args(
        'trigger = reactor("r"), graph = { a(acc) -> b, c(acc, d) => { Variant -> e, } }, rules = any(t("x"), 1), '
        'params(name: String = "x", n: u8), async, type = 1,'
    )
    assert isinstance(trigger.value, Opaque)
    assert trigger.value.text == 'reactor("r")'
    assert trigger.inner is not None
    assert (trigger.inner.path, [m.value for m in trigger.inner.args or []]) == (("reactor",), ["r"])
    assert graph.inner is not None
    first, second = graph.inner.args or []
    assert (first.path, first.op, [m.name for m in first.args or []]) == (("a",), "->", ["acc"])
    assert first.inner is not None
    assert first.inner.path == ("b",)
    assert (second.op, [m.name for m in second.args or []]) == ("=>", ["acc", "d"])
    assert second.inner is not None
    assert [(m.path, m.op) for m in second.inner.args or []] == [(("Variant",), "->")]
    assert rules.inner is not None
    assert [(m.path, m.value) for m in rules.inner.args or []] == [(("t",), None), (None, 1)]
    assert [(m.name, m.op) for m in params.args or []] == [("name", ":"), ("n", ":")]
    assert (flag.path, flag.op, flag.value, flag.args) == (("async",), None, None, None)
    assert (key.path, key.value) == (("type",), 1)


def test_conditions_come_from_all_around() -> None:
    rust = read(
        "#![cfg(a)]\n#[cfg(b)] mod m { #![cfg(c)]\n #[cfg(d)] fn f() { #[cfg(e)] { struct S; } } }\n"
        "#[cfg_attr(x, cfg(y))] struct T;"
    )
    assert item(rust, "S").cfgs() == ["a", "b", "c", "d", "e"]
    assert item(rust, "T").cfgs() == ["a", "any(not(x), y)"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('feature = "on"', True),
        ('feature = "off"', False),
        ("test", False),
        ("not(test)", True),
        ("all()", True),
        ("any()", False),
        ('any(test, feature = r"on",)', True),
        ('all(unix, feature = "off")', False),
        ('all(unix, feature = "on")', None),
        ('any(unix, feature = "on")', True),
        ("not(unix)", None),
        ("known", True),
        ("not(known)", False),
        ('target_os="linux"', True),
        ('target_os = "windows"', None),
        ("true", True),
        ("not(false)", True),
        ("/* x */ test // y", False),
        ("not(test, test)", None),
        ("", None),
        ("a, b", None),
        ("test)] struct B; #[cfg(test", None),
        ("all(" * 500 + ")" * 500, None),
        ('version("1.2")', None),
    ],
)
def test_cfg_holds(text: str, expected: bool | None) -> None:
    flags = {"known", 'target_os = "linux"'}
    assert cfg_holds(text, features={"on"}, test=False, flags=flags) is expected


def test_cfg_holds_of_several() -> None:
    attrs = (
        read('#[cfg(test)]\n#[inline]\n#[cfg(unix)]\n#[cfg_attr(feature = "z", cfg(windows))]\nfn f() {}')
        .items[0]
        .attrs
    )
    assert cfg_holds(attrs, features=set(), test=True) is None
    assert cfg_holds(attrs, features=set(), test=True, flags={"unix"}) is True
    assert cfg_holds(attrs, features=set(), test=False) is False
    assert cfg_holds(["test", 'feature = "q"'], features={"q"}, test=True) is True


@given(st.text(alphabet="aé漢😀\n\t\"\\'u{}x41n0", max_size=30))
def test_strings_decode_to_what_was_written(text: str) -> None:
    written = text.replace("\\", "\\\\").replace('"', '\\"')
    assert value(f'"{written}"') == text
    if '"#' not in text:
        assert value(f'r#"{text}"#') == text
