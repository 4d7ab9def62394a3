"""Room tests/lint: package.toml, build script and dependencies of a crate on its way to another Cloacina version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cloacina_lint import examples
from cloacina_lint.contracts import load

from tests.lint.test_migrate_manifest import CODE, HEAD, Made, made

LIBRARY = HEAD + '\n[dependencies]\ncloacina = "0.6.1"\n'


def service(directory: Path, version: str, target: str, **files: str | None) -> Made:
    """The smallest right crate of a version, on its way to another."""
    contract = load(version)
    assert contract is not None
    crate = examples.canonical(contract)
    del crate["tests/service_mode.rs"]
    for name, text in files.items():
        path = name.replace("__", "/").replace("_rs", ".rs").replace("_toml", ".toml")
        crate.pop(path, None)
        if text is not None:
            crate[path] = text
    cargo = crate.pop("Cargo.toml")
    flat = {
        path.replace("/", "__").replace(".rs", "_rs").replace(".toml", "_toml"): text for path, text in crate.items()
    }
    return made(directory, cargo, target, **flat)


def normal(result: Made) -> dict[str, Any]:
    dependencies: dict[str, Any] = result.data()["dependencies"]
    return dependencies


def test_package_toml_says_what_the_code_says(tmp_path: Path) -> None:
    cargo = (
        HEAD
        + 'authors = ["Ada <ada@example.org>"]\ndescription = "A \\"till\\""\n\n[dependencies]\ncloacina = "0.6.1"\n'
    )
    assert made(tmp_path, cargo).data("package.toml") == {
        "package": {
            "name": "till",
            "version": "1.2.3",
            "interface": "cloacina-workflow-plugin",
            "interface_version": 1,
            "extension": "cloacina",
        },
        "metadata": {
            "language": "rust",
            "workflow_name": "nightly",
            "description": "Closes the day",
            "author": "Ada <ada@example.org>",
        },
    }
    plain = CODE.replace(', description = "Closes the day"', "")
    assert made(tmp_path / "b", cargo, code=plain).data("package.toml")["metadata"]["description"] == 'A "till"'


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_new_files_take_the_line_ending(tmp_path: Path, newline: str) -> None:
    result = made(tmp_path, LIBRARY.replace("\n", newline))
    for path in ("package.toml", "build.rs", ".gitignore"):
        assert result.text(path).count("\n") == result.text(path).count(newline)


def test_an_existing_package_toml_is_completed(tmp_path: Path) -> None:
    text = (
        '# ours\n[package]\nname = "Till" # ?\nversion = "0.1"\ninterface = "x"\n\n[metadata]\nworkflow_name = "day"\n'
    )
    result = made(tmp_path, LIBRARY, package_toml=text)
    assert result.text("package.toml") == (
        '# ours\n[package]\nname = "till" # ?\nversion = "1.2.3"\ninterface = "x"\ninterface_version = 1\n'
        'extension = "cloacina"\n\n[metadata]\nworkflow_name = "nightly"\nlanguage = "rust"\n'
    )


def test_keys_that_the_version_refuses_leave_and_are_told(tmp_path: Path) -> None:
    text = (
        '[package]\nname = "till"\nversion = "1.2.3"\ninterface = "x"\ninterface_version = 1\n'
        'extension = "cloacina"\n\n'
        '[metadata]\nlanguage = "rust"\npackage_type = ["workflow"] # old\nworkflow_name = "nightly"\n\n'
        '# each night\n[[metadata.triggers]]\nname = "night"\n[metadata.triggers.config]\ncron = "0 0 2 * * *"\n\n'
        '[[metadata.triggers]]\nname = "noon"\n'
    )
    result = made(tmp_path, LIBRARY, package_toml=text)
    assert result.data("package.toml")["metadata"] == {"language": "rust", "workflow_name": "nightly"}
    assert "#" not in result.text("package.toml")
    kept = "\n".join(item.text for item in result.report.kept)
    for line in text.splitlines()[8:]:
        if line and not line.startswith(("workflow_name", "language")):
            assert line in kept, line
    assert [line for line in result.report.person if "`triggers`" in line and "#[trigger(..)]" in line]
    later = made(tmp_path / "b", LIBRARY, "0.5.1", package_toml=text)
    assert set(later.data("package.toml")["metadata"]) == {"language", "package_type", "workflow_name", "triggers"}


@pytest.mark.parametrize("target", ["0.6.1", "0.11.1"])
def test_a_minimal_package_toml_is_completed(tmp_path: Path, target: str) -> None:
    text = '[package]\nname = "till"\nversion = "1.2.3"\n\n[metadata]\ndescription = "mine"\n'
    assert made(tmp_path, LIBRARY, target, package_toml=text).text("package.toml") == (
        '[package]\nname = "till"\nversion = "1.2.3"\ninterface = "cloacina-workflow-plugin"\ninterface_version = 1\n'
        'extension = "cloacina"\n\n[metadata]\ndescription = "mine"\nlanguage = "rust"\n'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("fn main() {}\n", "fn main() {\n    cloacina_build::configure();\n}\n"),
        ('fn main() { println!("x"); }\n', 'fn main() { cloacina_build::configure(); println!("x"); }\n'),
        (
            "fn main() -> Result<(), String> {\n\t// first\n\tgen()?;\n\tOk(())\n}\n",
            "fn main() -> Result<(), String> {\n\tcloacina_build::configure();\n\t// first\n\tgen()?;\n\tOk(())\n}\n",
        ),
        (
            "#[tokio::main]\nasync fn main() {\r\n  gen().await;\r\n}\r\n",
            "#[tokio::main]\nasync fn main() {\r\n  cloacina_build::configure();\r\n  gen().await;\r\n}\r\n",
        ),
        (
            "fn main() {\n    #![allow(unused)]\n\n    gen();\n}\n",
            "fn main() {\n    #![allow(unused)]\n    cloacina_build::configure();\n\n    gen();\n}\n",
        ),
        (
            "fn main() { // all\n    gen();\n}\n",
            "fn main() {\n    cloacina_build::configure(); // all\n    gen();\n}\n",
        ),
        ("use cloacina_build::configure;\nfn main() {\n    configure();\n}\n", None),
    ],
)
def test_an_existing_build_script_is_extended(tmp_path: Path, before: str, after: str | None) -> None:
    result = made(tmp_path, LIBRARY, build_rs=before)
    assert result.text("build.rs") == (after or before)
    assert result.data()["build-dependencies"] == {"cloacina-build": "0.6.1"}


def test_a_build_script_of_another_name_is_the_one(tmp_path: Path) -> None:
    cargo = HEAD + 'build = "tools/make.rs"\n\n[dependencies]\ncloacina = "0.6.1"\n[build-dependencies]\ncc = "1"\n'
    result = made(tmp_path, cargo, tools__make_rs="fn main() {\n    cc();\n}\n")
    assert "cloacina_build::configure();" in result.text("tools/make.rs")
    assert result.draft.read("build.rs") is None
    assert result.data()["build-dependencies"] == {"cc": "1", "cloacina-build": "0.6.1"}


def test_a_build_script_without_a_plain_main_is_told(tmp_path: Path) -> None:
    result = made(tmp_path, LIBRARY, build_rs="mod real;\nuse real::main;\n")
    assert [line for line in result.report.person if line.startswith("build.rs: ")]


def test_ignored_files(tmp_path: Path) -> None:
    assert made(tmp_path, LIBRARY).text(".gitignore") == "/target/\n*.cloacina\n"
    (tmp_path / "b").mkdir()
    (tmp_path / "b/.gitignore").write_bytes(b"# ours\r\ntarget")
    assert made(tmp_path / "b", LIBRARY).text(".gitignore") == "# ours\r\ntarget\r\n*.cloacina\r\n"


@pytest.mark.parametrize("target", ["0.10.0", "0.11.1"])
def test_companions_leave_with_their_generation(tmp_path: Path, target: str) -> None:
    result = service(tmp_path, "0.6.1", target)
    assert normal(result) == {
        "cloacina-workflow": {"version": target, "features": ["packaged"]},
        "cloacina-workflow-plugin": target,
        "serde_json": "1",
    }
    assert result.data()["build-dependencies"] == {"cloacina-build": target}
    assert "dev-dependencies" not in result.data()


def test_companions_that_the_code_names_stay(tmp_path: Path) -> None:
    code = CODE + "\npub fn now() -> chrono::DateTime<chrono::Utc> {\n    chrono::Utc::now()\n}\n"
    assert set(normal(service(tmp_path, "0.6.1", "0.11.1", src__lib_rs=code))) & {"async-trait", "chrono"} == {"chrono"}
    test = "#[async_trait::async_trait]\ntrait T {}\n"
    assert "async-trait" in normal(service(tmp_path / "b", "0.6.1", "0.11.1", tests__t_rs=test))


@pytest.mark.parametrize(("version", "target"), [("0.11.1", "0.6.1"), ("0.10.0", "0.8.0"), ("0.5.1", "0.6.1")])
def test_companions_come_with_their_generation(tmp_path: Path, version: str, target: str) -> None:
    there = normal(service(tmp_path, version, target))
    contract = load(target)
    assert contract is not None
    for name, needs in contract.crates.items():
        if needs.get("kind") != "build" and set(needs["for"]) & {"workflow", "package"}:
            entry = there[name]
            assert (entry["version"] if isinstance(entry, dict) else entry) == contract.requirement(name)


def test_a_test_that_runs_the_engine_gets_its_dependencies(tmp_path: Path) -> None:
    test = "use cloacina::Database;\n"
    dev = service(tmp_path, "0.6.1", "0.11.1", tests__t_rs=test).data()["dev-dependencies"]
    assert dev["cloacina"] == {"version": "0.11.1", "default-features": False, "features": ["macros", "sqlite"]}
    assert set(dev) == {"cloacina", "tokio"}


def test_no_build_script_is_written_where_none_is_asked_for(tmp_path: Path) -> None:
    result = service(tmp_path, "0.10.0", "0.11.1", build_rs=None)
    assert result.draft.read("build.rs") is None
    assert service(tmp_path / "b", "0.11.1", "0.6.1", build_rs=None).text("build.rs").startswith("fn main() {")


def test_lock_file_is_cargos(tmp_path: Path) -> None:
    lock = 'version = 4\n\n[[package]]\nname = "cloacina-workflow"\nversion = "0.6.1"\n'
    (tmp_path / "Cargo.lock").write_text(lock, encoding="utf-8")
    result = service(tmp_path, "0.6.1", "0.11.1")
    assert result.text("Cargo.lock") == lock
    assert [line for line in result.report.person if line.startswith("Cargo.lock: `cargo build`")]
    assert [line for line in service(tmp_path / "b", "0.6.1", "0.8.0").report.person if "generate-lockfile" in line]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cloacina_workflow_plugin::package!();\n\nuse a::b;\n", "use a::b;\n"),
        ("use a::b;\n\ncloacina_workflow_plugin::package!();\n\npub mod c {}\n", "use a::b;\n\npub mod c {}\n"),
        (
            "use a::b;\ncloacina_workflow_plugin::package! {} // here\npub mod c {}\n",
            "use a::b;\n // here\npub mod c {}\n",
        ),
        ('#[cfg(feature = "packaged")]\ncloacina_workflow_plugin::package!();\nuse a::b;\n', "use a::b;\n"),
    ],
)
def test_0_5_has_no_package_macro(tmp_path: Path, before: str, after: str) -> None:
    body = CODE.partition("\n\n")[2]
    result = service(tmp_path, "0.6.1", "0.5.1", src__lib_rs=before + body)
    assert result.text("src/lib.rs") == after + body
    assert "cloacina-computation-graph" not in normal(result)


def test_a_lock_file_that_git_ignores_is_told(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("target\n/Cargo.lock\n", encoding="utf-8")
    told = [line for line in service(tmp_path, "0.6.1", "0.8.0").report.person if line.startswith(".gitignore:2:")]
    assert len(told) == 1


def test_0_5_has_no_engine_to_test_with(tmp_path: Path) -> None:
    result = made(tmp_path, LIBRARY, "0.5.1", tests__live_rs="use cloacina::Database;\n")
    assert set(result.data()["dev-dependencies"]) == {"tempfile", "tokio"}
    assert [line for line in result.report.person if line.startswith("tests/live.rs: ")]
