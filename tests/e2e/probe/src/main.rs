//! Does with one package what a Cloacina server does, on a SQLite file: packs the crate, uploads the archive to the
//! engine's own registry, hands over the built library as the compiler service would, lets the engine's own
//! reconciler load it, and executes every workflow that is then there.
//!
//! `cloacina-probe CRATE LIBRARY REPORT [SECONDS]` writes the outcome to REPORT as one JSON object; the engine's
//! warnings and any panic go to stdout and stderr. A library that kills this process has killed a server.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cloacina::computation_graph::registry::EndpointRegistry;
use cloacina::computation_graph::scheduler::ComputationGraphScheduler;
use cloacina::computation_graph::types::serialize;
use cloacina::computation_graph::{GraphResult, InputCache, SourceName};
use cloacina::dal::UnifiedRegistryStorage;
use cloacina::executor::WorkflowExecutor;
use cloacina::registry::reconciler::CronWorkflowRegistrar;
use cloacina::registry::{
    PackageLoader, ReconcilerConfig, RegistryReconciler, WorkflowRegistryImpl,
};
use cloacina::{Context, CronEvaluator, DefaultRunner, DefaultRunnerConfig, Runtime};
use serde_json::{json, Map, Value};

type Report = Map<String, Value>;

/// Keeps the schedules that a server would write to its database, with the engine's own check of each.
#[derive(Default)]
struct Schedules(Mutex<Vec<Value>>);

#[async_trait::async_trait]
impl CronWorkflowRegistrar for Schedules {
    async fn register_cron_workflow(
        &self,
        workflow_name: &str,
        cron_expression: &str,
        timezone: &str,
    ) -> Result<String, String> {
        let next = CronEvaluator::validate(cron_expression, timezone)
            .and_then(|()| CronEvaluator::new(cron_expression, timezone))
            .and_then(|evaluator| evaluator.next_execution(chrono::Utc::now()));
        let error = next.err().map(|error| error.to_string());
        self.0.lock().unwrap().push(json!({
            "kind": "cron",
            "workflow": workflow_name,
            "cron": cron_expression,
            "timezone": timezone,
            "error": error,
        }));
        error.map_or_else(|| Ok("1".to_owned()), Err)
    }

    async fn unregister_cron_workflow(&self, _schedule_id: &str) -> Result<(), String> {
        Ok(())
    }

    #[cfg(feature = "poll-schedules")]
    async fn register_poll_trigger(
        &self,
        trigger_name: &str,
        workflow_name: &str,
        poll_interval_ms: i32,
        _allow_concurrent: bool,
    ) -> Result<String, String> {
        self.0.lock().unwrap().push(json!({
            "kind": "poll",
            "trigger": trigger_name,
            "workflow": workflow_name,
            "milliseconds": poll_interval_ms,
        }));
        Ok("1".to_owned())
    }
}

/// The value, or `{"error": text}`.
fn outcome<T: std::fmt::Debug, E: std::fmt::Display>(
    result: Result<T, E>,
    value: impl FnOnce(T) -> Value,
) -> Value {
    match result {
        Ok(found) => value(found),
        Err(error) => json!({"error": error.to_string()}),
    }
}

async fn read_library(library: &[u8], report: &mut Report) {
    let loader = PackageLoader::new().expect("a package loader");
    let library_facts = outcome(loader.extract_metadata(library).await, |metadata| {
        json!({
            "package": metadata.package_name,
            "tasks": metadata.tasks.iter().map(|task| json!({
                "id": task.local_id,
                "template": task.namespaced_id_template,
                "dependencies": task.dependencies,
            })).collect::<Vec<_>>(),
            "triggers": metadata.workflow_triggers,
        })
    });
    report.insert("library".to_owned(), library_facts);
    let triggers = outcome(loader.extract_trigger_metadata(library).await, |triggers| {
        json!(triggers
            .iter()
            .map(|trigger| json!({
                "name": trigger.name,
                "poll_interval": trigger.poll_interval,
                "cron": trigger.cron_expression,
                "allow_concurrent": trigger.allow_concurrent,
            }))
            .collect::<Vec<_>>())
    });
    report.insert("triggers".to_owned(), triggers);
    let reactors = outcome(loader.extract_reactor_metadata(library).await, |reactors| {
        json!(reactors
            .iter()
            .map(|reactor| reactor.name.clone())
            .collect::<Vec<_>>())
    });
    report.insert("reactors".to_owned(), reactors);
    let graph = outcome(loader.extract_graph_metadata(library).await, |graph| {
        graph.map_or(Value::Null, |graph| {
            json!({
                "name": graph.graph_name,
                "reactor": graph.trigger_reactor,
                "accumulators": graph.accumulators.iter().map(|a| a.name.clone()).collect::<Vec<_>>(),
            })
        })
    });
    report.insert("graph".to_owned(), graph);
    let free = outcome(
        loader.extract_triggerless_graph_metadata(library).await,
        |graphs| {
            json!(graphs
                .iter()
                .map(|graph| graph.name.clone())
                .collect::<Vec<_>>())
        },
    );
    report.insert("graphs_without_reactor".to_owned(), free);
}

