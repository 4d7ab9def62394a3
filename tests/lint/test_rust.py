"""Room tests/lint/: Rust read as items, macros, imports, paths; every position lies where it says."""

from __future__ import annotations

import pytest

from tests.rust_sample import SAMPLE, item, read


def test_items_in_order_with_their_places() -> None:
    rust = read(SAMPLE)
    assert [(i.kind, i.name) for i in rust.items] == [
        ("use", ""), ("use", ""), ("macro_rules", "make"), ("mod", "flow")
    ]  # fmt: skip
    assert [i.name for i in rust.walk() if i.kind in ("fn", "struct", "mod", "impl")] == [
        "flow", "one", "Local", "crate::a::Thing<T>", "go", "far"
    ]  # fmt: skip
    one, flow, local = item(rust, "one"), item(rust, "flow"), item(rust, "Local")
    assert (one.parent, local.parent, local.mod_path) == (flow, one, ("flow",))
    assert (flow.inline, item(rust, "far").inline) == (True, False)
    assert flow.body_span is not None
    assert flow.body_span.text.startswith("{\n    #![allow")
    assert flow.span.text.startswith("pub(in crate::x) mod flow {")
    assert (flow.vis, one.vis, local.vis) == ("pub(in crate::x)", "pub", "")
    assert (one.name_span.text, one.keyword_span.text, flow.keyword_span.text) == ("one", "async unsafe fn", "mod")
    assert (one.is_async, one.is_unsafe, one.is_const, item(rust, "go").is_async) == (True, True, False, False)
    assert item(rust, "crate::a::Thing<T>").trait == "Runs"
    assert rust.errors == []


def test_parameters_and_return_type() -> None:
    one = item(read(SAMPLE), "one")
    assert [(p.pattern, p.name, p.type) for p in one.params] == [
        ("context", "context", "&mut Ctx<Value>"), ("mut r#type", "type", "u8"), ("(a, b)", None, "(u8, u8)"),
        ("_", None, "u8"),
    ]  # fmt: skip
    assert one.return_type == "Result<(), Err>"
    assert one.return_span is not None
    assert one.return_span.text == "Result<(), Err>"
    (itself,) = item(read(SAMPLE), "go").params
    assert (itself.name, itself.pattern, itself.type) == ("self", "&self", "")


@pytest.mark.parametrize(
    ("source", "vis"),
    [
        ("pub ( crate ) fn a() {}", "pub(crate)"),
        ("pub(super) fn a() {}", "pub(super)"),
        ("pub(self) fn a() {}", "pub(self)"),
        ("pub(in a :: b) fn a() {}", "pub(in a::b)"),
        ("pub fn a() {}", "pub"),
        ("fn a() {}", ""),
    ],
)
def test_visibility(source: str, vis: str) -> None:
    (found,) = read(source).items
    assert found.vis == vis
    assert (found.vis_span is None) == (vis == "")


@pytest.mark.parametrize("source", ["async fn a() {}", "const unsafe fn a() {}", 'extern "C" fn a() {}', "mod a {}"])
def test_pub_goes_to_the_start_of_the_keyword_span(source: str) -> None:
    text = "#[x]\n" + source
    at = read(text).items[0].keyword_span.start
    again = read(text[:at] + "pub " + text[at:])
    assert (again.errors, again.items[0].vis) == ([], "pub")


def test_macro_calls() -> None:
    rust = read(SAMPLE)
    assert [(m.path, m.at_item, m.in_tokens, m.item.name if m.item else None) for m in rust.macros()] == [
        (("cloacina_workflow_plugin", "package"), True, False, None),
        (("include",), True, False, None),
        (("make",), True, False, None),
        (("tokio", "select"), False, False, "one"),
        (("println",), False, True, "one"),
        (("vec",), False, False, "one"),
        (("serde_json", "json"), False, True, "one"),
    ]
    package, vec = rust.macros()[0], rust.macros()[5]
    assert (package.span.text, package.path_span.text, package.cfgs()) == (
        "cloacina_workflow_plugin::package!()", "cloacina_workflow_plugin::package", ['feature = "packaged"']
    )  # fmt: skip
    assert package.args_span is not None
    assert package.args_span.text == "()"
    assert vec.cfgs() == ["test", "windows"]
    nested = read("fn f() { a!(if !(b) { c!{} }, x != (y), d ! (z), return !(w)) }").macros()
    assert [m.name for m in nested] == ["a", "c"]


