{% if cookiecutter.start == "request" %}
//! Does what a Cloacina server does with this package: loads the built library, registers its
//! tasks and its workflow, and executes the workflow, here on a SQLite file.
{% elif cookiecutter.start == "cron" %}
//! Does what a Cloacina server does with this package: loads the built library, reads its
//! schedule, registers its tasks and its workflow, and executes the workflow as the schedule
//! would, here on a SQLite file.
{% else %}
//! Does what a Cloacina server does with this package: loads the built library, registers its
//! tasks and its workflow, polls its trigger, and executes the workflow with the context that
//! the trigger fires, here on a SQLite file.
{% endif %}

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::PathBuf;
use std::sync::Arc;
{% if cookiecutter.start == "poll" %}
use std::time::Duration;
{% endif %}

use cloacina::executor::{WorkflowExecutor, WorkflowStatus};
{% if cookiecutter.start == "poll" %}
use cloacina::registry::loader::ffi_trigger::FfiTriggerImpl;
{% endif %}
use cloacina::registry::loader::{PackageLoader, TaskRegistrar};
{% if cookiecutter.start == "poll" %}
use cloacina::{DefaultRunner, Runtime, TaskNamespace, Workflow};
use cloacina_workflow::Trigger;
{% else %}
use cloacina::{Context, DefaultRunner, Runtime, TaskNamespace, Workflow};
{% endif %}
use serde_json::json;

const PACKAGE: &str = env!("CARGO_PKG_NAME");
const WORKFLOW: &str = << cookiecutter.workflow_name | rust >>;
const TENANT: &str = "public";
{% if cookiecutter.start == "cron" %}
/// As in `src/lib.rs`: what the library tells a server has to be what is written there.
const CRON: &str = "0 3 * * *";
{% endif %}

/// The shared library of this crate, which cargo builds beside the test executables.
fn built_library() -> PathBuf {
    let name = format!("{DLL_PREFIX}{}{DLL_SUFFIX}", PACKAGE.replace('-', "_"));
    let executable = std::env::current_exe().expect("the path of this test executable");
    executable
        .ancestors()
        .skip(1)
        .take(2)
        .map(|directory| directory.join(&name))
        .find(|library| library.is_file())
        .unwrap_or_else(|| {
            panic!(
                "no {name} beside {}: has [lib] in Cargo.toml crate-type \
                 [\"cdylib\", \"rlib\"], and was this test started by cargo?",
                executable.display()
            )
        })
}

/// The workflow of the tasks that the library registered.
fn workflow(runtime: &Runtime, tasks: &[TaskNamespace]) -> Workflow {
    let mut workflow = Workflow::new(WORKFLOW);
    workflow.set_tenant(TENANT);
    workflow.set_package(PACKAGE);
    for namespace in tasks {
        let task = runtime.get_task(namespace).expect("a registered task");
        workflow
            .add_task(task)
            .expect("a task that is not there yet");
    }
    workflow.validate().expect("a valid workflow");
    workflow.finalize()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_built_library_is_loaded_and_its_workflow_completes() {
    let library = std::fs::read(built_library()).expect("a readable library");

    let loader = PackageLoader::new().expect("a package loader");
    let metadata = loader
        .extract_metadata(&library)
        .await
        .expect("a library that this version of Cloacina can load");
    assert_eq!(metadata.package_name, PACKAGE);

{% if cookiecutter.start != "request" %}
    let triggers = loader
        .extract_trigger_metadata(&library)
        .await
        .expect("triggers that can be read");
    let [trigger] = triggers.as_slice() else {
        panic!("not exactly one trigger: {triggers:?}");
    };
{% if cookiecutter | name_starts %}
    assert_eq!(
        trigger.name, WORKFLOW,
        "a server of this version starts the workflow that is named like the trigger"
    );
{% else %}
    assert_eq!(trigger.workflow_name, WORKFLOW);
{% endif %}
{% if cookiecutter.start == "cron" %}
    assert_eq!(trigger.cron_expression.as_deref(), Some(CRON));
{% else %}
    assert_eq!(trigger.cron_expression, None);

    // What the trigger asks for. This is the only test of its process: nobody else reads the
    // environment at this moment.
    let inbox = tempfile::tempdir().expect("a temporary directory");
{% if cookiecutter.edition == "2021" %}
    std::env::set_var("ORDERS_INBOX", inbox.path());
{% else %}
    // SAFETY: see above.
    unsafe { std::env::set_var("ORDERS_INBOX", inbox.path()) };
{% endif %}
    let handles = loader.handle_cache();
    let handle = handles.lock().expect("the handles").pop();
    let trigger = FfiTriggerImpl::new(
        Arc::new(handle.expect("the handle of the library")),
        trigger.name.clone(),
        Duration::from_secs(30),
        trigger.allow_concurrent,
        None,
    );
{% endif %}

{% endif %}
    // The runtime starts empty: all that it runs comes from the library.
    let runtime = Arc::new(Runtime::empty());
    let registrar =
        TaskRegistrar::with_handle_cache(loader.handle_cache()).expect("a task registrar");
    let tasks = registrar
        .register_package_tasks(PACKAGE, &library, &metadata, Some(TENANT), &runtime)
        .await
        .expect("tasks that can be registered");
    let mut ids: Vec<_> = tasks.iter().map(|task| task.task_id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["extract", "load", "transform"]);
    assert!(tasks.iter().all(|task| task.workflow_id == WORKFLOW));

    let for_workflow = Arc::clone(&runtime);
    runtime.register_workflow(WORKFLOW.to_owned(), move || workflow(&for_workflow, &tasks));

    // A file, because the connections of the engine's pool cannot share a database in memory.
    let directory = tempfile::tempdir().expect("a temporary directory");
    let database = directory.path().join("cloacina.db");
    let runner = DefaultRunner::builder()
        .database_url(&format!("sqlite://{}", database.display()))
        .runtime_arc(Arc::clone(&runtime))
        .build()
        .await
        .expect("an engine on a SQLite file");

{% if cookiecutter.start == "request" %}
    let mut context = Context::new();
    let orders = json!([
        {"item": "tea", "quantity": 2, "unit_cents": 350},
        {"item": "pot", "quantity": 1, "unit_cents": 1900},
    ]);
    context.insert("orders", orders).expect("a fresh context");
{% elif cookiecutter.start == "cron" %}
    // A schedule brings no orders.
    let context = Context::new();
{% else %}
    let orders = json!([
        {"item": "tea", "quantity": 2, "unit_cents": 350},
        {"item": "pot", "quantity": 1, "unit_cents": 1900},
    ]);
    let polled = trigger.poll().await.expect("an inbox that can be read");
    assert!(!polled.should_fire(), "there are no orders yet");
    std::fs::write(inbox.path().join("orders.json"), orders.to_string()).expect("a new file");
    let polled = trigger.poll().await.expect("an inbox that can be read");
    let context = polled.into_context().expect("a trigger that fires");
{% endif %}
    let result = runner
        .execute(WORKFLOW, context)
        .await
        .expect("an execution that ends");

    assert!(
        matches!(result.status, WorkflowStatus::Completed),
        "{:?}: {:?}",
        result.status,
        result.error_message
    );
    let report = json!({"items": 2, "total_cents": 2600});
    assert_eq!(result.final_context.get("report"), Some(&report));

    runner.shutdown().await.expect("an engine that stops");
}
