//! Closes the day: reads the orders, sums them up by currency, checks the sum and writes the report.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use cloacina::{
    task, workflow, Context, DefaultRunner, DefaultRunnerConfig, TaskError, WorkflowExecutor,
    WorkflowStatus,
};
use serde::{Deserialize, Serialize};
use serde_json::{json, Value};
use tracing::{error, info};

/// Two decimals are enough for every currency that we take.
const CENTS: i64 = 100;

/// One line of the shop's export.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    id: u32,
    currency: String,
    cents: i64,
}

/// What the command line says.
struct Config {
    day: NaiveDate,
    database: String,
}

impl Config {
    fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut config = Config {
            day: NaiveDate::from_ymd_opt(2026, 3, 1).expect("a date"),
            database: "sqlite://orders.db".to_string(),
        };
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--day" => {
                    let value = args.next().ok_or("--day needs a date")?;
                    config.day = value.parse().map_err(|e| format!("{value}: {e}"))?;
                }
                "--database" => config.database = args.next().ok_or("--database needs a URL")?,
                other => return Err(format!("unknown argument {other}")),
            }
        }
        Ok(config)
    }
}

#[workflow(
    name = "close_day",
    description = "Sums up and reports the orders of one day",
    author = "Ines Duarte"
)]
pub mod close_day {
    use super::*;

    #[task(id = "read_orders", dependencies = [], retry_attempts = 2, retry_delay_ms = 200)]
    pub async fn read_orders(context: &mut Context<Value>) -> Result<(), TaskError> {
        let day = context.get("day").and_then(Value::as_str).unwrap_or("unknown");
        info!(day, "reading orders");
        let orders = vec![
            Order { id: 1, currency: "EUR".into(), cents: 19 * CENTS },
            Order { id: 2, currency: "USD".into(), cents: 1250 },
            Order { id: 3, currency: "EUR".into(), cents: 99 },
        ];
        context.insert("orders", json!(orders))?;
        Ok(())
    }

    #[task(id = "sum_up", dependencies = ["read_orders"], on_success = note_success, on_failure = note_failure)]
    pub async fn sum_up(context: &mut Context<Value>) -> Result<(), TaskError> {
        let orders: Vec<Order> = context
            .get("orders")
            .cloned()
            .and_then(|value| serde_json::from_value(value).ok())
            .ok_or_else(|| TaskError::ValidationFailed {
                message: "no orders in the context".to_string(),
            })?;
        context.insert("totals", json!(totals(&orders)))?;
        Ok(())
    }

    #[task(id = "check", dependencies = ["read_orders"])]
    pub async fn check(context: &mut Context<Value>) -> Result<(), TaskError> {
        let count = context.get("orders").and_then(Value::as_array).map_or(0, Vec::len);
        context.insert("count", json!(count))?;
        Ok(())
    }

    /* The report goes to the accountants, who want the count as well. */
    #[task(id = "report", dependencies = ["sum_up", "check"])]
    pub async fn report(context: &mut Context<Value>) -> Result<(), TaskError> {
        let report = json!({
            "day": context.get("day"),
            "totals": context.get("totals"),
            "count": context.get("count"),
        });
        context.insert("report", report)?;
        Ok(())
    }

    async fn note_success(task: &str, _context: &Context<Value>) -> Result<(), TaskError> {
        info!(task, "done");
        Ok(())
    }

    async fn note_failure(
        task: &str,
        cause: &TaskError,
        _context: &Context<Value>,
    ) -> Result<(), TaskError> {
        error!(task, %cause, "failed");
        Ok(())
    }
}

/// Sum in cents by currency.
fn totals(orders: &[Order]) -> BTreeMap<String, i64> {
    let mut totals = BTreeMap::new();
    for order in orders {
        *totals.entry(order.currency.clone()).or_insert(0) += order.cents;
    }
    totals
}

fn init_tracing() {
    tracing_subscriber::fmt().with_env_filter("info,cloacina=warn").init();
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    init_tracing();
    let config = Config::from_args(std::env::args().skip(1))?;

    // Four tasks at a time is all that the export server takes.
    let settings = DefaultRunnerConfig::builder().max_concurrent_tasks(4).build()?;
    let runner = DefaultRunner::with_config(&config.database, settings).await?;

    let mut context = Context::new();
    context.insert("day", json!(config.day.to_string()))?;
    context.insert("currency", json!("EUR"))?;

    let result = runner.execute("close_day", context).await?;
    assert!(matches!(result.status, WorkflowStatus::Completed));
    assert_eq!(result.final_context.get("totals"), Some(&json!({"EUR": 1999, "USD": 1250})));
    assert_eq!(result.final_context.get("count"), Some(&json!(3)));
    info!(report = %result.final_context.get("report").unwrap(), "the day is closed");

    runner.shutdown().await?;
    Ok(())
}
