"""Room tests/lint/: any text at all is read, in time, and the reader starts fast."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from cloacina_lint.source.rust import Meta, RustFile
from cloacina_lint.source.rust_cfg import cfg_holds
from cloacina_lint.source.text import Span
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rust_sample import SAMPLE, item, read
from tests.support import ROOT


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("fn a() {\n#[task]\nfn b() {}\n", ["b"]),
        ("fn a() {}\n<<<<<<< HEAD\nfn b() {}\n=======\nfn c() {}\n>>>>>>> x\n", ["a"]),
        ("fn a() { \0 }\nfn b() {}", ["b"]),
        ("---\n[package]\n---\nfn a() {}\nfn b() {}", ["b"]),
        ("fn {{ name }}() {}\nfn b() {}", ["b"]),
    ],
)
def test_broken_source_is_still_read(source: str, names: list[str]) -> None:
    rust = read(source)
    assert rust.errors
    assert set(names) <= {i.name for i in rust.walk()}
    if "#[task]" in source:
        assert item(rust, "b").attrs[0].path == ("task",)


def all_spans(rust: RustFile) -> list[Span]:
    """Every span of a file; asks for everything once."""
    spans = [*rust.errors, *rust.comments(), *rust.mentions("fn"), *rust.mentions("a")]
    spans += [x.span for x in (*rust.macros(), *rust.paths())]
    spans += [x.span for x in rust.uses()] + [x.span for x in rust.opaque]
    for found in rust.walk():
        spans += [found.span, found.name_span, found.keyword_span]
        spans += [s for s in (found.vis_span, found.body_span, found.return_span) if s is not None]
        spans += [p.span for p in found.params]
        cfg_holds(found.cfgs(), features=set(), test=False)
        assert (found.kind, found.vis, found.is_async, found.return_type, found.mod_path) is not None
    stack = [meta for call in rust.macros() for meta in call.args]
    for attr, _ in rust.attrs():
        spans += [attr.span, attr.meta_span, attr.path_span]
        spans += [s for s in (attr.args_span, attr.value_span) if s is not None]
        stack += attr.args
        assert attr.value is None or attr.value_span is not None
    while stack:
        meta = stack.pop()
        spans += [s for s in (meta.span, meta.key_span, meta.value_span, meta.args_span) if s is not None]
        listed = meta.value
        stack += meta.args or []
        stack += [meta.inner] if meta.inner is not None else []
        assert not isinstance(listed, list) or all(isinstance(m, Meta) for m in listed)
    return spans


def check(text: str) -> None:
    rust = read(text)
    size = len(rust.file.text)
    assert all(0 <= span.start <= span.end <= size for span in all_spans(rust))


WORDS = (
    '#[ #![ ] ( ) { } fn mod pub use struct impl async unsafe cfg cfg_attr task = , :: ; -> => ! \' " \\ r#" "# '
    "/* */ // /// \n \r\n macro_rules! include! a b::c é 😀 \ufeff \0 <T> < > 1 0x 1.5 - * as _ self crate in $ & |"
)
RUSTY = st.lists(st.sampled_from(WORDS.split(" ")), max_size=40)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read(text: str) -> None:
    check(text)


@given(RUSTY)
@settings(max_examples=400, deadline=None)
def test_any_tokens_are_read(tokens: list[str]) -> None:
    check(" ".join(tokens))


@given(st.lists(st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 60), st.booleans()), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_any_cut_of_real_rust_is_read(cuts: list[tuple[int, int, bool]]) -> None:
    text = SAMPLE
    for start, length, double in cuts:
        piece = text[start : start + length]
        text = text[:start] + (piece * 2 if double else "") + text[start + length :]
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "#[a(" + "(" * 20_000 + ")" * 20_000 + ")] fn f() {}",
        "fn f() { " + "{" * 20_000 + "}" * 20_000 + "}",
        "mod m {" * 2_000 + "}" * 2_000,
        "fn f() { " + "a::" * 20_000 + "b }",
        "use " + "a::{" * 5_000 + "b" + "}" * 5_000 + ";",
        "fn f() { " + "a + " * 20_000 + "b }",
        "#[a] " * 5_000 + "fn f() {}",
        "#[cfg_attr(a, " * 500 + "b" + ")]" * 500 + " fn f() {}",
        "a" + " a" * 50_000,
        "é" * 50_000 + " a" * 20_000,
    ],
)
def test_large_and_deep_input(text: str) -> None:
    start = time.process_time()
    rust = read(text)
    rust.macros(), rust.uses(), rust.mentions("a")
    assert rust.mentions("a") or "a" not in text.split()
    assert time.process_time() - start < 20


def test_time_grows_with_the_size() -> None:
    def seconds(times: int) -> float:
        text = SAMPLE.replace("#!/usr/bin/env run\n#![allow(dead_code)]\n", "") * times
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            rust = read(text)
            rust.macros(), rust.mentions("hidden")
            best = min(best, time.process_time() - start)
        return best

    assert seconds(200) < 40 * max(seconds(10), 0.001)


def test_only_what_is_needed_is_imported() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from cloacina_lint.source import rust_mods, rust\n"
        "from cloacina_lint.source.text import SourceFile\n"
        "print('tree_sitter._binding' in sys.modules)\n"
        "print(len(rust.parse(SourceFile('a', 'fn a() {}')).items))\n"
        "slow = {'typing', 'pathlib', 'dataclasses', 'importlib.resources', 'tree_sitter', 'logging'}\n"
        "print(sorted(slow & set(sys.modules)))\n"
        "import tree_sitter, tree_sitter_rust\n"
        "language = tree_sitter.Language(tree_sitter_rust.language())\n"
        "print(tree_sitter.Parser(language).parse(b'fn a() {}').root_node.type)\n"
    )
    result = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            "import sys; sys.path[:0] = sys.argv[2:]\n" + code,
            str(ROOT / "lint"),
            *sys.path,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.stdout.split("\n")[:4], result.stderr) == (["False", "1", "[]", "source_file"], "")
