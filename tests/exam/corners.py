"""Room tests/exam/: corners: changes whose outcome nobody could tell beforehand. The judge sorts them."""

from __future__ import annotations

from tests.exam.base import Draft, task, with_trigger
from tests.exam.changes import Change, append, cargo, package, prepend, quietly_move_to, require, rust, steps, write
from tests.exam.mistakes_manifest import PLUGIN, TYPES
from tests.exam.mistakes_rust import CALL, FIRST, USE, WORKFLOW, another, attribute, more

LATE = task("late", "")


def signature(new: str) -> Change:
    return rust(FIRST, f"    {new}§ {{")


def late(old: str, new: str) -> Change:
    """A task more, with one change in its text."""
    return another("late", LATE.replace(old, new))


def with_late(extra: str) -> Change:
    """A task more, and something else."""
    return another("late", LATE + extra)


def prelude(draft: Draft) -> None:
    draft.rust(USE, "mod prelude;\nuse cloacina_workflow::workflow;")
    draft.rust("    use super::*;", "    use crate::prelude::*;")
    draft.files["src/prelude.rs"] = "pub use cloacina_workflow::{task, Context, TaskError};\n"


def escaped(draft: Draft) -> None:
    first = draft.tasks[0]
    draft.rust(f'id = "{first}"', f'id = "\\u{{{ord(first[0]):x}}}{first[1:]}"')


def many(draft: Draft) -> None:
    for number in range(60):
        another(f"step_{number}", task(f"step_{number}", f"step_{number - 1}" if number else ""))(draft)


def trigger_elsewhere(draft: Draft) -> None:
    with_trigger(draft)
    head, tail = draft.lib.split("\n#[trigger(")
    draft.files["src/lib.rs"] = head.replace("trigger, TriggerError, TriggerResult, ", "") + "\nmod starts;\n"
    draft.files["src/starts.rs"] = "use cloacina_workflow::*;\n\n#[trigger(" + tail


