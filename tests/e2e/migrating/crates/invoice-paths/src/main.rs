use anyhow::{ensure, Context as _};
use serde_json::json;

/// VAT in per cent.
static VAT: i64 = 23;

#[cloacina::workflow(name = "invoice", description = "Adds the tax")]
pub mod invoice {
    use cloacina::task;

    #[task(id = "net", dependencies = [])]
    pub async fn net(
        context: &mut cloacina::Context<serde_json::Value>,
    ) -> Result<(), cloacina::TaskError> {
        let lines = context.get("lines").cloned().unwrap_or_default();
        let net: i64 = lines.as_array().into_iter().flatten().filter_map(|l| l.as_i64()).sum();
        context.insert("net", serde_json::json!(net))?;
        Ok(())
    }

    #[task(id = "gross", dependencies = ["net"])]
    pub async fn gross(
        context: &mut ::cloacina::Context<::serde_json::Value>,
    ) -> Result<(), ::cloacina::error::TaskError> {
        let net = context.get("net").and_then(|v| v.as_i64()).ok_or_else(|| {
            cloacina::TaskError::ValidationFailed { message: "no net sum".into() }
        })?;
        context.insert("gross", serde_json::json!(net * (100 + crate::VAT) / 100))?;
        Ok(())
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<()> {
    use cloacina::WorkflowExecutor as _;

    let runner = cloacina::DefaultRunner::builder()
        .database_url("sqlite://invoice.db")
        .build()
        .await
        .context("the engine does not start")?;
    let mut context = cloacina::Context::new();
    context.insert("lines", json!([1000, 250, 50]))?;
    let result = runner.execute("invoice", context).await?;
    ensure!(result.status == cloacina::WorkflowStatus::Completed, "{:?}", result.error_message);
    ensure!(result.final_context.get("gross") == Some(&json!(1599)));
    runner.shutdown().await?;
    Ok(())
}
