use chrono::{DateTime, Utc};
use cloacina::{task, workflow, Context, DefaultRunner, TaskError, WorkflowExecutor};
use regex::Regex;
use serde_json::{json, Value};

// The mill knows these grains.
const GRAINS: &str = include_str!("../data/grains.txt");

fn known(grain: &str) -> bool {
    GRAINS.lines().any(|line| line == grain)
}

#[workflow(name = "grind", description = "Grinds what came in", author = "the miller")]
pub mod grind {
    use super::*;

    #[task(id = "sort", dependencies = [], retry_attempts = 2)]
    pub async fn sort(context: &mut Context<Value>) -> Result<(), TaskError> {
        let grain = context.get("grain").and_then(Value::as_str).unwrap_or("rye").to_string();
        context.insert("known", json!(known(&grain)))?;
        Ok(())
    }

    #[task(id = "stamp", dependencies = ["sort"])]
    pub async fn stamp(context: &mut Context<Value>) -> Result<(), TaskError> {
        let day: DateTime<Utc> = DateTime::from_timestamp(0, 0).unwrap_or_default();
        context.insert("day", json!(day.to_rfc3339()))?;
        Ok(())
    }
}

/// Sacks have numbers.
fn sack(name: &str) -> bool {
    Regex::new("^[0-9]+$").map(|number| number.is_match(name)).unwrap_or(false)
}

#[workflow(name = "pack_sacks", description = "Packs the flour")]
pub mod pack_sacks {
    use super::*;

    #[task(id = "sort", dependencies = [])]
    pub async fn sort(context: &mut Context<Value>) -> Result<(), TaskError> {
        context.insert("numbered", json!(sack("17")))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://mill.db").await?;
    let mut context = Context::new();
    context.insert("grain", json!("wheat"))?;
    let ground = runner.execute("grind", context).await?;
    println!("{:?}", ground.final_context.get("known"));
    let packed = runner.execute("pack_sacks", Context::new()).await?;
    println!("{:?}", packed.final_context.get("numbered"));
    runner.shutdown().await?;
    Ok(())
}
