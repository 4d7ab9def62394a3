//! Does what a Cloacina server does with this package: loads the built library, registers its
//! tasks and its workflow, and executes the workflow, here on a SQLite file.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::PathBuf;
use std::sync::Arc;

use cloacina::executor::{WorkflowExecutor, WorkflowStatus};
use cloacina::registry::loader::{PackageLoader, TaskRegistrar};
use cloacina::{Context, DefaultRunner, Runtime, TaskNamespace, Workflow};
use serde_json::json;

const PACKAGE: &str = env!("CARGO_PKG_NAME");
const WORKFLOW: &str = << cookiecutter.workflow_name | rust >>;
const TENANT: &str = "public";

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

    let mut context = Context::new();
    let orders = json!([
        {"item": "tea", "quantity": 2, "unit_cents": 350},
        {"item": "pot", "quantity": 1, "unit_cents": 1900},
    ]);
    context.insert("orders", orders).expect("a fresh context");
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