/// Fires every computation graph with the JSON string `"event"` as each input, in the form in which an accumulator
/// hands on what a client pushed: graph -> what its last nodes gave, as far as it leaves the library.
async fn fire(runtime: &Runtime, inputs: &[String]) -> Value {
    let mut fired = Map::new();
    for name in runtime.computation_graph_names() {
        let Some(graph) = runtime.get_computation_graph(&name) else {
            continue;
        };
        let mut cache = InputCache::new();
        for input in inputs {
            let pushed = serialize(&br#""event""#.to_vec()).expect("bytes");
            cache.update(SourceName::new(input), pushed);
        }
        let result = match (graph.graph_fn)(cache).await {
            GraphResult::Completed { outputs, .. } => json!(outputs
                .iter()
                .map(|output| output.downcast_ref::<Value>())
                .collect::<Vec<_>>()),
            GraphResult::Error(error) => json!({"error": error.to_string()}),
        };
        fired.insert(name, result);
    }
    Value::Object(fired)
}

/// What the compiler service does after a green build: it reads the package's name from Cargo.toml, with `toml` 0.8.
fn read_manifest(source: &Path) -> Result<String, String> {
    let text =
        std::fs::read_to_string(source.join("Cargo.toml")).map_err(|error| error.to_string())?;
    let manifest: toml::Value =
        toml::from_str(&text).map_err(|error| format!("failed to parse Cargo.toml: {error}"))?;
    let name = manifest
        .get("package")
        .and_then(|package| package.get("name"));
    name.and_then(toml::Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| "Cargo.toml has no package.name".to_owned())
}

/// Packs, uploads, loads and executes; what went wrong ends it and stands in the report.
async fn serve(
    source: &Path,
    library: &[u8],
    work: &Path,
    limit: Duration,
    report: &mut Report,
) -> Result<(), String> {
    let archive = work.join("package.cloacina");
    let packed = fidius_core::package::pack_package(source, Some(&archive))
        .map_err(|error| error.to_string());
    report.insert(
        "pack".to_owned(),
        outcome(packed.as_ref().map(|_| ()), |()| json!("ok")),
    );
    packed?;

    let runtime = Arc::new(Runtime::empty());
    let config = DefaultRunnerConfig::builder()
        .enable_registry_reconciler(false)
        .enable_cron_scheduling(false)
        .enable_trigger_scheduling(false)
        .build()
        .map_err(|error| error.to_string())?;
    let runner = DefaultRunner::builder()
        .with_config(config)
        .database_url(&format!("sqlite://{}", work.join("cloacina.db").display()))
        .runtime_arc(Arc::clone(&runtime))
        .build()
        .await
        .map_err(|error| error.to_string())?;

    let database = runner.database().clone();
    let mut registry =
        WorkflowRegistryImpl::new(UnifiedRegistryStorage::new(database.clone()), database)
            .map_err(|error| error.to_string())?;
    let bytes = std::fs::read(&archive).map_err(|error| error.to_string())?;
    let uploaded = registry.register_workflow_package(bytes).await;
    report.insert(
        "upload".to_owned(),
        outcome(uploaded.as_ref().map(|_| ()), |()| json!("ok")),
    );
    let id = uploaded.map_err(|error| error.to_string())?;
    registry
        .claim_next_build()
        .await
        .map_err(|error| error.to_string())?;
    let compiled = read_manifest(source);
    report.insert(
        "compiler".to_owned(),
        outcome(compiled.as_ref(), |name| json!(name)),
    );
    compiled?;
    registry
        .mark_build_success(id, library.to_vec())
        .await
        .map_err(|error| error.to_string())?;

    let schedules = Arc::new(Schedules::default());
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let reconciler =
        RegistryReconciler::new(Arc::new(registry), ReconcilerConfig::default(), stopped)
            .map_err(|error| error.to_string())?
            .with_runtime(Arc::clone(&runtime))
            .with_graph_scheduler(Arc::new(ComputationGraphScheduler::new(
                EndpointRegistry::new(),
            )))
            .with_cron_registrar(schedules.clone());
    let reconciled = reconciler
        .reconcile()
        .await
        .map_err(|error| error.to_string())?;
    let load = match reconciled.packages_failed.first() {
        Some((_, error)) => json!({"error": error}),
        None if reconciled.packages_loaded.len() == 1 => json!("ok"),
        None => json!({"error": "the reconciler did not find the package"}),
    };
    let loaded = load == json!("ok");
    report.insert("load".to_owned(), load);
    report.insert("schedules".to_owned(), json!(*schedules.0.lock().unwrap()));
    let mut tasks: Vec<_> = runtime
        .task_namespaces()
        .iter()
        .map(ToString::to_string)
        .collect();
    tasks.sort();
    report.insert("tasks".to_owned(), json!(tasks));
    let mut workflows = runtime.workflow_names();
    workflows.sort();
    report.insert("workflows".to_owned(), json!(workflows));
    report.insert(
        "runtime_triggers".to_owned(),
        json!(runtime.trigger_names()),
    );
    report.insert(
        "runtime_graphs".to_owned(),
        json!(runtime.computation_graph_names()),
    );

    let reactors = PackageLoader::new()
        .expect("a package loader")
        .extract_reactor_metadata(library)
        .await
        .unwrap_or_default();
    let inputs: Vec<String> = reactors
        .iter()
        .flat_map(|reactor| &reactor.accumulators)
        .map(|accumulator| accumulator.name.clone())
        .collect();
    report.insert("fired".to_owned(), fire(&runtime, &inputs).await);

    let mut executions = Vec::new();
    for name in workflows.iter().filter(|_| loaded) {
        let execution = tokio::time::timeout(limit, runner.execute(name, Context::new())).await;
        executions.push(match execution {
            Err(_) => json!({"workflow": name, "status": "timed out"}),
            Ok(Err(error)) => {
                json!({"workflow": name, "status": "error", "error": error.to_string()})
            }
            Ok(Ok(result)) => json!({
                "workflow": name,
                "status": format!("{:?}", result.status),
                "error": result.error_message,
                "context": result.final_context.data(),
                "tasks": result.task_results.iter().map(|task| json!({
                    "task": task.task_name,
                    "status": format!("{:?}", task.status),
                    "attempts": task.attempt_count,
                    "error": task.error_message,
                })).collect::<Vec<_>>(),
            }),
        });
    }
    report.insert("executions".to_owned(), json!(executions));
    Ok(())
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [source, library, report_path, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: cloacina-probe CRATE LIBRARY REPORT [SECONDS]");
        std::process::exit(2);
    };
    let seconds = rest
        .first()
        .map_or(60, |text| text.parse().expect("SECONDS: a whole number"));
    let library = std::fs::read(library).expect("a readable library");
    let work = tempfile::tempdir().expect("a temporary directory");
    cloacina::init_logging(Some("warn".parse().expect("a level")));

    let mut report = Report::new();
    read_library(&library, &mut report).await;
    let limit = Duration::from_secs(seconds);
    if let Err(error) = serve(Path::new(source), &library, work.path(), limit, &mut report).await {
        report.insert("stopped".to_owned(), json!(error));
    }
    let text = serde_json::to_string(&report).expect("a report");
    std::fs::write(report_path, text).expect("a writable report");
    // The loaded library's own threads must not keep this process.
    std::process::exit(0);
}
