// Sends a digest every morning. `cron-digest --once` runs it right away and ends.
use std::time::Duration;

use cloacina::runner::{DefaultRunner, DefaultRunnerConfig};
use cloacina::*;
use serde_json::json;

#[workflow(name = "digest", description = "The morning's digest")]
pub mod digest {
    use super::*;

    #[task(id = "collect", dependencies = [])]
    pub async fn collect(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let headlines = json!(["rain", "more rain"]);
        context.insert("headlines", headlines)?;
        Ok(())
    }

    #[task(
        id = "send",
        dependencies = ["collect"],
        retry_attempts = 5,
        retry_backoff = "exponential",
        retry_delay_ms = 1000,
        retry_max_delay_ms = 30000
    )]
    pub async fn send(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let sent = context.get("headlines").and_then(|v| v.as_array()).map_or(0, |a| a.len());
        context.insert("sent", json!(sent))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = DefaultRunnerConfig::builder()
        .enable_cron_scheduling(true)
        .cron_poll_interval(Duration::from_secs(5))
        .build()?;
    let runner = DefaultRunner::with_config("sqlite://digest.db?mode=rwc", config).await?;

    if std::env::args().any(|arg| arg == "--once") {
        let result = runner.execute("digest", Context::new()).await?;
        println!("{:?}", result.status);
        runner.shutdown().await?;
        return Ok(());
    }

    // at half past six, before the first train
    let schedule = runner.register_cron_workflow("digest", "30 6 * * *", "UTC").await?;
    println!("scheduled as {schedule}");
    tokio::signal::ctrl_c().await?;
    runner.shutdown().await?;
    Ok(())
}
