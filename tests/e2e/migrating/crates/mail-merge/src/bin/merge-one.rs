use cloacina::{Context, DefaultRunner, WorkflowExecutor};
// Without a use of it the linker would leave the workflow out.
use mail_merge as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "Ana".to_string());
    let mut context = Context::new();
    context.insert("name", serde_json::Value::String(name))?;
    context.insert("town", "Porto".into())?;
    let runner = DefaultRunner::new("sqlite://merge.db").await?;
    let result = runner.execute("mail_merge", context).await?;
    println!("{:?}: {}", result.status, result.final_context.get("address").unwrap());
    runner.shutdown().await?;
    Ok(())
}
