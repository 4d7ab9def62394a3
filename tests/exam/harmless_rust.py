"""Room tests/exam/: changes in the Rust source that are believed to do no harm."""

from __future__ import annotations

from tests.exam.base import Draft, task, with_trigger
from tests.exam.changes import Change, append, prepend, rust, steps, write
from tests.exam.mistakes_rust import CALL, FIRST, USE, WORKFLOW, another, attribute, more


def signature(new: str) -> Change:
    return rust(FIRST, f"    {new} {{")


def in_a_file(path: str, declaration: str) -> Change:
    """The workflow module moved into a module of another file."""

    def change(draft: Draft) -> None:
        head, rest = draft.lib.split("use cloacina_workflow::", 1)
        draft.files["src/lib.rs"] = head + declaration + "\n"
        draft.files[path] = "use cloacina_workflow::" + rest

    return change


def deeper(draft: Draft) -> None:
    head, rest = draft.lib.split("use cloacina_workflow::", 1)
    inner = "\n".join(f"    {text}" if text else "" for text in ("use cloacina_workflow::" + rest).split("\n"))
    draft.files["src/lib.rs"] = head + "mod flows {\n" + inner.rstrip() + "\n}\n"


def tabs(draft: Draft) -> None:
    draft.files["src/lib.rs"] = draft.lib.replace("    ", "\t")


