"""Room tests/lint: a crate that is split: manifests, build scripts, programs, and the other files around the code."""

from __future__ import annotations

from pathlib import Path

import tomli
from cloacina_lint.source.memory import MemoryTree

from tests.lint.depot import MAIN, MANIFEST, MANY, rust, split


def test_the_old_manifest_becomes_the_workspace(tmp_path: Path) -> None:
    kept = (
        '# Small.\n[profile.release]\nopt-level = "s"\n\n[patch.crates-io]\nlog = { git = "https://example.org/log" }\n'
    )
    more = 'readme = "README.md"\n\n[[bin]]\nname = "depot"\npath = "src/main.rs"'
    manifest = MANIFEST.replace('edition = "2021"', f'edition = "2021"\n{more}') + "\n" + kept
    done = split(tmp_path, {"src/main.rs": rust(""), "README.md": "# Depot\n"}, manifest)
    root = done.text("Cargo.toml")
    assert root == ('[workspace]\nresolver = "2"\nmembers = [\n    "depot-one",\n    "depot-two",\n]\n\n' + kept)
    one = tomli.loads(done.text("depot-one/Cargo.toml"))
    assert one["package"] == {"name": "depot-one", "version": "0.1.0", "edition": "2021"}
    assert "profile" not in one
    assert "bin" not in one
    assert "README.md" not in done.files


def test_a_workspace_with_settings_keeps_them(tmp_path: Path) -> None:
    manifest = MANIFEST.replace('serde_json = "1"', "serde_json.workspace = true")
    manifest = manifest.replace('version = "0.1.0"', "version.workspace = true", 1)
    manifest += '\n[workspace]\nmembers = ["tools"]\n\n[workspace.dependencies]\nserde_json = "1.0.100"\n'
    manifest += '\n[workspace.package]\nversion = "3.0.0"\n'
    done = split(tmp_path, {"src/main.rs": rust("")}, manifest)
    root = tomli.loads(done.text("Cargo.toml"))
    assert root["workspace"] == {
        "members": ["tools", "depot-one", "depot-two"],
        "resolver": "2",
        "dependencies": {"serde_json": "1.0.100"},
        "package": {"version": "3.0.0"},
    }
    assert tomli.loads(done.text("depot-one/Cargo.toml"))["package"]["version"] == "3.0.0"
    assert tomli.loads(done.text("depot-one/Cargo.toml"))["dependencies"]["serde_json"] == "1.0.100"


def test_dependencies_go_where_they_are_used(tmp_path: Path) -> None:
    manifest = (
        MANIFEST + '# For one.\nregex = "1"\n# For both.\nuuid = { version = "1", features = ["v4"] }\nlog = "0.4"\n'
    )
    code = "fn id() -> uuid::Uuid {\n    uuid::Uuid::nil()\n}\n"
    body = "        let _ = id();\n"
    main = rust(code, body + '        let _ = regex::Regex::new("x");\n', body)
    done = split(tmp_path, {"src/main.rs": main}, manifest)

    def dependencies(member: str) -> set[str]:
        found = tomli.loads(done.text(f"{member}/Cargo.toml"))["dependencies"]
        return {name for name in found if not name.startswith(("cloacina", "depot", "async", "chrono", "serde"))}

    assert dependencies("depot-one") == {"regex", "log"}
    assert dependencies("depot-two") == {"log"}  # nobody names it: it stays, as in any migration
    assert dependencies("depot-shared") == {"uuid"}
    assert "# For both.\nuuid" in done.text("depot-shared/Cargo.toml")


def test_a_library_with_a_name_of_its_own(tmp_path: Path) -> None:
    manifest = MANIFEST + '\n[lib]\nname = "goods"\n'
    test = "#[test]\nfn it() {\n    goods::a::fa();\n}\n"
    done = split(tmp_path, {**MANY, "tests/of_a.rs": test}, manifest)
    assert tomli.loads(done.text("depot-one/Cargo.toml"))["lib"]["name"] == "depot_one"
    assert "depot_one::a::fa();" in done.text("depot-one/tests/of_a.rs")


def test_a_later_version_asks_for_a_lock_file_of_each_package(tmp_path: Path) -> None:
    done = split(tmp_path, {"src/main.rs": rust("")}, to="0.11.1")
    assert any("--frozen" in line and "Cargo.lock" in line for line in done.report.person)
    assert '"0.11.1"' in done.text("depot-two/Cargo.toml")
    earlier = split(tmp_path / "b", {"src/main.rs": rust("")})
    assert not any("Cargo.lock" in line for line in earlier.report.person)


