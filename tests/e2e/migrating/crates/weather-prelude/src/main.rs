#![warn(clippy::all)]

use std::time::Duration;

use cloacina::prelude::*;
use serde_json::json;

#[workflow(name = "weather", description = "Asks two stations at once")]
pub mod weather {
    use super::*;

    #[task(id = "ask_stations", dependencies = [], retry_attempts = 3, retry_backoff = "linear", retry_delay_ms = 100)]
    pub async fn ask_stations(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let north = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            11
        };
        let south = async { 17 };
        let (north, south) = tokio::join!(north, south);
        context.insert("celsius", json!([north, south]))?;
        Ok(())
    }

    #[task(id = "stamp", dependencies = ["ask_stations"])]
    pub async fn stamp(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("asked_at", json!(chrono::Utc::now().to_rfc3339()))?;
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let runner = DefaultRunner::new("sqlite://weather.db").await?;
        let result = runner.execute("weather", Context::new()).await?;
        assert_eq!(result.status, WorkflowStatus::Completed);
        assert_eq!(result.final_context.get("celsius"), Some(&json!([11, 17])));
        assert!(result.final_context.get("asked_at").is_some());
        runner.shutdown().await?;
        Ok(())
    })
}
