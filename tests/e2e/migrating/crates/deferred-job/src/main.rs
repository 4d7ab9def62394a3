use std::time::Duration;

use cloacina::{task, workflow, Context, DefaultRunner, TaskError, TaskHandle, WorkflowExecutor};

#[workflow(name = "deferred_job", description = "Waits for a file without holding a slot")]
pub mod deferred_job {
    use super::*;

    #[task(id = "wait_for_file", dependencies = [])]
    pub async fn wait_for_file(
        context: &mut Context<serde_json::Value>,
        handle: &mut TaskHandle,
    ) -> Result<(), TaskError> {
        handle
            .defer_until(|| async { std::path::Path::new(".").exists() }, Duration::from_millis(50))
            .await
            .map_err(|e| TaskError::Unknown { task_id: "wait_for_file".into(), message: e.to_string() })?;
        context.insert("waited", serde_json::json!(true))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://deferred.db").await?;
    let result = runner.execute("deferred_job", Context::new()).await?;
    println!("{:?}", result.status);
    runner.shutdown().await?;
    Ok(())
}
