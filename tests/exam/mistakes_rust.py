"""Room tests/exam/: mistakes in the Rust source. Believed to break: the real tools decide. `§` marks a good line."""

from __future__ import annotations

from tests.exam.base import Draft, task, with_trigger
from tests.exam.changes import Change, append, prepend, rust, steps, write

CALL = "cloacina_workflow_plugin::package!();"
FIRST = "    pub async fn {task}(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {"
ATTR = '#[task(id = "{task}", dependencies = [])]'
WORKFLOW = '#[workflow(name = "{workflow}")]'
AT_WORKFLOW = rust("#[workflow", "§#[workflow")
USE = "use cloacina_workflow::{task, workflow, Context, TaskError};"


def signature(new: str) -> Change:
    """Another signature for the first task."""
    return rust(FIRST, f"    {new}§ {{")


def attribute(new: str, *, marked: bool = True) -> Change:
    """Another attribute for the first task."""
    return rust(ATTR, new + ("§" if marked else ""))


def more(text: str) -> Change:
    """More items at the end of the workflow module."""

    def change(draft: Draft) -> None:
        end = draft.lib.rindex("}\n")
        draft.files["src/lib.rs"] = draft.lib[:end] + "\n" + text + "}\n"

    return change


def another(name: str, text: str) -> Change:
    """One more task that the author counts on."""

    def change(draft: Draft) -> None:
        more(text)(draft)
        draft.tasks.append(name)

    return change


def outside(draft: Draft) -> None:
    lines = task("late", "").replace("\n    ", "\n").replace("    #[task", "§#[task", 1).replace("pub ", "§pub ")
    append("src/lib.rs", "\n" + lines)(draft)
    draft.tasks.append("late")


def second_workflow(draft: Draft) -> None:
    append(
        "src/lib.rs",
        '\n§#[workflow(name = "second")]§\npub mod second {§\n    use super::*;\n\n' + task("other", "") + "}\n",
    )(draft)
    draft.rust("#[workflow(", "§#[workflow(")
    draft.tasks.append("other")
    draft.workflows.append("second")


def file_module(draft: Draft) -> None:
    head, body = draft.lib.split("pub mod flow {\n")
    body = body[: body.rindex("}\n")]
    draft.files["src/lib.rs"] = head.replace("#[workflow", "§#[workflow") + "pub mod flow;§\n"
    draft.files["src/flow.rs"] = body


def trigger(arguments: str, **names: str) -> Change:
    return lambda draft: with_trigger(draft, f"{arguments}", **names)


def unexpected(draft: Draft) -> None:
    """The author does not count on the trigger: it waits for another package, or this version ignores it."""
    draft.triggers.clear()


