"""Room migrate/service_test/: the harness of tests/service_mode.rs, the text that the template's own test has (a
test holds them equal)."""

from __future__ import annotations

DOC = """\
//! Does what a Cloacina server does with this package: loads the built library, registers its
//! tasks and its workflow, and executes the workflow, here on a SQLite file.
"""

# name -> path of what the harness needs; a test may need more
IMPORTS = {
    "DLL_PREFIX": "std::env::consts::DLL_PREFIX",
    "DLL_SUFFIX": "std::env::consts::DLL_SUFFIX",
    "PathBuf": "std::path::PathBuf",
    "Arc": "std::sync::Arc",
    "WorkflowExecutor": "cloacina::executor::WorkflowExecutor",
    "WorkflowStatus": "cloacina::executor::WorkflowStatus",
    "PackageLoader": "cloacina::registry::loader::PackageLoader",
    "TaskRegistrar": "cloacina::registry::loader::TaskRegistrar",
    "Context": "cloacina::Context",
    "DefaultRunner": "cloacina::DefaultRunner",
    "Runtime": "cloacina::Runtime",
    "TaskNamespace": "cloacina::TaskNamespace",
    "Workflow": "cloacina::Workflow",
}
# names that the harness uses without an import, or that a test function of ours may import
USED = {"Result": "std::result::Result", "Error": "std::error::Error", "Vec": "std::vec::Vec", "Box": "std::boxed::Box"}
OWN = ("PACKAGE", "WORKFLOW", "TENANT", "built_library", "workflow", "engine")
# locals of the test function
LOCALS = frozenset(("runner", "directory", "database"))

CONSTANTS = """\
const PACKAGE: &str = env!("CARGO_PKG_NAME");
const WORKFLOW: &str = @workflow@;
const TENANT: &str = "public";
"""

FUNCTIONS = """\
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
                "no {name} beside {}: has [lib] in Cargo.toml crate-type \\
                 [\\"cdylib\\", \\"rlib\\"], and was this test started by cargo?",
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
"""

ATTRIBUTE = '#[tokio::test(flavor = "multi_thread")]\n'
SIGNATURE = "async fn the_built_library_is_loaded_and_its_workflow_completes()"
LOADS = "async fn the_built_library_is_loaded()"

HEAD = """\
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
    assert_eq!(ids, @ids@);
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
"""

# where several tests share it
ENGINE_DOC = (
    "/// An engine that has this package loaded, and the directory of its database, which goes when it is dropped.\n"
)
ENGINE_SIGNATURE = "async fn engine() -> (tempfile::TempDir, DefaultRunner)"
ENGINE_END = "    (directory, runner)\n"
ENGINE_CALL = "    let (_directory, runner) = engine().await;\n"

EXECUTE = """\
let @result@ = runner
    .execute(WORKFLOW, @context@)
    .await
    .expect("an execution that ends");
"""

STATUS = """\
assert!(
    matches!(@result@.status, WorkflowStatus::@status@),
    "{:?}: {:?}",
    @result@.status,
    @result@.error_message
);
"""

SHUTDOWN = """\
    runner.shutdown().await.expect("an engine that stops");
"""