def test_features_of_shared_code_are_handed_on(tmp_path: Path) -> None:
    manifest = MANIFEST + '\n[features]\ndefault = ["fast"]\nfast = []\nother = []\n'
    code = '#[cfg(feature = "fast")]\nfn speed() {}\n#[cfg(not(feature = "fast"))]\nfn speed() {}\n'
    done = split(tmp_path, {"src/main.rs": rust(code, "        speed();\n", "        speed();\n")}, manifest)
    assert done.text("depot-shared/src/lib.rs").count("pub fn speed()") == 2
    assert tomli.loads(done.text("depot-shared/Cargo.toml"))["features"] == {"fast": []}
    features = tomli.loads(done.text("depot-one/Cargo.toml"))["features"]
    assert features == {"default": ["fast", "packaged"], "fast": ["depot-shared/fast"], "other": [], "packaged": []}


def test_the_build_script_goes_where_its_values_are_used(tmp_path: Path) -> None:
    manifest = MANIFEST + '\n[build-dependencies]\ncc = "1"\n'
    body = "        let _ = YEAR;\n"
    files = {
        "src/main.rs": rust('const YEAR: &str = env!("YEAR");\n', body, body),
        "build.rs": 'fn main() {\n    println!("cargo:rustc-env=YEAR=1");\n}\n',
    }
    done = split(tmp_path, files, manifest)
    assert done.text("depot-shared/build.rs") == files["build.rs"]
    assert tomli.loads(done.text("depot-shared/Cargo.toml"))["build-dependencies"] == {"cc": "1"}
    assert "cloacina_build::configure();" in done.text("depot-one/build.rs")
    assert done.files["build.rs"] is None


def test_code_that_looks_for_files_is_told(tmp_path: Path) -> None:
    code = 'fn a() -> &\'static str {\n    env!("CARGO_MANIFEST_DIR")\n}\n'
    done = split(tmp_path, {"src/main.rs": rust(code, "        a();\n")})
    told = next(line for line in done.report.person if "own directory" in line)
    assert told.startswith("depot-one/src/lib.rs:7: ")


def test_included_files_come_along(tmp_path: Path) -> None:
    code = 'const A: &str = include_str!("../data/a.txt");\n'
    done = split(tmp_path, {"src/main.rs": rust(code, "        let _ = A;\n"), "data/a.txt": "a\n"})
    assert done.text("depot-one/data/a.txt") == "a\n"
    assert "data/a.txt" not in done.files
    assert "depot-two/data/a.txt" not in done.files


def test_a_library_with_a_program_beside_it(tmp_path: Path) -> None:
    files = {
        **MANY,
        "src/main.rs": "use cloacina::*;\nuse depot::{a, b};\n" + MAIN,
        "tests/of_a.rs": "use depot::a::fa;\n\n#[test]\nfn it() {\n    fa();\n    depot::a::fa();\n}\n",
        "examples/all.rs": "fn main() {\n    let _ = (depot::a::one::one_task, depot::b::two::two_task);\n}\n",
        "src/bin/other.rs": 'fn main() {\n    println!("one");\n}\n',
    }
    done = split(tmp_path, files)
    assert done.members == ["depot-one", "depot-two"]
    assert done.text("depot-one/tests/of_a.rs") == files["tests/of_a.rs"].replace("depot::", "depot_one::")
    assert "examples/all.rs" not in done.files
    assert sum("it stays where it is" in line for line in done.report.person) == 2
    assert done.text("depot-one/src/lib.rs").startswith("pub mod a;\n")
    assert "depot-one/src/b.rs" not in done.files
    assert done.files["src/main.rs"] is None


def test_files_in_memory_are_read_as_those_on_disk() -> None:
    tree = MemoryTree("/a", {"Cargo.toml": "\ufeffx", "src/main.rs": "", "src/b/c.rs": "é"})
    file = tree.read("/a/./Cargo.toml")
    assert file is not None
    assert (file.bom, file.text) == (True, "x")
    assert tree.read("y") is None
    assert tree.is_file("src/../src/main.rs")
    assert tree.names("src") == ["b", "main.rs"]
    assert tree.names("") == ["Cargo.toml", "src"]
    assert [(packed.path, packed.size) for packed in tree.packed_files()][1] == ("src/b/c.rs", 2)
    assert tree.head("src/b/c.rs", 1) == b"\xc3"
