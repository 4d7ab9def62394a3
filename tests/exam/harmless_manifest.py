"""Room tests/exam/: changes in Cargo.toml, package.toml and build.rs that are believed to do no harm."""

from __future__ import annotations

from tests.exam.base import Draft
from tests.exam.changes import (
    Change,
    append,
    cargo,
    package,
    prepend,
    quietly_move_to,
    remove,
    require,
    steps,
    swap,
    write,
)
from tests.exam.mistakes_manifest import FEATURES, LIB, PLUGIN, TYPES


def renamed(name: str) -> Change:
    """Another package name, in both manifests."""

    def change(draft: Draft) -> None:
        draft.cargo(f'name = "{draft.name}"', f'name = "{name}"')
        draft.package(f'name = "{draft.name}"', f'name = "{name}"')
        draft.name = name

    return change


def carriage_returns(draft: Draft) -> None:
    draft.files.update({path: text.replace("\n", "\r\n") for path, text in draft.files.items()})


ANY: dict[str, Change] = {
    "nothing at all": steps(),
    "no build.rs": steps(
        remove("build.rs"), cargo("[build-dependencies]\ncloacina-build", "[build-dependencies]\n# x")
    ),
    "own build.rs": write("build.rs", 'fn main() {\n    println!("cargo:rerun-if-changed=x");\n}\n'),
    "build.rs that does more": swap("build.rs", "    cl", '    println!("cargo:rustc-env=MADE=now");\n    cl'),
    "build in another file": steps(
        remove("build.rs"),
        write("tools/make.rs", "fn main() {\n    cloacina_build::configure();\n}\n"),
        cargo('edition = "2021"', 'edition = "2021"\nbuild = "tools/make.rs"'),
    ),
    "build = false": steps(cargo('edition = "2021"', 'edition = "2021"\nbuild = false')),
    "cdylib only": cargo(TYPES, '["cdylib"]'),
    "dylib": cargo(TYPES, '["dylib"]'),
    "crate_type": cargo("crate-type", "crate_type"),
    "single quotes": cargo(TYPES, "[ 'lib', 'cdylib', ]"),
    "[lib] in one line": steps(
        cargo(LIB + "\n", ""), prepend("Cargo.toml", 'lib = { crate-type = ["cdylib", "rlib"], doctest = false }\n\n')
    ),
    "features dotted": steps(
        cargo(FEATURES + "\n", ""), prepend("Cargo.toml", 'features.default = ["packaged"]\nfeatures.packaged = []\n\n')
    ),
    "quoted keys": cargo('default = ["packaged"]\npackaged', '"default" = ["packaged"]\n"packaged"'),
    "packaged through another feature": cargo(
        'default = ["packaged"]\npackaged = []', 'default = ["service"]\nservice = ["packaged"]\npackaged = []'
    ),
    "packaged turns on a dependency's feature": cargo("packaged = []", 'packaged = ["cloacina-workflow/packaged"]'),
    "features in several lines": cargo('default = ["packaged"]', 'default = [\n    # server\n    "packaged",\n]'),
    "no packaged on cloacina-workflow": cargo(', features = ["packaged"] }', " }"),
    "requirement in parts": require(PLUGIN, '">={version}, <{version}9"'),
    "requirement with =": require(PLUGIN, '"={version}"'),
    "requirement with ~": require(PLUGIN, '"~{version}"'),
    "dependency in its own table": steps(
        cargo('serde_json = "1"\n', ""), append("Cargo.toml", '\n[dependencies.serde_json]\nversion = "1"\n')
    ),
    "for unix": quietly_move_to("serde_json", "[target.'cfg(unix)'.dependencies]"),
    "for not windows": quietly_move_to(PLUGIN, "[target.'cfg(not(windows))'.dependencies]"),
    "dotted dependency": cargo('serde_json = "1"', 'serde_json.version = "1"\nserde_json.features = ["std"]'),
    "optional, but a default feature": steps(
        cargo('serde_json = "1"', 'serde_json = { version = "1", optional = true }'),
        cargo('default = ["packaged"]', 'default = ["packaged", "dep:serde_json"]'),
    ),
    "optional, turned on by packaged": steps(
        cargo('serde_json = "1"', 'serde_json = { version = "1", optional = true }'),
        cargo("packaged = []", 'packaged = ["serde_json"]'),
    ),
    "also a dev-dependency": append("Cargo.toml", '\n[dev-dependencies]\nserde_json = "1"\n'),
    "serde as well": cargo("serde_json", 'serde = { version = "1", features = ["derive"] }\nserde_json'),
    "tokio at run time": cargo("serde_json", 'tokio = { version = "1", features = ["time"] }\nserde_json'),
    "a dependency called as one of theirs": cargo(
        "serde_json", 'workflow = { package = "serde", version = "1" }\nserde_json'
    ),
    "panic abort": append("Cargo.toml", '\n[profile.release]\npanic = "abort"\n'),
    "lto and strip": append("Cargo.toml", "\n[profile.release]\nlto = true\nstrip = true\ncodegen-units = 1\n"),
    "lints": append("Cargo.toml", '\n[lints.rust]\nunsafe_code = "warn"\nunused = "warn"\n'),
    "warnings denied": append("Cargo.toml", '\n[lints.rust]\nwarnings = "deny"\n'),
    "unsafe forbidden": append("Cargo.toml", '\n[lints.rust]\nunsafe_code = "forbid"\n'),
    "edition 2024": cargo('edition = "2021"', 'edition = "2024"'),
    "edition 2018": cargo('edition = "2021"', 'edition = "2018"'),
    "no edition": cargo('edition = "2021"\n', ""),
    "rust-version of two parts": cargo('edition = "2021"', 'edition = "2021"\nrust-version = "1.75"'),
    "no version in Cargo.toml": cargo('version = "0.1.0"\n', ""),
    "version with a suffix": cargo('version = "0.1.0"', 'version = "0.1.0-rc.1+build.5"'),
    "resolver 2": cargo("[workspace]\n", '[workspace]\nresolver = "2"\n'),
    "no [workspace]": cargo("[workspace]\n", ""),
    "name in upper case": renamed("Orders"),
    "name with test in it": renamed("latest-flow"),
    "name of a std crate": renamed("alloc-report"),
    "name mixed": renamed("my_flow-v2"),
    "comments that mention everything": cargo(
        "[dependencies]\n", '# [lib] name = "other"\n# cloacina-workflow = { path = "../x" }\n[dependencies]\n'
    ),
    "metadata of others": append(
        "Cargo.toml", '\n[package.metadata.docs]\nname = "x"\n[package.metadata.lib]\nname = "y"\n'
    ),
    "dev-dependency on a path that is there": steps(
        append("Cargo.toml", '\n[dev-dependencies]\nhelp = { path = "help" }\n'),
        write("help/Cargo.toml", '[package]\nname = "help"\nversion = "0.1.0"\nedition = "2021"\n'),
        write("help/src/lib.rs", "pub fn help() {}\n"),
    ),
    "path dependency inside": steps(
        cargo("serde_json", 'help = { path = "help" }\nserde_json'),
        write("help/Cargo.toml", '[package]\nname = "help"\nversion = "0.1.0"\nedition = "2021"\n'),
        write("help/src/lib.rs", "pub fn help() {}\n"),
    ),
    "a program beside it": write("src/main.rs", "fn main() {}\n"),
    "an example for the engine": write("examples/local.rs", "use cloacina::*;\n\nfn main() {}\n"),
    "[lib] named as the package": steps(renamed("night-report"), cargo("[lib]\n", '[lib]\nname = "night_report"\n')),
    "[lib] elsewhere": steps(
        cargo("[lib]\n", '[lib]\npath = "flow/root.rs"\n'),
        lambda draft: draft.files.__setitem__("flow/root.rs", draft.files.pop("src/lib.rs")),
        write("src/lib.rs", "compile_error!();\n"),
    ),
    "package.toml: other workflow_name": package('workflow_name = "{workflow}"', 'workflow_name = "other"'),
    "package.toml: other version": package('version = "0.1.0"', 'version = "3.2.1"'),
    "package.toml: version in words": package('version = "0.1.0"', 'version = "next"'),
    "package.toml: unknown key in [package]": package("interface = ", 'homepage = "x"\ninterface = '),
    "package.toml: unknown table": append("package.toml", "\n[deploy]\nx = 1\n"),
    "package.toml: [[triggers]]": append("package.toml", '\n[[triggers]]\nname = "x"\n'),
    "package.toml: runtime rust": package('extension = "cloacina"', 'extension = "cloacina"\nruntime = "rust"'),
    "package.toml: interface_version 9": package("interface_version = 1", "interface_version = 9"),
    "package.toml: no extension": package('extension = "cloacina"\n', ""),
    "package.toml: no workflow_name": package('workflow_name = "{workflow}"\n', ""),
    "package.toml: author, description": package(
        'language = "rust"\n', 'language = "rust"\nauthor = "A"\ndescription = """\nb\n"""\n'
    ),
    "package.toml: in one line": write(
        "package.toml",
        'package = { name = "{name}", version = "0.1.0", interface = "i", interface_version = 1 }\n'
        "metadata.language = 'rust'\n",
    ),
    "package.toml: byte order mark": prepend("package.toml", "\ufeff"),
    "Cargo.toml: byte order mark": prepend("Cargo.toml", "\ufeff"),
    "Cargo.toml: TOML 1.1": cargo('features = ["packaged"] }', 'features = ["packaged"], }'),
    "CRLF": carriage_returns,
    "patch table": append("Cargo.toml", "\n[profile.dev]\nopt-level = 1\n"),
}
UNTIL_9: dict[str, Change] = {
    "macros of the same version": cargo("serde_json", 'cloacina-macros = "{version}"\nserde_json'),
    "chrono without defaults": cargo('chrono = "0.4"', 'chrono = { version = "0.4", default-features = false }'),
    "async-trait in its table": steps(
        cargo('async-trait = "0.1"\n', ""), append("Cargo.toml", "\n[dependencies.async-trait]\nversion = '0.1.80'\n")
    ),
}
ONLY_6: dict[str, Change] = {
    "macros 0.7": cargo("serde_json", 'cloacina-macros = "0.7.0"\nserde_json'),
    "two-part requirements": steps(require(PLUGIN, '"0.6"'), cargo('{ version = "{version}"', '{ version = "0.6"')),
    "cloacina-build 0.9": cargo('cloacina-build = "{version}"', 'cloacina-build = "0.9"'),
}
