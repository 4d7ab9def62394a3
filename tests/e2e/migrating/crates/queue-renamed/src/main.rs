// The macros spell the engine's name out, so it has to be known under that name too.
extern crate engine as cloacina;

use engine::{task, workflow, Context, DefaultRunner, TaskError, WorkflowExecutor};
use serde_json::{json, Value};

#[workflow(name = "drain_queue")]
pub mod drain_queue {
    use super::*;

    #[task(id = "drain", dependencies = [])]
    pub async fn drain(context: &mut Context<Value>) -> Result<(), TaskError> {
        let waiting = context.get("waiting").and_then(Value::as_u64).unwrap_or(0);
        context.update("waiting", json!(0))?;
        context.insert("drained", json!(waiting))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), engine::WorkflowExecutionError> {
    let runner = DefaultRunner::new("sqlite://queue.db").await?;
    let mut context = Context::new();
    let _ = context.insert("waiting", json!(7));
    let result = runner.execute("drain_queue", context).await?;
    assert_eq!(result.status, engine::WorkflowStatus::Completed);
    assert_eq!(result.final_context.get("drained"), Some(&json!(7)));
    runner.shutdown().await
}
