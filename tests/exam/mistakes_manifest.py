"""Room tests/exam/: mistakes in Cargo.toml, package.toml and build.rs.

Believed to break: real cargo and the real engine decide. `§` marks a line where a finding is in place.
"""

from __future__ import annotations

from tests.exam.base import dependencies
from tests.exam.changes import Change, append, cargo, move_to, package, remove, require, steps, swap, write

FEATURES = '[features]\ndefault = ["packaged"]\npackaged = []\n'
LIB = '[lib]\ncrate-type = ["cdylib", "rlib"]\n'
TYPES = '["cdylib", "rlib"]'
AT_PACKAGE = cargo("[package]\n", "[package]§\n")
PLUGIN = "cloacina-workflow-plugin"

ANY: dict[str, Change] = {
    "no [features]": steps(cargo(FEATURES, ""), AT_PACKAGE),
    "packaged is no default feature": cargo('default = ["packaged"]', "default = []§"),
    "no default features": cargo('default = ["packaged"]\npackaged = []', "packaged = []§"),
    "packaged misspelt": cargo('default = ["packaged"]\npackaged = []', 'default = ["package"]§\npackage = []§'),
    "another default feature": cargo(
        'default = ["packaged"]\npackaged = []', 'default = ["full"]§\nfull = []\npackaged = []§'
    ),
    "default names no feature": steps(
        cargo('default = ["packaged"]\npackaged = []', 'default = ["packaged"]§'), cargo("[features]", "[features]§")
    ),
    "crate-type rlib": cargo(TYPES, '["rlib"]§'),
    "crate-type lib": cargo(TYPES, '["lib"]§'),
    "crate-type staticlib": cargo(TYPES, '["staticlib", "rlib"]§'),
    "crate-type misspelt": cargo(TYPES, '["cdlib", "rlib"]§'),
    "crate-type a string": cargo(TYPES, '"cdylib"§'),
    "no [lib]": steps(cargo(LIB + "\n", ""), AT_PACKAGE),
    "crate-type key misspelt": cargo(LIB, '[lib]§\ncrate-types = ["cdylib", "rlib"]§\n'),
    "[lib] name differs": cargo("[lib]\n", '[lib]\nname = "flows"§\n'),
    "[lib] path wrong": cargo("[lib]\n", '[lib]\npath = "src/flows.rs"§\n'),
    "[lib] proc-macro": cargo(LIB, "[lib]\nproc-macro = true§\n"),
    "cloacina-workflow renamed": cargo(
        'cloacina-workflow = { version = "{version}", features = ["packaged"] }',
        'cw = { package = "cloacina-workflow", version = "{version}" }§',
    ),
    "serde_json renamed": cargo('serde_json = "1"', 'json = { package = "serde_json", version = "1" }§'),
    "workflow without default features": cargo(
        'features = ["packaged"] }', 'default-features = false, features = ["packaged"] }§'
    ),
    "serde_json optional": cargo('serde_json = "1"', 'serde_json = { version = "1", optional = true }§'),
    "plugin optional": require(PLUGIN, '{ version = "{version}", optional = true }§'),
    "serde_json a dev-dependency": move_to("serde_json", "[dev-dependencies]"),
    "workflow a dev-dependency": move_to("cloacina-workflow", "[dev-dependencies]"),
    "plugin for windows": move_to(PLUGIN, "[target.'cfg(windows)'.dependencies]"),
    "serde_json for a triple that is not this": move_to("serde_json", "[target.wasm32-unknown-unknown.dependencies]"),
    "path dependency not there": cargo('serde_json = "1"', 'serde_json = "1"\ncommon = { path = "../common" }§'),
    "workspace version without a root": cargo('version = "0.1.0"', "version.workspace = true§"),
    "workspace dependency": cargo('serde_json = "1"', "serde_json = { workspace = true }§"),
    "workspace dependency, dotted": cargo('serde_json = "1"', "serde_json.workspace = true§"),
    "workspace lints": append("Cargo.toml", "\n[lints]§\nworkspace = true§\n"),
    "rust-version from the future": cargo('edition = "2021"', 'edition = "2021"\nrust-version = "1.150"§'),
    "edition not there": cargo('edition = "2021"', 'edition = "2022"§'),
    "resolver not there": cargo("[workspace]\n", '[workspace]\nresolver = "9"§\n'),
    "version of two parts": cargo('version = "0.1.0"', 'version = "0.1"§'),
    "package name with a space": cargo('name = "{name}"', 'name = "my flow"§'),
    "package name starts with a digit": cargo('name = "{name}"', 'name = "2flows"§'),
    "key twice": cargo('version = "0.1.0"\n', 'version = "0.1.0"§\nversion = "0.2.0"§\n'),
    "string not closed": cargo('edition = "2021"', 'edition = "2021§'),
    "table twice": cargo("[build-dependencies]", '[lib]§\nname = "x"\n\n[build-dependencies]'),
    "requirement a number": cargo('serde_json = "1"', "serde_json = 1§"),
    "crate not there": cargo('serde_json = "1"', 'serde_json = "1"\ncloacina-workflows-rs = "0.6"§'),
    "version not there": require(PLUGIN, '"0.66.1"§'),
    "build.rs without its dependency": cargo("[build-dependencies]\ncloacina-build", "[build-dependencies]§\n#"),
    "build names no file": cargo('edition = "2021"', 'edition = "2021"\nbuild = "make.rs"§'),
    "build.rs does not compile": swap("build.rs", "configure();", "configure(;§"),
    "build.rs calls what is not there": swap("build.rs", "configure();", "setup();§"),
    "missing docs denied": append("Cargo.toml", '\n[lints.rust]§\nmissing_docs = "deny"§\n'),
    "package.toml not there": remove("package.toml"),
    "package.toml in another case": steps(remove("package.toml"), write("Package.toml", "[package]\n")),
    "package.toml: name in upper case": package('name = "{name}"', 'name = "ORDERS"§'),
    "package.toml: name with _ for -": steps(
        cargo('name = "{name}"', 'name = "night-report"'), package('name = "{name}"', 'name = "night_report"§')
    ),
    "package.toml: name with - for _": steps(
        cargo('name = "{name}"', 'name = "night_report"'), package('name = "{name}"', 'name = "night-report"§')
    ),
    "package.toml: name empty": package('name = "{name}"', 'name = ""§'),
    "package.toml: no name": package('[package]\nname = "{name}"', "[package]§"),
    "package.toml: no version": steps(package('version = "0.1.0"\n', ""), package("[package]\n", "[package]§\n")),
    "package.toml: version a number": package('version = "0.1.0"', "version = 1§"),
    "package.toml: interface_version a string": package("interface_version = 1", 'interface_version = "1"§'),
    "package.toml: interface_version negative": package("interface_version = 1", "interface_version = -1§"),
    "package.toml: unknown key in [metadata]": package('language = "rust"\n', 'language = "rust"\nmode = "service"§\n'),
    "package.toml: package_type": package('language = "rust"\n', 'language = "rust"\npackage_type = ["workflow"]§\n'),
    "package.toml: [[metadata.triggers]]": append("package.toml", '\n[[metadata.triggers]]§\nname = "x"\n'),
    "package.toml: language Rust": package('language = "rust"', 'language = "Rust"§'),
    "package.toml: language python": package('language = "rust"', 'language = "python"§'),
    "package.toml: [metadata] commented out": package(
        '[metadata]\nlanguage = "rust"\nworkflow_name = "{workflow}"\n', '# [metadata]\n# language = "rust"\n'
    ),
    "package.toml: runtime unknown": package('extension = "cloacina"', 'extension = "cloacina"\nruntime = "native"§'),
    "package.toml: runtime python": package('extension = "cloacina"', 'extension = "cloacina"\nruntime = "python"§'),
    "package.toml: [python] beside it": append("package.toml", "\n[python]§\nrequirements = []\n"),
    "package.toml: description a list": package('language = "rust"\n', 'language = "rust"\ndescription = ["x"]§\n'),
    "package.toml: accumulators not tables": package(
        'language = "rust"\n', 'language = "rust"\naccumulators = ["a"]§\n'
    ),
    "package.toml: key twice": package('language = "rust"\n', 'language = "rust"§\nlanguage = "rust"§\n'),
    "package.toml: not closed": package('language = "rust"', 'language = "rust§'),
    "package.toml: requires_python a number": package(
        'language = "rust"\n', 'language = "rust"\nrequires_python = 3§\n'
    ),
    "package.toml: TOML 1.1": package('extension = "cloacina"', 'extension = "cloaci\\x6ea"§'),
    "Cargo.toml: no [package]": cargo("[package]\n", "[packages]§\n"),
}
for _crate in dependencies(10):
    ANY[f"no {_crate}"] = move_to(_crate, "")

