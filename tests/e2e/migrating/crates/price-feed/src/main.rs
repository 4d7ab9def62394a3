use cloacina::{
    computation_graph, passthrough_accumulator, reactor, task, workflow, Context, DefaultRunner, TaskError,
    WorkflowExecutor,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tick {
    pub cents: u64,
}

#[passthrough_accumulator]
fn price(event: Tick) -> Tick {
    event
}

#[reactor(name = "feed", accumulators = [price], criteria = when_any(price))]
pub struct Feed;

#[computation_graph(trigger = reactor("feed"), graph = { look(price) -> note, })]
pub mod watch {
    use super::Tick;

    pub async fn look(price: Option<&Tick>) -> u64 {
        price.map_or(0, |tick| tick.cents)
    }

    pub async fn note(look: &u64) -> u64 {
        *look
    }
}

#[workflow(name = "close_feed", description = "Says that the day is over")]
pub mod close_feed {
    use super::*;

    #[task(id = "close", dependencies = [])]
    pub async fn close(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("closed", json!(true))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://feed.db").await?;
    let result = runner.execute("close_feed", Context::new()).await?;
    println!("{:?}", result.status);
    runner.shutdown().await?;
    Ok(())
}
