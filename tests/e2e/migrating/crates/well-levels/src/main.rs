use cloacina::prelude::*;
use serde_json::{json, Value};

const LOW: f64 = 2.0;

#[workflow(name = "wells", description = "Warns of low wells")]
pub mod wells {
    use super::*;

    #[task]
    pub async fn measure(context: &mut Context<Value>) -> Result<(), TaskError> {
        context.insert("metres", json!({"north": 1.5, "south": 4.0}))?;
        Ok(())
    }

    #[task(dependencies = ["measure"])]
    pub async fn warn(context: &mut Context<Value>) -> Result<(), TaskError> {
        let metres = context.get("metres").and_then(Value::as_object).cloned().unwrap_or_default();
        let low: Vec<_> = metres.iter().filter(|(_, m)| m.as_f64() < Some(LOW)).map(|(well, _)| well.clone()).collect();
        context.insert("low", json!(low))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://wells.db").await?;
    let result = runner.execute("wells", Context::new()).await?;
    assert_eq!(result.status, WorkflowStatus::Completed);
    assert_eq!(result.final_context.get("low"), Some(&json!(["north"])));
    runner.shutdown().await?;
    Ok(())
}
