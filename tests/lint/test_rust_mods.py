"""Room tests/lint/: `mod x;` leads to the same files as in rustc."""

from __future__ import annotations

import posixpath
import subprocess
from pathlib import Path

import pytest
from cloacina_lint.source import rust_mods
from cloacina_lint.source.rust import parse
from cloacina_lint.source.rust_cfg import cfg_holds
from cloacina_lint.source.rust_mods import ModuleTree, load_modules
from cloacina_lint.source.text import SourceFile
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import need

Files = dict[str, str]

LAYOUTS: dict[str, tuple[Files, dict[str, str]]] = {
    "beside the root": (
        {
            "src/lib.rs": "mod a; mod b; pub mod r#try;",
            "src/a.rs": "", "src/b/mod.rs": "mod c;", "src/b/c.rs": "", "src/try.rs": "",
        },
        {"a": "src/a.rs", "b": "src/b/mod.rs", "b::c": "src/b/c.rs", "try": "src/try.rs"},
    ),
    "below a file that is no mod.rs": (
        {"src/lib.rs": "mod a;", "src/a.rs": "mod b;", "src/a/b.rs": "mod c;", "src/a/b/c/mod.rs": ""},
        {"a": "src/a.rs", "a::b": "src/a/b.rs", "a::b::c": "src/a/b/c/mod.rs"},
    ),
    "inside inline modules": (
        {
            "src/lib.rs": "mod i { pub mod j { mod c; } mod d; } mod a;",
            "src/i/j/c.rs": "", "src/i/d.rs": "", "src/a.rs": "mod k { mod e; }", "src/a/k/e.rs": "",
        },
        {"i::j::c": "src/i/j/c.rs", "i::d": "src/i/d.rs", "a": "src/a.rs", "a::k::e": "src/a/k/e.rs"},
    ),
    "by path": (
        {
            "src/lib.rs": '#[path = "far/x.rs"] mod a; mod b; #[path = "../up.rs"] mod c;',
            "src/far/x.rs": "mod y;", "src/far/y.rs": "",
            "src/b.rs": '#[path = "z.rs"] mod z;', "src/z.rs": "", "up.rs": "mod v;", "v.rs": "",
        },
        {
            "a": "src/far/x.rs", "a::y": "src/far/y.rs", "b": "src/b.rs", "b::z": "src/z.rs", "c": "up.rs",
            "c::v": "v.rs",
        },
    ),
    "by path inside inline modules": (
        {
            "src/lib.rs": 'mod i { #[path = "p.rs"] mod a; } mod b;', "src/i/p.rs": "",
            "src/b.rs": 'mod j { #[path = "q.rs"] mod c; } #[path = "dir"] mod k { mod d; mod l { mod e; } }',
            "src/b/j/q.rs": "", "src/dir/d.rs": "", "src/dir/l/e.rs": "",
        },
        {
            "i::a": "src/i/p.rs", "b": "src/b.rs", "b::j::c": "src/b/j/q.rs", "b::k::d": "src/dir/d.rs",
            "b::k::l::e": "src/dir/l/e.rs",
        },
    ),
    "in a fn by path only": (
        {"src/lib.rs": 'mod a;', "src/a.rs": 'fn f() { #[path = "g.rs"] mod g; mod h { #[path = "i.rs"] mod i; } }',
         "src/g.rs": "", "src/h/i.rs": ""},
        {"a": "src/a.rs", "a::g": "src/g.rs", "a::h::i": "src/h/i.rs"},
    ),
    "the same file twice": (
        {"src/lib.rs": '#[path = "s.rs"] mod a; #[path = "s.rs"] mod b;', "src/s.rs": ""},
        {"a": "src/s.rs", "b": "src/s.rs"},
    ),
}  # fmt: skip


def load(files: Files, root: str = "src/lib.rs") -> ModuleTree:
    asked: list[str] = []

    def read(path: str) -> SourceFile | None:
        assert path not in asked, "each path is asked for once"
        assert path == posixpath.normpath(path)
        asked.append(path)
        return SourceFile("/t/" + path, files[path], path) if path in files else None

    return load_modules(parse(SourceFile("/t/" + root, files[root], root)), root, read)


def table(tree: ModuleTree) -> dict[str, str]:
    return {"::".join(file.mod_path): file.path for file in tree.files[1:]}