def test_opaque() -> None:
    rust = read(SAMPLE + "fn f() { make!(y); a!(macro_rules! inside { () => { x!(); z::w } }) }")
    assert [(o.kind, o.text.split("!")[0]) for o in rust.opaque] == [
        ("include", "include"), ("macro_rules", "macro_rules"), ("macro", "make"), ("macro_rules", "macro_rules")
    ]  # fmt: skip
    assert "x" not in [m.name for m in rust.macros()]
    assert ("z", "w") not in [p.segments for p in rust.paths()]


def test_uses() -> None:
    rust = read(SAMPLE)
    assert [(u.path, u.alias, u.glob, u.name, u.span.text) for u in rust.uses()] == [
        (("cloacina_workflow",), None, False, "cloacina_workflow", "self"),
        (("cloacina_workflow", "task"), None, False, "task", "task"),
        (("cloacina_workflow", "Context"), "Ctx", False, "Ctx", "Context as Ctx"),
        (("cloacina_workflow", "sub", "a"), "_", False, None, "a as _"),
        (("cloacina_workflow", "sub"), None, True, None, "*"),
        (("", "serde_json"), None, False, "serde_json", "::serde_json"),
    ]
    assert [u.item.vis for u in rust.uses()] == [""] * 5 + ["pub"]
    more = read(
        "use {a::b, ::c /* x */, d::{self as e},}; use ::{f}; use super::*; use crate::r#type; fn g() { use h; }"
    )
    assert [("::".join(u.path), u.alias) for u in more.uses()] == [
        ("a::b", None), ("::c", None), ("d", "e"), ("::f", None), ("super", None), ("crate::type", None), ("h", None)
    ]  # fmt: skip


def test_paths() -> None:
    rust = read(SAMPLE)
    assert [("::".join(p.segments), p.in_tokens) for p in rust.paths()] == [
        ("cloacina_workflow_plugin::package", False),
        ("tokio::select", False),
        ("other::call", True),
        ("serde_json::json", True),
        ("crate::a::Thing", False),
    ]
    more = read(
        "#[tokio::main]\n#[derive(serde::Serialize)]\nfn f(x: a::B<c::D>) -> ::e::F { g::<h::I>::j();"
        " <K as l::M>::n::o; p!(q::r::<s::t>::u::v, ::w::x, $y::z); }"
    )
    assert ["::".join(p.segments) for p in more.paths()] == [
        "tokio::main", "serde::Serialize", "a::B", "c::D", "::e::F", "g::j", "h::I", "<>::n::o", "l::M", "q::r", "s::t",
        "::w::x", "y::z",
    ]  # fmt: skip
    assert [p.in_attr for p in more.paths()][:3] == [True, True, False]
    assert all(p.item is more.items[0] for p in more.paths())


def test_mentions_are_code_only() -> None:
    rust = read(SAMPLE)
    assert [rust.file.position(s.start)[0] for s in rust.mentions("hidden")] == [10, 27]
    assert rust.mentions("hid") == []
    assert rust.mentions("no such word") == []
    other = read("fn f<'a>(a: &'a str) { m!(\"a\", a, 'a'); x.a; r#a; a1; é_a; } // a\n")
    assert [s.start for s in other.mentions("a")] == [9, 31, 42, 47]


def test_comments_are_not_documentation() -> None:
    rust = read(SAMPLE + "fn f() { m!(/* in */ a /** doc */) } /*! inner */ //// four\r\n//x")
    assert [c.text for c in rust.comments()] == [
        "// plain hidden", "// between", "/* block hidden */", "/* in */", "//// four", "//x"
    ]  # fmt: skip


def test_positions_are_characters() -> None:
    rust = read('\ufeff// é\r\nmod 😀x {}\r\n/* 漢字 */ #[a(b = "é")] fn größe() { x!(); }\n')
    fn = item(rust, "größe")
    assert rust.file.position(fn.name_span.start) == (3, 27)
    assert fn.attrs[0].args[0].span.text == 'b = "é"'
    assert rust.macros()[0].span.text == "x!()"
    assert [c.text for c in rust.comments()] == ["// é", "/* 漢字 */"]
    assert [s.text for s in rust.mentions("größe")] == ["größe"]