# Only where the companion crates are needed, or the manifest's keys are.
UNTIL_9: dict[str, Change] = {
    "no chrono": move_to("chrono", ""),
    "no async-trait": move_to("async-trait", ""),
    "no computation-graph": move_to("cloacina-computation-graph", ""),
    "chrono optional": cargo('chrono = "0.4"', 'chrono = { version = "0.4", optional = true }§'),
    "async-trait a build-dependency": move_to("async-trait", "[target.'cfg(any())'.dependencies]"),
    "chrono renamed": cargo('chrono = "0.4"', 'time = { package = "chrono", version = "0.4" }§'),
    "async_trait with _": cargo('async-trait = "0.1"', 'async_trait = "0.1"§'),
    "chrono 0.3": cargo('chrono = "0.4"', 'chrono = "0.3"§'),
    "macros of 0.10": cargo('chrono = "0.4"\n', 'chrono = "0.4"\ncloacina-macros = "0.10.0"§\n'),
    "package.toml: no interface": steps(
        package('interface = "cloacina-workflow-plugin"\n', ""), package("[package]\n", "[package]§\n")
    ),
    "package.toml: no interface_version": steps(
        package("interface_version = 1\n", ""), package("[package]\n", "[package]§\n")
    ),
    "package.toml: no language": package('[metadata]\nlanguage = "rust"\n', "[metadata]§\n"),
}
ONLY_6: dict[str, Change] = {
    "plugin 0.7": require(PLUGIN, '"0.7.0"§'),
    "computation-graph 0.7": require("cloacina-computation-graph", '"0.7.0"§'),
    "workflow =0.6.0": cargo(
        '{ version = "{version}", features = ["packaged"] }', '{ version = "=0.6.0", features = ["packaged"] }§'
    ),
    "all of them at *": require(PLUGIN, '"*"§'),
}