@pytest.mark.parametrize("name", LAYOUTS)
def test_files_of_a_layout(name: str) -> None:
    files, expected = LAYOUTS[name]
    tree = load(files)
    assert table(tree) == expected
    assert (tree.unresolved, tree.ambiguous, tree.cycles, tree.truncated) == ([], [], [], False)
    assert {file.path for file in tree.files} == set(files)
    for file in tree.files[1:]:
        assert file.decl is not None
        assert file.parent is not None
        assert file.decl.rust is file.parent.rust


@pytest.mark.parametrize("name", LAYOUTS)
def test_rustc_reads_the_same_files(name: str, tmp_path: Path) -> None:
    rustc = need("rustc", "install Rust")
    files, _ = LAYOUTS[name]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    command = [rustc, "--edition=2021", "--crate-type=lib", "--emit=dep-info=deps.d", "src/lib.rs"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    rule = (tmp_path / "deps.d").read_text(encoding="utf-8").split("\n")[0]
    read = {posixpath.normpath(path) for path in rule.partition(": ")[2].split()}
    assert read == {file.path for file in load(files).files}


def test_order_is_that_of_the_declarations() -> None:
    tree = load(
        {"src/lib.rs": "mod a; mod b;", "src/a.rs": "mod c; mod d;", "src/a/c.rs": "", "src/a/d.rs": "", "src/b.rs": ""}
    )
    assert ["::".join(file.mod_path) for file in tree.files] == ["", "a", "a::c", "a::d", "b"]
    assert [item.name for _, item in tree.walk()] == ["a", "b", "c", "d"]


def test_a_root_elsewhere() -> None:
    files = {"tests/it.rs": "mod common;", "tests/common/mod.rs": "mod x;", "tests/common/x.rs": ""}
    assert table(load(files, "tests/it.rs")) == {"common": "tests/common/mod.rs", "common::x": "tests/common/x.rs"}
    assert table(load({"lib.rs": "mod a;", "a.rs": ""}, "./lib.rs".removeprefix("./"))) == {"a": "a.rs"}


def test_what_is_not_there() -> None:
    tree = load({"src/lib.rs": 'mod a; fn f() { mod g; } #[path = concat!("x")] mod h; mod i { mod j; }'})
    assert [(item.name, tried) for item, tried in tree.unresolved] == [
        ("a", ["src/a.rs", "src/a/mod.rs"]), ("g", []), ("h", []), ("j", ["src/i/j.rs", "src/i/j/mod.rs"])
    ]  # fmt: skip
    assert len(tree.files) == 1


def test_two_files_for_one_module() -> None:
    tree = load({"src/lib.rs": "mod a;", "src/a.rs": "mod b;", "src/a/mod.rs": "", "src/a/b.rs": ""})
    assert table(tree) == {"a": "src/a.rs", "a::b": "src/a/b.rs"}
    assert [(item.name, paths) for item, paths in tree.ambiguous] == [("a", ["src/a.rs", "src/a/mod.rs"])]


def test_modules_by_condition() -> None:
    tree = load({
        "src/lib.rs": '#[cfg(unix)] mod x; #[cfg(not(unix))] #[path = "y.rs"] mod x;\n#[cfg(test)] mod i { mod t; }',
        "src/x.rs": "", "src/y.rs": "", "src/i/t.rs": "#![cfg(q)]\n#[cfg(z)] fn f() {}",
    })  # fmt: skip
    assert [(file.path, file.cfgs()) for file in tree.files] == [
        ("src/lib.rs", []), ("src/x.rs", ["unix"]), ("src/y.rs", ["not(unix)"]), ("src/i/t.rs", ["test"])
    ]  # fmt: skip
    ((file, item),) = [(file, item) for file, item in tree.walk() if item.name == "f"]
    assert file.cfgs() + item.cfgs() == ["test", "q", "z"]


def test_a_path_by_condition() -> None:
    tree = load({
        "src/lib.rs": '#[cfg_attr(a, path = "a.rs")] #[cfg_attr(b, path = "b.rs")] mod x;\n'
        '#[cfg_attr(a, path = "d")] mod i { mod y; }',
        "src/a.rs": "", "src/b.rs": "", "src/x.rs": "", "src/d/y.rs": "", "src/i/y.rs": "",
    })  # fmt: skip
    assert [(file.path, file.conditions) for file in tree.files[1:]] == [
        ("src/a.rs", ["a"]), ("src/b.rs", ["not(a)", "b"]), ("src/x.rs", ["not(a)", "not(b)"]),
        ("src/d/y.rs", ["a"]), ("src/i/y.rs", ["not(a)"]),
    ]  # fmt: skip
    for known in ({"a", "b"}, {"a"}, {"b"}, set[str]()):
        taken = [file.path for file in tree.files[1:4] if _holds(file.cfgs(), known)]
        assert taken == ["src/a.rs" if "a" in known else "src/b.rs" if "b" in known else "src/x.rs"]
    partly = load({"src/lib.rs": '#[cfg_attr(windows, path = "w.rs")] mod x;', "src/x.rs": ""})
    assert (table(partly), partly.unresolved) == ({"x": "src/x.rs"}, [])


def _holds(conditions: list[str], known: set[str]) -> bool:
    """As a set of features, so that what is not known does not hold."""
    texts = [text.replace("a", 'feature = "a"').replace("b", 'feature = "b"') for text in conditions]
    return cfg_holds(texts, features=known, test=False) is True


def test_a_cycle_ends() -> None:
    tree = load(
        {
            "src/lib.rs": '#[path = "lib.rs"] mod a; mod b;',
            "src/b.rs": '#[path = "b.rs"] mod c; #[path = "lib.rs"] mod d;',
        }
    )
    assert table(tree) == {"b": "src/b.rs"}
    assert [(item.name, path) for item, path in tree.cycles] == [
        ("a", "src/lib.rs"),
        ("c", "src/b.rs"),
        ("d", "src/lib.rs"),
    ]
    assert tree.unresolved == []


def test_too_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rust_mods, "MAX_FILES", 50)
    # each level is asked for twice: 2^12 modules in 13 files
    files = {f"src/m{n}.rs": f'#[path = "m{n + 1}.rs"] mod a; #[path = "m{n + 1}.rs"] mod b;' for n in range(12)}
    tree = load({"src/lib.rs": '#[path = "m0.rs"] mod m;', **files, "src/m12.rs": ""})
    assert (len(tree.files), tree.truncated) == (50, True)