BLOCK = "        context.insert("
ANY: dict[str, Change] = {
    "no package!()": steps(rust(CALL + "\n\n", ""), AT_WORKFLOW),
    "package!() in a comment": steps(rust(CALL, f"// {CALL}§"), AT_WORKFLOW),
    "package!() in a doc string": steps(rust(CALL, f"/*\n{CALL}§\n*/"), AT_WORKFLOW),
    "package!() only in tests": rust(CALL, f"#[cfg(test)]§\n{CALL}§"),
    "package!() only for windows": rust(CALL, f"#[cfg(windows)]§\n{CALL}§"),
    "package!() when not packaged": rust(CALL, f'#[cfg(not(feature = "packaged"))]§\n{CALL}§'),
    "package!() behind a feature that is off": steps(
        rust(CALL, f'#[cfg(feature = "plugin")]§\n{CALL}§'),
        lambda draft: draft.cargo("packaged = []", "packaged = []\nplugin = []"),
    ),
    "package!() twice": append("src/lib.rs", f"\n{CALL}§\n"),
    "package!() of the engine": rust(CALL, "cloacina::package!();§"),
    "package!() of the workflow crate": rust(CALL, "cloacina_workflow::package!();§"),
    "package!() in a module that is not there": steps(
        rust(CALL + "\n\n", ""), write("src/export.rs", f"{CALL}\n"), AT_WORKFLOW
    ),
    "package!() inside a function": steps(rust(CALL + "\n", ""), append("src/lib.rs", f"\nfn never() {{ {CALL} }}§\n")),
    "private task": signature("async fn {task}(context: &mut Context<serde_json::Value>) -> Result<(), TaskError>"),
    "task for its own module": signature(
        "pub(self) async fn {task}(context: &mut Context<serde_json::Value>) -> Result<(), TaskError>"
    ),
    "workflow without a name": rust(WORKFLOW, '#[workflow(description = "x")]§'),
    "workflow without arguments": rust(WORKFLOW, "#[workflow]§"),
    "workflow name a constant": steps(
        rust(WORKFLOW, "#[workflow(name = NAME)]§"), append("src/lib.rs", 'const NAME: &str = "x";\n')
    ),
    "workflow name with a dot": rust(WORKFLOW, '#[workflow(name = "reports.night")]§'),
    "workflow name with a slash": rust(WORKFLOW, '#[workflow(name = "reports/night")]§'),
    "workflow name in other letters": rust(WORKFLOW, '#[workflow(name = "tägli\u2019ch")]§'),
    "workflow: unknown argument": rust(WORKFLOW, '#[workflow(name = "{workflow}", schedule = "x")]§'),
    "workflow: version argument": rust(WORKFLOW, '#[workflow(name = "{workflow}", version = "1")]§'),
    "workflow on a function": append("src/lib.rs", '\n#[workflow(name = "w")]§\npub fn w() {}§\n'),
    "workflow on a file module": file_module,
    "workflow without tasks": append("src/lib.rs", '\n#[workflow(name = "empty")]§\npub mod empty {}§\n'),
    "two workflows": second_workflow,
    "task: unknown argument": attribute('#[task(id = "{task}", dependencies = [], timeout = 5)]'),
    "task: unknown argument retries": attribute('#[task(id = "{task}", dependencies = [], retries = 3)]'),
    "task: id a constant": steps(
        attribute("#[task(id = ID, dependencies = [])]"), append("src/lib.rs", 'const ID: &str = "x";\n')
    ),
    "task: dependency unknown": attribute('#[task(id = "{task}", dependencies = ["missing"])]'),
    "task: dependency in another case": another("last", task("last", "X").replace('"X"', '"ONLY_one"§')),
    "task: depends on itself": attribute('#[task(id = "{task}", dependencies = ["{task}"])]'),
    "task: circle": steps(
        attribute('#[task(id = "{task}", dependencies = ["last"])]'),
        lambda draft: another("last", task("last", draft.tasks[0]).replace(")]", ")]§"))(draft),
    ),
    "task: dependencies a string": attribute('#[task(id = "{task}", dependencies = "x")]'),
    "task: dependencies without quotes": attribute('#[task(id = "{task}", dependencies = [x])]'),
    "task: id twice": more(
        '    #[task(id = "same", dependencies = [])]§\n    pub async fn one(context: &mut Context<serde_json::Value>)'
        " -> Result<(), TaskError> { let _ = context; Ok(()) }\n"
        '    #[task(id = "same", dependencies = [])]§\n    pub async fn two(context: &mut Context<serde_json::Value>)'
        " -> Result<(), TaskError> { let _ = context; Ok(()) }\n"
    ),
    "task: retry_attempts too large": attribute(
        '#[task(id = "{task}", dependencies = [], retry_attempts = 99999999999)]'
    ),
    "task: retry_attempts a string": attribute('#[task(id = "{task}", dependencies = [], retry_attempts = "3")]'),
    "task: id a number": attribute("#[task(id = 1, dependencies = [])]"),
    "task: no = ": attribute('#[task(id: "{task}", dependencies = [])]'),
    "task: arguments missing a comma": attribute('#[task(id = "{task}" dependencies = [])]'),
    "parameter named ctx": steps(
        signature("pub async fn {task}(ctx: &mut Context<serde_json::Value>) -> Result<(), TaskError>"),
        rust("context.insert(", "ctx.insert("),
    ),
    "no parameter": steps(
        signature("pub async fn {task}() -> Result<(), TaskError>"),
        rust(f'{BLOCK}"{{task}}", serde_json::json!(1))?;\n', ""),
    ),
    "one parameter too many": signature(
        "pub async fn {task}(context: &mut Context<serde_json::Value>, limit: u32) -> Result<(), TaskError>"
    ),
    "context by value": signature(
        "pub async fn {task}(mut context: Context<serde_json::Value>) -> Result<(), TaskError>"
    ),
    "no result": steps(
        signature("pub async fn {task}(context: &mut Context<serde_json::Value>)"),
        rust('", serde_json::json!(1))?;\n        Ok(())', '", serde_json::json!(1)).unwrap();'),
    ),
    "result with a value": steps(
        signature("pub async fn {task}(context: &mut Context<serde_json::Value>) -> Result<u32, TaskError>"),
        rust("Ok(())", "Ok(1)"),
    ),
    "generic task": signature(
        "pub async fn {task}<T>(context: &mut Context<serde_json::Value>) -> Result<(), TaskError>"
    ),
    "task with self": signature(
        "pub async fn {task}(&self, context: &mut Context<serde_json::Value>) -> Result<(), TaskError>"
    ),
    "path to the task macro": another("late", task("late", "").replace("#[task", "§#[cloacina_workflow::task")),
    "alias of the task macro": steps(
        rust("{task, workflow,", "{task, task as step, workflow,"),
        another("late", task("late", "").replace("#[task", "§#[step")),
    ),
    "task behind cfg_attr": another(
        "late",
        task("late", "").replace(
            '#[task(id = "late", dependencies = [])]', '§#[cfg_attr(all(), task(id = "late", dependencies = []))]'
        ),
    ),
    "task in a nested module": another(
        "late",
        "    pub mod inner {\n        use super::*;\n"
        + task("late", "").replace("#[task", "§#[task").replace("pub ", "§pub ")
        + "    }\n",
    ),
    "task outside the module": outside,
    "task switched off": another(
        "late", task("late", "").replace("    #[task", '    #[cfg(feature = "late")]§\n    #[task')
    ),
    "task for windows": another("late", task("late", "").replace("    #[task", "    #[cfg(windows)]§\n    §#[task")),
    "task only in tests": another("late", task("late", "").replace("    #[task", "    #[cfg(test)]§\n    §#[task")),
    "type with the task's name": more("    pub struct LateTask;§\n" + task("late", "")),
    "task named by a keyword": more(
        task("r#match", "").replace('"r#match"', '"match"').replace("pub async", "§pub async")
    ),
    "no use super": rust("    use super::*;\n", ""),
    "macros not imported": rust(USE, "use cloacina_workflow::{workflow, Context, TaskError};§"),
    "imported from the engine": rust(USE, "use cloacina::{task, workflow, Context, TaskError};§"),
    "imported from the macros crate": rust(
        USE, "use cloacina_macros::{task, workflow};§\nuse cloacina_workflow::{Context, TaskError};"
    ),
    "module file not there": append("src/lib.rs", "mod helpers;§\n"),
    "missing docs denied": prepend("src/lib.rs", "#![deny(missing_docs)]§\n//! Flow.\n"),
    "warnings denied, a private module": prepend("src/lib.rs", "#![deny(missing_docs, warnings)]§\n//! Flow.\n"),
    "no_std": prepend("src/lib.rs", "#![no_std]§\n"),
    "braces not closed": append("src/lib.rs", "pub fn helper() {§\n"),
    "key inserted twice": rust(
        "        Ok(())",
        '        context.insert("{task}", serde_json::json!(2))?;§\n        Ok(())',
    ),
    "runtime in a task": steps(
        lambda draft: draft.cargo(
            "serde_json", 'tokio = { version = "1", features = ["rt", "rt-multi-thread"] }\nserde_json'
        ),
        rust(
            '        context.insert("{task}"',
            '        tokio::runtime::Runtime::new().unwrap().block_on(async {});§\n        context.insert("{task}"',
        ),
    ),
    "triggers names none": rust(WORKFLOW, '#[workflow(name = "{workflow}", triggers = ["hourly"])]§'),
    "triggers a string": rust(WORKFLOW, '#[workflow(name = "{workflow}", triggers = "hourly")]§'),
    "cron trigger among triggers": steps(
        trigger('cron = "0 3 * * *"'), rust(WORKFLOW, '#[workflow(name = "{workflow}", triggers = ["{workflow}"])]§')
    ),
    "trigger: minute 99": trigger('cron = "99 * * * *"§'),
    "trigger: hour 24": trigger('cron = "0 24 * * *"§'),
    "trigger: day 0": trigger('cron = "0 0 0 * *"§'),
    "trigger: month 13": trigger('cron = "0 0 1 13 *"§'),
    "trigger: weekday 8": trigger('cron = "0 0 * * 8"§'),
    "trigger: range backwards": trigger('cron = "30-10 * * * *"§'),
    "trigger: step 0": trigger('cron = "*/0 * * * *"§'),
    "trigger: seven fields": trigger('cron = "0 0 3 * * 1 2030"§'),
    "trigger: four fields": trigger('cron = "0 3 * *"§'),
    "trigger: day names": trigger('cron = "0 3 * * MON"§'),
    "trigger: @daily": trigger('cron = "@daily"§'),
    "trigger: cron empty": trigger('cron = ""§'),
    "trigger: never": trigger('cron = "0 0 30 2 *"§'),
    "trigger: unknown timezone": trigger('cron = "0 3 * * *", timezone = "Europe/Pariss"§'),
    "trigger: days": trigger('poll_interval = "1d"§'),
    "trigger: no unit": trigger('poll_interval = "30"§'),
    "trigger: interval not a whole number": trigger('poll_interval = "1.5s"§'),
    "trigger: both": trigger('poll_interval = "30s", cron = "0 3 * * *"§'),
    "trigger: neither": trigger("allow_concurrent = true§"),
    "trigger: unknown argument": trigger('cron = "0 3 * * *", enabled = true§'),
    "trigger: no on": steps(trigger('cron = "0 3 * * *"§'), rust('on = "{workflow}", name', "name")),
    "trigger not imported": steps(trigger('cron = "0 3 * * *"§'), rust("task, trigger,", "task,")),
}