CORNERS: dict[str, Change] = {
    "corner: lifetime in a signature": rust(
        FIRST, "    pub async fn {task}<'a>(context: &'a mut Context<serde_json::Value>) -> Result<(), TaskError> {"
    ),
    "corner: mut context": signature(
        "pub async fn {task}(mut context: &mut Context<serde_json::Value>) -> Result<(), TaskError>"
    ),
    "corner: unsafe task": signature(
        "pub async unsafe fn {task}(context: &mut Context<serde_json::Value>) -> Result<(), TaskError>"
    ),
    "corner: extern task": signature(
        'pub extern "C" fn {task}(context: &mut Context<serde_json::Value>) -> Result<(), TaskError>'
    ),
    "corner: where clause": signature(
        "pub async fn {task}(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> where (): Sized"
    ),
    "corner: boxed error": steps(
        signature(
            "pub async fn {task}(context: &mut Context<serde_json::Value>) -> Result<(), Box<dyn std::error::Error>>"
        ),
    ),
    "corner: std result": rust(
        FIRST,
        "    pub async fn {task}(context: &mut Context<serde_json::Value>) -> std::result::Result<(), TaskError> {",
    ),
    "corner: impl context": signature(
        "pub async fn {task}(context: &mut Context<impl serde::Serialize>) -> Result<(), TaskError>"
    ),
    "corner: context of strings": signature(
        "pub async fn {task}(context: &mut Context<String>) -> Result<(), TaskError>"
    ),
    "corner: reference to nothing": signature(
        "pub async fn {task}(context: Option<&mut Context<serde_json::Value>>) -> Result<(), TaskError>"
    ),
    "corner: prelude": prelude,
    "corner: crate alias": rust(USE, "use cloacina_workflow as cw;\nuse cw::*;"),
    "corner: extern crate alias": rust(CALL, "extern crate cloacina_workflow_plugin as plugin;\nplugin::package!();"),
    "corner: escaped id": escaped,
    "corner: arguments the other way round": rust(
        '#[task(id = "{task}", dependencies = [])]', '#[task(dependencies = [ ], id = "{task}",)]'
    ),
    "corner: attribute between": rust("pub mod flow", "#[rustfmt::skip]\n#[doc(hidden)]\npub mod flow"),
    "corner: attribute before": rust("#[workflow", "#[allow(clippy::all)]\n#[workflow"),
    "corner: inner attribute": rust("    use super::*;", "    #![allow(unused)]\n    //! Inner.\n    use super::*;"),
    "corner: cfg_attr allow": late("    #[task", '    #[cfg_attr(feature = "packaged", allow(dead_code))]\n    #[task'),
    "corner: same task for two systems": steps(
        more("    #[cfg(unix)]\n" + LATE + "    #[cfg(windows)]\n" + LATE.replace("    #[task", "    §#[task")),
        lambda draft: draft.tasks.append("late"),
    ),
    "corner: task in an impl": with_late("    pub struct S;\n    impl S {\n" + task("inner", "") + "    }\n"),
    "corner: tasks included": steps(
        rust("    use super::*;", '    use super::*;\n    include!("more.inc");'),
        write("src/more.inc", LATE),
        lambda draft: draft.tasks.append("late"),
    ),
    "corner: names that meet": more(
        task("load_all", "")
        + task("load__all", "").replace('id = "load__all"', 'id = "other"').replace("    pub", "    §pub")
    ),
    "corner: task named main": another("main", task("main", "")),
    "corner: task named new": another("new", task("new", "")),
    "corner: task named context": another("context", task("context", "")),
    "corner: task named task": another("task", task("task", "")),
    "corner: task named with capitals": another(
        "LoadAll", task("LoadAll", "").replace("    pub", "    #[allow(non_snake_case)]\n    pub")
    ),
    "corner: sixty tasks": many,
    "corner: workflow name starts with a digit": steps(
        rust('name = "{workflow}")]', 'name = "2nd")]'), lambda draft: draft.workflows.__setitem__(0, "2nd")
    ),
    "corner: workflow name long": steps(
        rust('name = "{workflow}")]', f'name = "{"x" * 300}")]'),
        lambda draft: draft.workflows.__setitem__(0, "x" * 300),
    ),
    "corner: workflow name of other letters": steps(
        rust('name = "{workflow}")]', 'name = "täglich")]§'), lambda draft: draft.workflows.__setitem__(0, "täglich")
    ),
    "corner: name twice": rust(WORKFLOW, '#[workflow(name = "a", name = "{workflow}")]§'),
    "corner: name of bytes": rust(WORKFLOW, '#[workflow(name = b"x")]§'),
    "corner: raw name": rust(WORKFLOW, '#[workflow(name = r#"{workflow}"#)]'),
    "corner: description by concat": rust(
        WORKFLOW, '#[workflow(name = "{workflow}", description = concat!("a", "b"))]§'
    ),
    "corner: author by env": rust(WORKFLOW, '#[workflow(name = "{workflow}", author = env!("CARGO_PKG_NAME"))]§'),
    "corner: empty tenant": rust(WORKFLOW, '#[workflow(name = "{workflow}", tenant = "")]'),
    "corner: empty triggers": rust(WORKFLOW, '#[workflow(name = "{workflow}", triggers = [])]'),
    "corner: number with _": attribute('#[task(id = "{task}", retry_delay_ms = 1_000)]', marked=False),
    "corner: number with a suffix": attribute('#[task(id = "{task}", retry_attempts = 3u32)]'),
    "corner: jitter a string": attribute('#[task(id = "{task}", retry_jitter = "true")]'),
    "corner: backoff a name": attribute('#[task(id = "{task}", retry_backoff = linear)]'),
    "corner: unknown trigger rule": attribute('#[task(id = "{task}", trigger_rules = all_success)]'),
    "corner: negative retries": attribute('#[task(id = "{task}", retry_attempts = -1)]', marked=False),
    "corner: on_success": steps(
        attribute('#[task(id = "{task}", on_success = done)]', marked=False),
        more(
            "    pub async fn done(_id: &str, _context: &Context<serde_json::Value>)\n"
            "        -> Result<(), Box<dyn std::error::Error + Send + Sync>> {\n        Ok(())\n    }\n"
        ),
    ),
    "corner: on_success not there": attribute('#[task(id = "{task}", on_success = done)]'),
    "corner: nightly feature": prepend("src/lib.rs", "#![feature(never_type)]§\n"),
    "corner: docs wanted": prepend("src/lib.rs", "#![warn(missing_docs)]\n//! Flow.\n"),
    "corner: docs forbidden to miss": prepend("src/lib.rs", "#![forbid(missing_docs)]§\n//! Flow.\n"),
    "corner: rust 2018 idioms denied": prepend("src/lib.rs", "#![deny(rust_2018_idioms)]\n"),
    "corner: pedantic": prepend("src/lib.rs", "#![deny(clippy::pedantic, clippy::missing_docs_in_private_items)]\n"),
    "corner: unsafe op denied": prepend("src/lib.rs", "#![deny(unsafe_code)]\n"),
    "corner: missing debug denied": prepend("src/lib.rs", "#![deny(missing_debug_implementations)]§\n"),
    "corner: unused crates denied": prepend("src/lib.rs", "#![deny(unused_crate_dependencies)]§\n"),
    "corner: unexpected cfgs denied": prepend("src/lib.rs", "#![deny(unexpected_cfgs)]§\n"),
    "corner: non snake case denied": prepend("src/lib.rs", "#![deny(nonstandard_style, future_incompatible)]§\n"),
    "corner: tests module without its file": append("src/lib.rs", "#[cfg(test)]\nmod tests;\n"),
    "corner: windows module without its file": append("src/lib.rs", "#[cfg(windows)]\nmod win;\n"),
    "corner: package!() in a gated module": rust(CALL, f'#[cfg(feature = "packaged")]\nmod export {{\n    {CALL}\n}}'),
    "corner: package!() in a gated file": steps(
        rust(CALL, '#[cfg(feature = "packaged")]\nmod export;'), write("src/export.rs", f"//! Export.\n{CALL}\n")
    ),
    "corner: package!() with arguments": rust(CALL, 'cloacina_workflow_plugin::package!("{name}");§'),
    "corner: trigger in a file": trigger_elsewhere,
    "corner: cron raw": lambda draft: with_trigger(draft, 'cron = r"0 3 * * *"'),
    "corner: cron with spaces": lambda draft: with_trigger(draft, 'cron = " 0  3 * * * "'),
    "corner: trigger private": steps(lambda draft: with_trigger(draft), rust("pub async fn starts", "async fn starts")),
    "corner: trigger not async": steps(lambda draft: with_trigger(draft), rust("pub async fn starts", "pub fn starts")),
    "corner: trigger in the workflow": steps(
        rust("{task, workflow,", "{task, trigger, workflow, TriggerError, TriggerResult,"),
        more(
            '    #[trigger(on = "{workflow}", name = "{workflow}", cron = "0 3 * * *")]\n'
            "    pub async fn starts() -> Result<TriggerResult, TriggerError> {\n"
            "        Ok(TriggerResult::Skip)\n    }\n"
        ),
        lambda draft: draft.files.__setitem__("src/lib.rs", draft.lib.replace("{workflow}", draft.workflow)),
        lambda draft: draft.triggers.append(draft.workflow),
    ),
    "corner: crate-type empty": cargo(TYPES, "[]§"),
    "corner: three crate types": cargo(TYPES, '["rlib", "cdylib", "staticlib"]'),
    "corner: dylib and rlib": cargo(TYPES, '["dylib", "rlib"]'),
    "corner: build named": cargo('edition = "2021"', 'edition = "2021"\nbuild = "build.rs"'),
    "corner: default-run": cargo('edition = "2021"', 'edition = "2021"\ndefault-run = "none"§'),
    "corner: readme not there": cargo(
        'edition = "2021"', 'edition = "2021"\nreadme = "NONE.md"\nlicense-file = "NONE"'
    ),
    "corner: unknown key": cargo('edition = "2021"', 'edition = "2021"\nworkflow = "x"'),
    "corner: autobins": cargo('edition = "2021"', 'edition = "2021"\nautobins = false\nautotests = false'),
    "corner: links": cargo('edition = "2021"', 'edition = "2021"\nlinks = "flow"'),
    "corner: workspace with members": cargo("[workspace]\n", '[workspace]\nmembers = ["."]\nexclude = ["x"]\n'),
    "corner: workspace with a member not there": cargo("[workspace]\n", '[workspace]§\nmembers = ["more"]§\n'),
    "corner: two programs": append("Cargo.toml", '\n[[bin]]\nname = "a"\npath = "src/a.rs"\n'),
    "corner: two programs that are there": steps(
        append("Cargo.toml", '\n[[bin]]\nname = "a"\npath = "src/a.rs"\n'), write("src/a.rs", "fn main() {}\n")
    ),
    "corner: caret": require(PLUGIN, '"^{version}"'),
    "corner: with spaces": require(PLUGIN, '" {version} "'),
    "corner: quoted keys": cargo('serde_json = "1"', '"serde_json" = "1"'),
    "corner: own name as package": cargo('serde_json = "1"', 'serde_json = { package = "serde_json", version = "1" }'),
    "corner: alloc only": cargo(
        'serde_json = "1"', 'serde_json = { version = "1", default-features = false, features = ["alloc"] }'
    ),
    "corner: serde_json 0.9": cargo('serde_json = "1"', 'serde_json = "0.9"§'),
    "corner: feature not there": cargo('features = ["packaged"] }', 'features = ["packaged", "full"] }§'),
    "corner: feature async": cargo('serde_json = "1"', 'serde_json = { version = "1", features = ["async"] }§'),
    "corner: workflow in its table": steps(
        cargo('cloacina-workflow = { version = "{version}", features = ["packaged"] }\n', ""),
        append("Cargo.toml", '\n[dependencies.cloacina-workflow]\nversion = "{version}"\nfeatures = ["packaged"]\n'),
    ),
    "corner: workflow optional, turned on": steps(
        cargo('features = ["packaged"] }', 'features = ["packaged"], optional = true }'),
        cargo("packaged = []", 'packaged = ["dep:cloacina-workflow"]'),
    ),
    "corner: optional without dep:": steps(
        cargo('features = ["packaged"] }', 'features = ["packaged"], optional = true }'),
        cargo('default = ["packaged"]', 'default = ["packaged", "cloacina-workflow"]'),
    ),
    "corner: weak feature": steps(
        cargo('features = ["packaged"] }', 'features = ["packaged"], optional = true }§'),
        cargo("packaged = []", 'packaged = ["cloacina-workflow?/packaged"]§'),
    ),
    "corner: for linux": quietly_move_to("serde_json", "[target.'cfg(target_os = \"linux\")'.dependencies]"),
    "corner: for not a feature": quietly_move_to("serde_json", "[target.'cfg(not(feature = \"x\"))'.dependencies]"),
    "corner: for all": quietly_move_to("serde_json", "[target.'cfg(all())'.dependencies]"),
    "corner: dev-dependencies with _": append("Cargo.toml", '\n[dev_dependencies]\nserde = "1"\n'),
    "corner: lib with _ in the name": cargo("[lib]\n", '[lib]\nname = "my-lib"§\n'),
    "corner: package.toml keys dotted": write(
        "package.toml",
        'package.name = "{name}"\npackage.version = "0.1.0"\npackage.interface = "x"\npackage.interface_version = 1\n'
        'metadata.language = "rust"\n',
    ),
    "corner: interface_version 1.0": package("interface_version = 1", "interface_version = 1.0§"),
    "corner: interface_version large": package("interface_version = 1", "interface_version = 99999999999§"),
    "corner: workflow_name a list": package('workflow_name = "{workflow}"', "workflow_name = []§"),
    "corner: accumulators none": package('language = "rust"', 'language = "rust"\naccumulators = []'),
    "corner: reaction mode": package('language = "rust"', 'language = "rust"\nreaction_mode = "when_any"'),
    "corner: unknown reaction mode": package('language = "rust"', 'language = "rust"\nreaction_mode = "often"'),
    "corner: entry_module": package('language = "rust"', 'language = "rust"\nentry_module = "x.y"'),
    "corner: metadata inline": package(
        '[metadata]\nlanguage = "rust"\nworkflow_name = "{workflow}"\n', "[metadata]\n\"language\" = '''rust'''\n"
    ),
    "corner: language with a space": package('language = "rust"', 'language = "rust "§'),
    "corner: name with a space": package('name = "{name}"', 'name = "{name} "§'),
    "corner: extension other": package('extension = "cloacina"', 'extension = "zip"'),
    "corner: dependencies of python": append("package.toml", '\n[dependencies]\nx = "1"\n'),
}
