mod fares;

use cloacina::*;
use serde_json::json;

#[workflow(name = "ferry", description = "Price of a crossing")]
pub mod ferry {
    use super::*;
    use crate::fares::{fare, Kind};

    #[task(id = "fare", dependencies = [])]
    pub async fn fare_of_all(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let cars = context.get("cars").and_then(|c| c.as_u64()).unwrap_or(0);
        let feet = context.get("feet").and_then(|c| c.as_u64()).unwrap_or(0);
        context.insert("fare", json!(cars * fare(Kind::Car) + feet * fare(Kind::Foot)))?;
        Ok(())
    }

    #[task(id = "receipt", dependencies = ["fare"], retry_attempts = 4, retry_delay_ms = 50)]
    pub async fn receipt(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let fare = context.get("fare").cloned().unwrap_or_default();
        context.insert("receipt", json!(format!("{fare} EUR")))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://ferry.db").await?;
    let mut context = Context::new();
    context.insert("cars", json!(2))?;
    context.insert("feet", json!(3))?;
    let result = runner.execute("ferry", context).await?;
    assert_eq!(result.status, WorkflowStatus::Completed);
    assert_eq!(result.final_context.get("receipt"), Some(&json!("62 EUR")));
    runner.shutdown().await?;
    Ok(())
}
