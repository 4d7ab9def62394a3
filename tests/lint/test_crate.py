"""Room tests/lint: Cargo.toml as cargo reads it, a crate's kind and version, paths to crates."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cloacina_lint import cli
from cloacina_lint.cargo import Manifest
from cloacina_lint.crate import Crate
from cloacina_lint.discover import discover
from cloacina_lint.requirement import lower_bound, matches
from cloacina_lint.source import toml
from cloacina_lint.source.text import SourceFile
from cloacina_lint.source.tree import Tree

from tests.linting import canonical, codes, findings, write


def manifest(text: str, workspace: str | None = None) -> Manifest:
    parent = toml.parse(SourceFile("/w/Cargo.toml", workspace)) if workspace is not None else None
    return Manifest(toml.parse(SourceFile("/w/a/Cargo.toml", text)), parent)


def crate(directory: Path, **options: bool) -> Crate:
    return Crate(Tree(os.fspath(directory)), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("requirement", "version", "expected"),
    [
        ("0.6", "0.6.1", True),
        ("0.6", "0.7.0", False),
        ("0.6.1", "0.6.0", False),
        ("^0.6.0", "0.6.9", True),
        ("~0.6.1", "0.6.2", True),
        ("~0", "0.9.0", True),
        ("=0.6.1", "0.6.1", True),
        ("=0.6.1", "0.6.2", False),
        (">=0.6, <0.8", "0.7.3", True),
        (">=0.6, <0.8", "0.8.0", False),
        (">0.6", "0.6.5", False),
        (">0.6", "0.7.0", True),
        ("<=0.6", "0.6.7", True),
        ("*", "0.12.0", True),
        ("0.*", "0.12.0", True),
        ("0.6.*", "0.6.3", True),
        ("1", "1.9.0", True),
        ("1", "2.0.0", False),
        ("nonsense", "0.6.1", False),
    ],
)
def test_requirements_match_as_cargo_does(requirement: str, version: str, expected: bool) -> None:
    assert matches(requirement, version) is expected


def test_lower_bound() -> None:
    assert lower_bound(">=0.6, <0.8") == "0.6.0"
    assert lower_bound("x y") is None


def test_dependencies_of_every_form() -> None:
    found = manifest(
        """