UNTIL_7: dict[str, Change] = {
    "task: no id": attribute("#[task(dependencies = [])]"),
    "task: bare": attribute("#[task]"),
    "cron trigger not named as the workflow": trigger('cron = "0 3 * * *"§', name="every_night"),
    "cron trigger named by its function": steps(
        trigger('cron = "0 3 * * *"§', name="starts"),
        rust('name = "starts", ', ""),
        rust("pub async fn starts", "§pub async fn starts"),
    ),
    "params of 0.9": rust(WORKFLOW, '#[workflow(name = "{workflow}", params(limit: u32))]§'),
}

# Loads and completes, yet something that the author wrote is not honoured. A warning is the right answer.
IGNORED: dict[str, Change] = {
    "retries ignored": attribute('#[task(id = "{task}", dependencies = [], retry_attempts = 0)]'),
    "timezone dropped": trigger('cron = "0 3 * * *", timezone = "Europe/Paris"§'),
    "backoff misspelt": attribute('#[task(id = "{task}", dependencies = [], retry_backoff = "expnential")]'),
    "workflow name empty": steps(
        rust(WORKFLOW, '#[workflow(name = "")]§'), lambda draft: draft.workflows.__setitem__(0, "")
    ),
    "tenant ignored": rust(WORKFLOW, '#[workflow(name = "{workflow}", tenant = "acme")]§'),
    "poll interval of nothing": steps(trigger('poll_interval = "0s"§'), unexpected),
}
IGNORED_FROM_8: dict[str, Change] = {
    "trigger: on an unknown workflow": steps(trigger('cron = "0 3 * * *"§', on="somewhere"), unexpected),
}
