use cloacina::*;
use serde_json::{json, Value};

/// Works the discount out.
#[computation_graph(graph = { base -> discount, })]
pub mod pricing {
    use super::*;

    pub async fn base(context: &Context<Value>) -> f64 {
        context.get("euros").and_then(Value::as_f64).unwrap_or(0.0)
    }

    pub async fn discount(base: &f64) -> Value {
        json!(base * 0.9)
    }
}

#[workflow(name = "offer", description = "One offer")]
pub mod offer {
    use super::*;

    #[task(id = "start", dependencies = [])]
    pub async fn start(context: &mut Context<Value>) -> Result<(), TaskError> {
        context.insert("euros", json!(100.0))?;
        Ok(())
    }

    #[task(id = "price", dependencies = ["start"], invokes = computation_graph("pricing"))]
    pub async fn price(context: &mut Context<Value>) -> Result<(), TaskError> {
        let _ = context.get("euros");
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://offer.db").await?;
    let result = runner.execute("offer", Context::new()).await?;
    println!("{:?} {:?}", result.status, result.final_context.data());
    assert_eq!(result.status, WorkflowStatus::Completed);
    runner.shutdown().await?;
    Ok(())
}