[dependencies]
a = "1"
b = { version = "2", features = ["x"], default-features = false, optional = true }
renamed = { package = "real-name", path = "../real" }
c.version = "3"
c.features = ["y"]
[dependencies.d]
git = "https://example.invalid/d"
[target.'cfg(unix)'.dependencies]
e = "5"
[dev_dependencies]
f = "6"
[build-dependencies]
g = "7"
"""
    ).dependencies
    table = {dependency.key: dependency for dependency in found}
    assert {key: dependency.kind for key, dependency in table.items()} == {
        **dict.fromkeys(("a", "b", "renamed", "c", "d", "e"), "normal"),
        "f": "dev",
        "g": "build",
    }
    assert table["b"].features == ["x"]
    assert table["b"].optional
    assert not table["b"].default_features
    assert table["renamed"].package == "real-name"
    assert table["renamed"].source == "path"
    assert table["c"].requirement == "3"
    assert table["c"].features == ["y"]
    assert table["d"].source == "git"
    assert table["e"].target == "cfg(unix)"
    assert [dependency.key_span.text for dependency in found] == ["a", "b", "renamed", "c", "d", "f", "g", "e"]


def test_inherited_dependency_adds_its_features() -> None:
    found = manifest(
        '[dependencies]\ncloacina-workflow = { workspace = true, features = ["packaged"] }\n',
        '[workspace.dependencies]\ncloacina-workflow = { version = "0.6.1", features = ["macros"] }\n',
    ).find("cloacina-workflow")
    assert found is not None
    assert found.requirement == "0.6.1"
    assert set(found.features) == {"packaged", "macros"}
    assert found.workspace_span is not None
    assert found.workspace_span.file.path == "/w/Cargo.toml"


def test_default_features_are_followed() -> None:
    own, foreign = manifest(
        '[features]\ndefault = ["a"]\na = ["packaged", "dep:x", "cloacina-workflow/packaged"]\npackaged = []\n'
    ).default_features()
    assert own == {"default", "a", "packaged"}
    assert foreign == {("cloacina-workflow", "packaged")}


def test_version_from_the_lock_file(tmp_path: Path) -> None:
    canonical(tmp_path, Cargo_toml='[package]\nname = "a"\n[dependencies]\ncloacina-workflow = "0.6"\n')
    write(tmp_path, {"Cargo.lock": 'version = 4\n\n[[package]]\nname = "cloacina-workflow"\nversion = "0.6.0"\n'})
    assert crate(tmp_path).version == ("0.6.0", "Cargo.lock")


def test_a_lock_file_that_does_not_fit_the_requirement_is_not_asked(tmp_path: Path) -> None:
    canonical(tmp_path)
    write(tmp_path, {"Cargo.lock": 'version = 4\n\n[[package]]\nname = "cloacina-workflow"\nversion = "0.5.1"\n'})
    assert crate(tmp_path).version == ("0.6.1", 'cloacina-workflow = "0.6.1" in Cargo.toml')


def test_version_from_a_requirement_is_the_newest_published(tmp_path: Path) -> None:
    canonical(tmp_path, Cargo_toml='[package]\nname = "a"\n[dependencies]\ncloacina-workflow = "0.6"\n')
    assert crate(tmp_path).version == ("0.6.1", 'cloacina-workflow = "0.6" in Cargo.toml')


def test_version_from_the_workspace(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "Cargo.toml": '[workspace]\nmembers = ["a"]\n[workspace.dependencies]\ncloacina-workflow = "0.8.0"\n',
            "a/Cargo.toml": '[package]\nname = "a"\n[dependencies]\ncloacina-workflow.workspace = true\n',
            "a/src/lib.rs": "",
        },
    )
    version, reason = crate(tmp_path / "a").version
    assert version == "0.8.0"
    assert "workspace" in reason


LIBRARY_MODE = {
    "Cargo.toml": '[package]\nname = "embedded"\nversion = "0.1.0"\n[dependencies]\ncloacina = "0.6.1"\n',
    "src/main.rs": "fn main() {}\n",
}


def test_library_mode_crate_is_judged_only_when_named(tmp_path: Path) -> None:
    write(tmp_path, LIBRARY_MODE)
    assert crate(tmp_path).kind == "library"
    assert not crate(tmp_path).judged
    assert crate(tmp_path, explicit=True).judged
    assert "CL103" in codes(tmp_path)


def test_configuration_makes_a_library_mode_crate_a_service(tmp_path: Path) -> None:
    write(tmp_path, LIBRARY_MODE)
    text = LIBRARY_MODE["Cargo.toml"] + '[package.metadata.cloacina-lint]\nmode = "service"\n'
    write(tmp_path, {"Cargo.toml": text})
    assert crate(tmp_path).judged


def test_python_package_and_foreign_crate_are_not_judged(tmp_path: Path) -> None:
    write(tmp_path / "py", {"package.toml": '[package]\nname = "p"\n[metadata]\nlanguage = "python"\n'})
    write(tmp_path / "foreign", {"Cargo.toml": '[package]\nname = "f"\n', "src/lib.rs": ""})
    assert crate(tmp_path / "py", explicit=True).kind == "python"
    assert crate(tmp_path / "foreign", explicit=True).kind == "other"
    assert not crate(tmp_path / "foreign", explicit=True).judged


def test_files_are_mapped_to_the_crate_that_owns_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    canonical(tmp_path / "a")
    canonical(tmp_path / "b")
    monkeypatch.chdir(tmp_path)
    crates, problems = discover(["a/src/lib.rs", "a/Cargo.toml", "b/build.rs"])
    assert problems == []
    assert [found.display for found in crates] == ["a", "b"]
    assert not any(found.explicit for found in crates)


def test_tree_is_scanned_without_build_output_and_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("one", "deep/two", "one/target/package/x", ".hidden/y", "<<cookiecutter.crate_name>>"):
        canonical(tmp_path / place)
    monkeypatch.chdir(tmp_path)
    crates, problems = discover(["."])
    assert problems == []
    assert [found.display for found in crates] == ["deep/two", "one"]


def test_workspace_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"Cargo.toml": '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/c"]\n'})
    for name in "abc":
        canonical(tmp_path / "crates" / name)
    monkeypatch.chdir(tmp_path)
    assert [found.display for found in discover(["."])[0]] == ["crates/a", "crates/b"]


def test_what_only_tests_compile_is_not_judged(tmp_path: Path) -> None:
    canonical(tmp_path)
    text = (tmp_path / "src/lib.rs").read_text()
    text += "\n#[cfg(test)]\nmod tests {\n    use cloacina::DefaultRunner;\n    #[test]\n    fn a() {\n"
    text += '        let _ = DefaultRunner::new(":memory:");\n    }\n}\n'
    write(tmp_path, {"src/lib.rs": text})
    assert codes(tmp_path) == []


def test_words_in_comments_and_strings_are_not_code(tmp_path: Path) -> None:
    canonical(tmp_path)
    text = (tmp_path / "src/lib.rs").read_text()
    text += '\n/// cloacina::DefaultRunner and fn main() {}\n// use cloacina::*;\npub const A: &str = "cloacina::x";\n'
    text += 'pub const B: &str = r#"#[task(id = "x")] fn private() {} package!()"#;\n'
    write(tmp_path, {"src/lib.rs": text})
    assert codes(tmp_path) == []


def test_line_endings_byte_order_mark_and_wide_characters(tmp_path: Path) -> None:
    canonical(tmp_path)
    for path in ("Cargo.toml", "src/lib.rs", "package.toml", "build.rs"):
        file = tmp_path / path
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert codes(tmp_path) == []
    text = '# é 你好 🦀\r\n[package] # naïve\r\n"name" = "añb" # 🦀\r\n'
    text += '[dependencies]\r\ncloacina-workflow = "0.6.1"\r\n'
    (tmp_path / "Cargo.toml").write_bytes(text.encode())
    found = [finding for finding in findings(tmp_path) if finding.code == "CL003"]
    assert [finding.file.position(finding.span.start) for finding in found] == [(5, 21)]
    assert found[0].span.text == '"0.6.1"'


def test_modules_in_other_files_are_read(tmp_path: Path) -> None:
    canonical(tmp_path)
    text = (tmp_path / "src/lib.rs").read_text().replace("cloacina_workflow_plugin::package!();\n", "mod shell;\n")
    write(tmp_path, {"src/lib.rs": text, "src/shell.rs": "use cloacina_workflow_plugin::package;\npackage!();\n"})
    assert codes(tmp_path) == []


def test_what_a_macro_hides_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    canonical(tmp_path)
    text = (tmp_path / "src/lib.rs").read_text()
    text += (
        '\nmacro_rules! more { () => { #[task(id = "m")] pub async fn m() {} } }\nmacro_rules! max { () => { 1 } }\n'
    )
    write(tmp_path, {"src/lib.rs": text})
    assert codes(tmp_path) == []
    assert cli.main([str(tmp_path)]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if "undetermined" in line]
    assert len(said) == 1
    assert "src/lib.rs:16:1: undetermined" in said[0]


def test_package_macro_that_may_hide_in_a_macro_is_undetermined(tmp_path: Path) -> None:
    canonical(tmp_path)
    text = (
        (tmp_path / "src/lib.rs")
        .read_text()
        .replace(
            "cloacina_workflow_plugin::package!();\n",
            "macro_rules! shell { () => { cloacina_workflow_plugin::package!(); } }\nshell!();\n",
        )
    )
    write(tmp_path, {"src/lib.rs": text})
    assert "CL201" not in codes(tmp_path)


def test_version_of_a_path_dependency_is_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "Cargo.toml": '[workspace]\nmembers = ["engine/workflow"]\n[workspace.package]\nversion = "0.11.1"\n',
            "engine/workflow/Cargo.toml": '[package]\nname = "cloacina-workflow"\nversion.workspace = true\n',
            "a/Cargo.toml": '[package]\nname = "a"\n[dependencies]\ncloacina-workflow.path = "../engine/workflow"\n',
        },
    )
    assert crate(tmp_path / "a").version == ("0.11.1", "the path that cloacina-workflow comes from")


def test_version_of_a_git_tag(tmp_path: Path) -> None:
    line = 'cloacina-workflow = { git = "https://example.invalid/c", tag = "v0.8.0" }'
    write(tmp_path, {"Cargo.toml": f'[package]\nname = "a"\n[dependencies]\n{line}\n'})
    assert crate(tmp_path).version == ("0.8.0", "the git that cloacina-workflow comes from")


def test_without_a_version_only_what_every_generation_refuses_is_reported(tmp_path: Path) -> None:
    """chrono is needed up to 0.9 and not after; an own `packaged` feature is needed in all."""
    canonical(tmp_path)
    manifest = tmp_path / "Cargo.toml"
    text = "\n".join(
        f'{line.split(" = ")[0]} = {{ git = "https://example.invalid/c" }}' if line.startswith("cloacina-") else line
        for line in manifest.read_text().splitlines()
    )
    text = text.replace('chrono = "0.4"\n', "").replace('default = ["packaged"]', "default = []")
    write(tmp_path, {"Cargo.toml": text.replace("[workspace]", "")})
    found = codes(tmp_path)
    assert "CL101" not in found
    assert "CL102" in found
    assert "CL101" in codes(tmp_path, version="0.6.1")


def test_rust_crate_that_says_python_is_judged(tmp_path: Path) -> None:
    canonical(tmp_path)
    package = tmp_path / "package.toml"
    package.write_text(package.read_text().replace('"rust"', '"python"'))
    assert codes(tmp_path) == ["CL308"]
