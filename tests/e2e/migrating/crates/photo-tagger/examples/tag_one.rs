use cloacina::{Context, DefaultRunner, WorkflowExecutor, WorkflowStatus};
use photo_tagger as _;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://photos.db").await?;
    let mut context = Context::new();
    context.insert("caption", json!("Boats At Anchorage dawn"))?;
    let result = runner.execute("tagging", context).await?;
    assert_eq!(result.status, WorkflowStatus::Completed);
    assert_eq!(result.final_context.get("tags"), Some(&json!(["boats", "at", "dawn"])));
    println!("tagged");
    runner.shutdown().await?;
    Ok(())
}
