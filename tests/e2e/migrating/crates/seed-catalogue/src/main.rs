use cloacina::{task, workflow, Context, DefaultRunner, TaskError, WorkflowExecutor};
use serde_json::json;

#[workflow(name = "seeds", description = "Prices the catalogue")]
mod seeds {
    use super::*;

    #[task(id = "price", dependencies = [])]
    pub(crate) async fn price(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let grams = context.get("grams").and_then(|g| g.as_f64()).unwrap_or(1.0);
        context.insert("cents", json!((grams * 12.5).round()))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://seeds.db").await?;
    let mut context = Context::new();
    context.insert("grams", json!(4))?;
    let result = runner.execute("seeds", context).await?;
    assert_eq!(result.final_context.get("cents"), Some(&json!(50.0)));
    runner.shutdown().await?;
    Ok(())
}
