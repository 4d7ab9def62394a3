"""Room tests/lint: a right crate with everything that can be spoilt and cured, and the ways to spoil it.

A defect is a change of the right crate that some fix undoes. Two of one spot do not go together.
"""

from __future__ import annotations

import random

from tests.linting import canonical_files

LIB = """\
cloacina_workflow_plugin::package!();

use cloacina_workflow::{task, trigger, workflow, Context, TaskError};

#[trigger(on = "data", cron = "0 3 * * *", name = "data")]
pub fn nightly() {}

#[workflow(name = "data")]
pub mod data {
    use super::*;

    #[task(id = "extract", dependencies = [], retry_backoff = "exponential")]
    pub async fn extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("data", serde_json::json!(42))?;
        Ok(())
    }

    #[task(id = "store", dependencies = ["extract"])]
    pub async fn store(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("stored", serde_json::json!("ä"))?;
        Ok(())
    }
}
"""
PROFILE = "\n[profile.release]\nlto = true\n"
TYPES = 'crate-type = ["cdylib", "rlib"]\n'
FEATURES = '[features]\ndefault = ["packaged"]\npackaged = []\n'
WORKFLOW = 'cloacina-workflow = { version = "0.6.1", features = ["packaged"] }'
CALL = "cloacina_workflow_plugin::package!();"
TASK = '#[task(id = "extract", dependencies = [], retry_backoff = "exponential")]'
STORE = '#[task(id = "store", dependencies = ["extract"])]'
SIGNATURE = "extract(context: &mut Context<serde_json::Value>) -> Result<(), TaskError>"

HEAD = f"{SIGNATURE} {{\n        context.insert"


class Defect:
    """`code`: the rule that finds it; `spot`: what it spoils; `old` becomes `new` in `path`; an empty `new` of a whole
    file takes the file away."""

    def __init__(self, code: str, spot: str, path: str, old: str, new: str) -> None:
        self.code = code
        self.spot = spot
        self.path = path
        self.old = old
        self.new = new

    def __repr__(self) -> str:
        return f"{self.code} {self.path}: {self.new!r}"


def right() -> dict[str, str]:
    """The right crate, path -> text."""
    files = canonical_files("0.6.1")
    files["Cargo.toml"] += PROFILE
    files["src/lib.rs"] = LIB
    return files