def test_outside_the_crate_the_reader_decides() -> None:
    tree = load({"src/lib.rs": '#[path = "../../x.rs"] mod a; #[path = "/abs/./y.rs"] mod b;', "../x.rs": "mod c;"})
    assert table(tree) == {"a": "../x.rs"}
    assert [(item.name, tried) for item, tried in tree.unresolved] == [
        ("b", ["/abs/y.rs"]), ("c", ["../c.rs", "../c/mod.rs"])
    ]  # fmt: skip


NAMES = st.sampled_from(["a", "b", "r#c", "lib", "mod"])
PATHS = st.sampled_from(
    ["", '#[path = "a.rs"] ', '#[path = "../b.rs"] ', '#[cfg_attr(x, path = "b")] ', "#[path] ", '#[path = "\\0"] ']
)
LEAF = st.builds(lambda path, name: f"{path}mod {name};", PATHS, NAMES)
DECLS = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.builds(
            lambda path, name, body: f"{path}mod {name} {{ {' '.join(body)} }}",
            PATHS,
            NAMES,
            st.lists(inner, max_size=2),
        ),
        st.builds(lambda body: f"fn f() {{ {' '.join(body)} }}", st.lists(inner, max_size=2)),
    ),
    max_leaves=5,
)
FILES = st.sampled_from(
    ["src/a.rs", "src/b.rs", "src/a/mod.rs", "src/a/b.rs", "src/lib.rs", "b.rs", "src/b/a/mod.rs", "src/lib/a.rs"]
)


@given(st.dictionaries(FILES, DECLS, max_size=6), DECLS)
@settings(max_examples=200, deadline=None)
def test_any_tree_ends(files: Files, root: str) -> None:
    tree = load({**files, "src/lib.rs": root})
    assert 1 <= len(tree.files) <= rust_mods.MAX_FILES
    placed = {id(file.decl) for file in tree.files} | {id(item) for item, _ in [*tree.unresolved, *tree.cycles]}
    for file in tree.files:
        for item in file.rust.walk():
            assert item.kind != "mod" or item.inline or not item.name or id(item) in placed
