//! Runs the report on an engine of its own.

use cloacina::{Context, DefaultRunner, WorkflowExecutor, WorkflowStatus};
use serde_json::json;

#[tokio::test]
async fn the_report_comes_out() {
    let _ = std::fs::remove_file("embedded-test.db");
    let runner = DefaultRunner::new("sqlite://embedded-test.db").await.unwrap();
    let result = runner.execute(fleet_reports::WORKFLOW, Context::new()).await.unwrap();
    assert_eq!(result.status, WorkflowStatus::Completed);
    assert_eq!(result.final_context.get("per_100_km").unwrap(), &json!([8.0]));
    runner.shutdown().await.unwrap();
}
