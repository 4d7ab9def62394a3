use cloacina::{task, trigger, workflow, Context, DefaultRunner, TaskError, WorkflowExecutor};
use serde_json::{json, Value};

#[workflow(name = "tide_watch", description = "Next high tide")]
pub mod tide_watch {
    use super::*;

    #[task(id = "predict", dependencies = [])]
    pub async fn predict(context: &mut Context<Value>) -> Result<(), TaskError> {
        let hours = context.get("hours_since_high").and_then(Value::as_f64).unwrap_or(0.0);
        context.insert("hours_to_high", json!(12.4 - hours))?;
        Ok(())
    }
}

/// Twice a tide is enough.
#[trigger(name = "tide_watch", on = "tide_watch", cron = "0 */6 * * *")]
pub async fn tide_watch_clock() {}

#[tokio::main]
async fn main() {
    let runner = DefaultRunner::new("sqlite://tide.db").await.expect("runner");
    for hours in [0.0, 3.4] {
        let mut context = Context::new();
        context.insert("hours_since_high", json!(hours)).expect("fresh");
        let result = runner.execute("tide_watch", context).await.expect("run");
        println!("{hours}: {:?} {:?}", result.status, result.final_context.get("hours_to_high"));
    }
    runner.shutdown().await.expect("shutdown");
}
