use cloacina::{Context, DefaultRunner, WorkflowExecutor, WorkflowStatus};
use kiln_schedule as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://kiln.db").await?;
    let result = runner.execute("kiln", Context::new()).await?;
    assert!(matches!(result.status, WorkflowStatus::Completed), "{:?}", result.error_message);
    assert_eq!(result.final_context.get("cooled").and_then(|v| v.as_bool()), Some(true));
    runner.shutdown().await?;
    Ok(())
}