ALLOWED = '//! package!() is above; `#[task(id = "x", dependencies = ["nothing"])]`\n'
ANY: dict[str, Change] = {
    "private module": rust("pub mod flow", "mod flow"),
    "module for the crate": rust("pub mod flow", "pub(crate) mod flow"),
    "task for the parent": rust("pub async fn {task}", "pub(super) async fn {task}"),
    "task for the crate": rust("pub async fn {task}", "pub(crate) async fn {task}"),
    "task in crate": rust("pub async fn {task}", "pub(in crate) async fn {task}"),
    "task without async": signature("pub fn {task}(context: &mut Context<serde_json::Value>) -> Result<(), TaskError>"),
    "context not used": steps(
        signature("pub async fn {task}(_context: &mut Context<serde_json::Value>) -> Result<(), TaskError>"),
        rust('        context.insert("{task}", serde_json::json!(1))?;\n', ""),
    ),
    "shared context": steps(
        signature("pub async fn {task}(context: &Context<serde_json::Value>) -> Result<(), TaskError>"),
        rust('        context.insert("{task}", serde_json::json!(1))?;\n', '        let _ = context.get("x");\n'),
    ),
    "error a string": steps(
        signature("pub async fn {task}(context: &mut Context<serde_json::Value>) -> Result<(), String>"),
        rust("json!(1))?;", "json!(1)).map_err(|error| error.to_string())?;"),
    ),
    "context named by its full path": signature(
        "pub async fn {task}(context: &mut cloacina_workflow::Context<serde_json::Value>) -> Result<(), TaskError>"
    ),
    "types by other names": steps(
        rust(
            "    use super::*;\n",
            "    use super::*;\n    type Data = Context<serde_json::Value>;\n    type Done = Result<(), TaskError>;\n",
        ),
        signature("pub async fn {task}(context: &mut Data) -> Done"),
    ),
    "Value imported": steps(
        rust("    use super::*;\n", "    use super::*;\n    use serde_json::Value;\n"),
        signature("pub async fn {task}(context: &mut Context<Value>) -> Result<(), TaskError>"),
    ),
    "helpers": more("    fn helper() -> u32 {\n        1\n    }\n\n    #[allow(dead_code)]\n    struct Row;\n"),
    "other attributes": attribute(
        '#[allow(unused_variables)]\n    #[task(id = "{task}", dependencies = [])]\n    #[inline]', marked=False
    ),
    "documented task": attribute(
        '/// Reads; see `#[task(id = "y")]`.\n    #[task(id = "{task}", dependencies = [])]', marked=False
    ),
    "attribute over lines": attribute(
        '#[task(\n        id = "{task}", // the id\n        dependencies = [],\n    )]', marked=False
    ),
    "raw string id": attribute('#[task(id = r"{task}", dependencies = [])]', marked=False),
    "no dependencies": attribute('#[task(id = "{task}")]', marked=False),
    "retries": attribute(
        '#[task(id = "{task}", retry_attempts = 2, retry_backoff = "linear", retry_jitter = true)]', marked=False
    ),
    "always": attribute('#[task(id = "{task}", dependencies = [], trigger_rules = always)]', marked=False),
    "id not the function's name": steps(
        lambda draft: draft.rust(f"pub async fn {draft.tasks[0]}(", "pub async fn do_it(")
    ),
    "id with spaces": steps(
        lambda draft: draft.files.__setitem__("src/lib.rs", draft.lib.replace(f'"{draft.tasks[0]}"', '"the first"')),
        lambda draft: draft.tasks.__setitem__(0, "the first"),
    ),
    "id in other letters": steps(
        lambda draft: draft.files.__setitem__("src/lib.rs", draft.lib.replace(f'"{draft.tasks[0]}"', '"zähle"')),
        lambda draft: draft.tasks.__setitem__(0, "zähle"),
    ),
    "task on unix": another("late", task("late", "").replace("    #[task", "    #[cfg(unix)]\n    #[task")),
    "task when packaged": another(
        "late", task("late", "").replace("    #[task", '    #[cfg(feature = "packaged")]\n    #[task')
    ),
    "two branches": another("late", task("late", "")),
    "description and author": rust(
        WORKFLOW, '#[workflow(\n    name = "{workflow}",\n    description = "a (b) # c",\n    author = "d",\n)]'
    ),
    "path to the workflow macro": rust("#[workflow(", "#[cloacina_workflow::workflow("),
    "workflow macro by another name": steps(
        rust("{task, workflow,", "{task, workflow as flow_of,"), rust("#[workflow(", "#[flow_of(")
    ),
    "star import": rust(USE, "use cloacina_workflow::*;"),
    "nested import": rust(USE, "use cloacina_workflow::{self as cw, task, workflow};\nuse cw::{Context, TaskError};"),
    "import inside": steps(
        rust(USE, "use cloacina_workflow::workflow;"), rust("    use super::*;\n", "    use cloacina_workflow::*;\n")
    ),
    "package!() last": steps(rust(CALL + "\n\n", ""), append("src/lib.rs", f"\n{CALL}\n")),
    "package!() with a leading ::": rust(CALL, "::" + CALL),
    "package!() with braces": rust(CALL, "cloacina_workflow_plugin::package! {}"),
    "package!() imported": rust(CALL, "use cloacina_workflow_plugin::package;\npackage!();"),
    "package!() through a crate alias": rust(CALL, "use cloacina_workflow_plugin as plugin;\nplugin::package!();"),
    "package!() in a module": rust(CALL, f"mod export {{\n    {CALL}\n}}"),
    "package!() in a file": steps(rust(CALL, "mod export;"), write("src/export.rs", f"{CALL}\n")),
    "package!() when packaged": rust(CALL, f'#[cfg(feature = "packaged")]\n{CALL}'),
    "package!() not in tests": rust(CALL, f"#[cfg(not(test))]\n{CALL}"),
    "package!() on unix": rust(CALL, f"#[cfg(any(unix, windows))]\n{CALL}"),
    "package!() written by a macro": rust(
        CALL, "macro_rules! export {\n    () => {\n        cloacina_workflow_plugin::package!();\n    };\n}\nexport!();"
    ),
    "package!() included": steps(rust(CALL, 'include!("export.inc");'), write("src/export.inc", f"{CALL}\n")),
    "workflow in a file": in_a_file("src/flows.rs", "mod flows;"),
    "workflow in a folder": in_a_file("src/flows/mod.rs", "pub mod flows;"),
    "workflow at a path": in_a_file("src/other/place.rs", '#[path = "other/place.rs"]\nmod flows;'),
    "workflow included": in_a_file("src/flows.inc", 'include!("flows.inc");'),
    "workflow in a module": deeper,
    "tabs": tabs,
    "byte order mark": prepend("src/lib.rs", "\ufeff"),
    "shebang line": prepend("src/lib.rs", "#!/usr/bin/env cargo\n"),
    "comments of every kind": prepend(
        "src/lib.rs",
        '/* cloacina::package!(); /* nested */ fn main() {} */\n// #[task(id = "a", dependencies = ["b"])]\n',
    ),
    "doc comment that looks like code": prepend("src/lib.rs", ALLOWED),
    "strings that look like code": append(
        "src/lib.rs", 'pub const TEXT: &str = r#"#[workflow(name = "x.y")] mod x { cloacina::package!(); }"#;\n'
    ),
    "macro_rules that looks like code": append(
        "src/lib.rs",
        "#[allow(unused_macros)]\nmacro_rules! unused {\n    () => {\n"
        '        #[workflow(name = "a.b")]\n        mod x {}\n    };\n}\n',
    ),
    "code that is off": append(
        "src/lib.rs",
        "#[cfg(any())]\nmod old {\n    cloacina_workflow_plugin::package!();\n"
        '    #[workflow(name = "a.b")]\n    mod x {}\n}\n',
    ),
    "tests with their own workflow": append(
        "src/lib.rs",
        '#[cfg(test)]\nmod tests {\n    use cloacina::*;\n    #[workflow(name = "in_test")]\n    mod x {}\n}\n',
    ),
    "main in the library": append("src/lib.rs", "fn main() {}\n"),
    "unsafe forbidden": prepend("src/lib.rs", "#![forbid(unsafe_code)]\n"),
    "warnings denied": prepend("src/lib.rs", "#![deny(warnings)]\n"),
    "unused denied": prepend("src/lib.rs", "#![deny(unused, unreachable_pub)]\n"),
    "clippy denied": prepend("src/lib.rs", "#![deny(clippy::all)]\n"),
    "a struct of a task's name": another("late", "    pub struct Late;\n" + task("late", "")),
    "own task macro": append("src/lib.rs", "pub mod own {\n    pub fn task() {}\n    pub fn package() {}\n}\n"),
    "dependency named twice": lambda draft: another(
        "late", task("late", "X").replace('["X"]', f'["{draft.tasks[0]}", "{draft.tasks[0]}"]')
    )(draft),
    "cron trigger": lambda draft: with_trigger(draft),
    "cron with six fields": lambda draft: with_trigger(draft, 'cron = "0 0 3 * * 1"'),
    "cron with lists and steps": lambda draft: with_trigger(draft, 'cron = "*/5,7 0-6 1,15 */2 1-5"'),
    "cron on Sunday 7": lambda draft: with_trigger(draft, 'cron = "0 3 * * 7"'),
    "cron in UTC": lambda draft: with_trigger(draft, 'cron = "0 3 * * *", timezone = "UTC"'),
    "two cron triggers": lambda draft: with_trigger(draft, 'cron = "0 3 * * *", allow_concurrent = true'),
}

FROM_8: dict[str, Change] = {
    "cron trigger of any name": lambda draft: with_trigger(draft, name="every_night"),
    "poll trigger": lambda draft: with_trigger(draft, 'poll_interval = "30s"', name="watch"),
    "poll trigger among triggers": steps(
        lambda draft: with_trigger(draft, 'poll_interval = "500ms"', name="watch"),
        rust(WORKFLOW, '#[workflow(name = "{workflow}", triggers = ["watch"])]'),
    ),
    "task without an id": attribute("#[task(dependencies = [])]", marked=False),
    "bare task": attribute("#[task]", marked=False),
}
