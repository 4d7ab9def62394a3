use cloacina as c;
use cloacina::{task, workflow as flow, Context as Ctx, TaskError as Failure};
use serde_json::{json, Value as Json};

type Outcome = Result<(), Failure>;

#[flow(name = "restock", description = "What to order")]
pub mod restock {
    use super::*;

    #[task(id = "count", dependencies = [])]
    pub async fn count(context: &mut Ctx<Json>) -> Result<(), Failure> {
        context.insert("stock", json!({"nails": 12, "screws": 400}))?;
        Ok(())
    }

    #[task(id = "order", dependencies = ["count"])]
    pub async fn order(context: &mut Ctx<Json>) -> Outcome {
        let stock = context.get("stock").cloned().unwrap_or_default();
        let low: Vec<&String> = stock
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, count)| count.as_u64() < Some(100))
            .map(|(name, _)| name)
            .collect();
        context.insert("order", json!(low))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    use c::WorkflowExecutor;
    let runner = c::DefaultRunner::new("sqlite://stock.db").await?;
    let outcome = runner.execute("restock", Ctx::new()).await?;
    match outcome.status {
        c::WorkflowStatus::Completed => println!("order: {}", outcome.final_context.get("order").unwrap()),
        other => eprintln!("{other:?}"),
    }
    assert_eq!(outcome.final_context.get("order").unwrap(), &json!(["nails"]));
    runner.shutdown().await?;
    Ok(())
}
