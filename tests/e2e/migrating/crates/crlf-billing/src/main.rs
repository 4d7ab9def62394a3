mod rates;

use cloacina::*;

#[workflow(name = "billing", description = "Bills the hours")]
mod billing {
    use super::*;

    #[task(id = "bill", dependencies = [])]
    pub async fn bill(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        // Hours come from the time sheets.
        let hours = context.get("hours").and_then(|v| v.as_u64()).unwrap_or(0);
        let note = "first line
second line";
        context.insert("bill", serde_json::json!(hours * crate::rates::PER_HOUR))?;
        context.insert("note", serde_json::json!(note))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://billing.db").await?;
    let mut context = Context::new();
    context.insert("hours", serde_json::json!(3))?;
    let result = runner.execute("billing", context).await?;
    assert!(matches!(result.status, WorkflowStatus::Completed));
    assert_eq!(result.final_context.get("bill"), Some(&serde_json::json!(255)));
    runner.shutdown().await?;
    Ok(())
}
