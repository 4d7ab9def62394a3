mod history;

use cloacina::*;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://history.db").await?;
    println!("{:?}", runner.execute("history", Context::new()).await?.status);
    runner.shutdown().await?;
    Ok(())
}
