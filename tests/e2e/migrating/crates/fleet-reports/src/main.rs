use cloacina::{Context, DefaultRunner, WorkflowExecutor};
use fleet_reports::WORKFLOW;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://fleet.db").await?;
    let result = runner.execute(WORKFLOW, Context::new()).await?;
    assert_eq!(result.final_context.get("per_100_km"), Some(&serde_json::json!([8.0])));
    println!("{:?}", result.status);
    runner.shutdown().await?;
    Ok(())
}