WHOLE = "the whole file"
CARGO, PACKAGE, RUST = "Cargo.toml", "package.toml", "src/lib.rs"
DEFECTS = [
    Defect("CL001", "crate-type", CARGO, TYPES, 'crate-type = ["rlib"]\n'),
    Defect("CL001", "crate-type", CARGO, TYPES, 'crate-type = "cdylib"\n'),
    Defect("CL001", "crate-type", CARGO, TYPES, 'crate-type = [\n  "staticlib",\n]\n'),
    Defect("CL001", "crate-type", CARGO, TYPES, 'crate-type = ["cdlib", "rlib"]\n'),
    Defect("CL001", "crate-type", CARGO, TYPES, ""),
    Defect("CL202", "library name", CARGO, "[lib]\n", '[lib]\nname = "flows"\n'),
    Defect("CL102", "features", CARGO, FEATURES, "[features]\ndefault = []\npackaged = []\n"),
    Defect("CL102", "features", CARGO, FEATURES, '[features]\ndefault = [\n    "full",\n]\nfull = []\n'),
    Defect("CL102", "features", CARGO, FEATURES, ""),
    Defect("CL003", "workflow crate", CARGO, WORKFLOW, 'cloacina-workflow = "0.6.1"'),
    Defect("CL003", "workflow crate", CARGO, WORKFLOW, 'cloacina-workflow = { version = "0.6.1" }'),
    Defect(
        "CL105", "workflow crate", CARGO, WORKFLOW,
        'cloacina-workflow = { version = "0.6.1", default-features = false, features = ["packaged"] }',
    ),
    Defect("CL101", "plugin", CARGO, 'cloacina-workflow-plugin = "0.6.1"\n', ""),
    Defect("CL101", "graph", CARGO, 'cloacina-computation-graph = "0.6.1"\n', ""),
    Defect("CL101", "async-trait", CARGO, 'async-trait = "0.1"\n', ""),
    Defect("CL101", "chrono", CARGO, 'chrono = "0.4"\n', ""),
    Defect("CL120", "serde_json", CARGO, 'serde_json = "1"', 'serde_json = "0.9"'),
    Defect("CL101", "cloacina-build", CARGO, '[build-dependencies]\ncloacina-build = "0.6.1"\n', ""),
    Defect("CL009", "tokio", CARGO, "[dependencies]\n", '[dependencies]\ntokio = "1" # for later\n'),
    Defect("CL203", "profile", CARGO, "lto = true\n", 'panic = "abort"\nlto = true\n'),
    Defect("CL301", "package.toml", PACKAGE, WHOLE, ""),
    Defect("CL303", "package.toml: name", PACKAGE, 'name = "my-workflow"', 'name = "my_workflow"'),
    Defect("CL304", "package.toml: name", PACKAGE, 'name = "my-workflow"\n', ""),
    Defect("CL314", "package.toml: version", PACKAGE, 'version = "0.1.0"', 'version = "0.2.0"'),
    Defect("CL304", "package.toml: interface", PACKAGE, "interface_version = 1\n", ""),
    Defect("CL305", "package.toml: interface", PACKAGE, "interface_version = 1", 'interface_version = "1"'),
    Defect("CL313", "package.toml: extension", PACKAGE, '"cloacina"\n\n', '"tar"\n\n'),
    Defect("CL308", "package.toml: language", PACKAGE, '"rust"', '"Rust"'),
    Defect("CL315", "package.toml: workflow", PACKAGE, 'workflow_name = "data"', 'workflow_name = "dta"'),
    Defect("CL312", "package.toml: more", PACKAGE, "[package]\n", '[package]\ndescription = "Loads data" # what\n'),
    Defect("CL002", "build.rs", "build.rs", WHOLE, ""),
    Defect("CL002", "build.rs", "build.rs", "    cloacina_build::configure();\n", ""),
    Defect("CL201", "call", RUST, f"{CALL}\n\n", ""),
    Defect("CL108", "call", RUST, f"{CALL}\n", f"{CALL}\n{CALL}\n"),
    Defect("CL109", "call", RUST, CALL, "cloacina_workflow::package!();"),
    Defect("CL125", "call", RUST, CALL, 'cloacina_workflow_plugin::package!("data");'),
    Defect("CL010", "imports", RUST, "use cloacina_workflow::{task", "use cloacina::{task"),
    Defect("CL503", "cron", RUST, '"0 3 * * *"', '"0 3 * * MON"'),
    Defect("CL505", "timezone", RUST, 'name = "data")]\npub fn', 'name = "data", timezone = "europe/paris")]\npub fn'),
    Defect("CL402", "workflow", RUST, '#[workflow(name = "data")]', "#[workflow]"),
    Defect("CL427", "workflow", RUST, '#[workflow(name = "data")]', '#[workflow(name = "data", tenant = "acme")]'),
    Defect("CL004", "module", RUST, "pub mod data", "mod data"),
    Defect("CL421", "extract", RUST, TASK, '#[task(id = "extract", dependancies = [])]'),
    Defect("CL426", "extract", RUST, TASK, '#[task(id = "extract", dependencies = [], retry_backoff = "exponental")]'),
    Defect("CL406", "extract", RUST, TASK, "#[task(dependencies = [])]"),
    Defect("CL004", "extract: pub", RUST, "pub async fn extract", "async fn extract"),
    Defect("CL411", "extract: signature", RUST, HEAD, HEAD.replace("context", "ctx")),
    Defect("CL412", "extract: signature", RUST, SIGNATURE, SIGNATURE.replace("&mut ", "")),
    Defect("CL412", "extract: signature", RUST, SIGNATURE, SIGNATURE.replace("<serde_json::Value>", "")),
    Defect("CL409", "store", RUST, STORE, '#[task(id = "store", dependencies = ["extrac"])]'),
    Defect("CL406", "store", RUST, STORE, '#[task(dependencies = ["extract"])]'),
    Defect("CL407", "store", RUST, STORE, '#[task(id = "", dependencies = ["extract"])]'),
]  # fmt: skip
SPOTS = sorted({defect.spot for defect in DEFECTS})


def apply(defects: list[Defect], files: dict[str, str]) -> dict[str, str]:
    """The crate with all of them. A file that one takes away stays away."""
    files = dict(files)
    for defect in sorted(defects, key=lambda one: one.old == WHOLE):
        if defect.old == WHOLE:
            files.pop(defect.path)
            continue
        text = files[defect.path]
        assert text.count(defect.old) >= 1, f"{defect}: not there"
        files[defect.path] = text.replace(defect.old, defect.new, 1)
    return files


def with_comments(files: dict[str, str], seed: int) -> tuple[dict[str, str], list[str]]:
    """The crate with comments on lines of their own between its lines, and what they say, each once."""
    rng = random.Random(seed)
    said: list[str] = []
    result = {}
    for path, text in files.items():
        mark = "#" if path.endswith(".toml") else "//"
        lines: list[str] = []
        for line in text.splitlines(keepends=True):
            if rng.random() < 0.3 and not _inside_value(lines):
                said.append(f'{mark} note {len(said)}: [é] = {{ ( "x')
                lines.append(f"{rng.choice(['', '  '])}{said[-1]}\n")
            lines.append(line)
        result[path] = "".join(lines)
    return result, said


def _inside_value(lines: list[str]) -> bool:
    """Whether a multi-line array is open: a comment there is in the text that is changed."""
    text = "".join(line for line in lines if not line.strip().startswith(("#", "//")))
    return text.count("[\n") > text.count("\n]\n")
