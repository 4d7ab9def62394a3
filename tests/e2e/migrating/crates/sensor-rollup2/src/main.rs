mod model;
mod parsing;
mod workflow;

use cloacina::executor::{WorkflowExecutor, WorkflowStatus};
use cloacina::runner::DefaultRunner;
use serde_json::json;

const LINES: &str = "t1=20.5\nt2=21\nbroken\nt1=22.5\n";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://sensors.db").await?;
    let mut context = cloacina::Context::new();
    context.insert("lines", json!(LINES))?;
    let result = runner.execute("sensor_rollup", context).await?;
    if result.status != WorkflowStatus::Completed {
        eprintln!("failed: {:?}", result.error_message);
        std::process::exit(1);
    }
    let means = result.final_context.get("means").expect("means");
    assert_eq!(means, &json!({"t1": 21.5, "t2": 21.0}));
    println!("{means}");
    runner.shutdown().await?;
    Ok(())
}
