use cloacina::{Context, DefaultRunner, WorkflowExecutor};
use ledger_pair::{book, close};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Linked in, so that the workflows are registered.
    let _ = (book::total(&[]), close::close_month::close);
    let runner = DefaultRunner::new("sqlite://ledger.db").await?;
    for name in ["book-entries", "close-month"] {
        let result = runner.execute(name, Context::new()).await?;
        println!("{name}: {:?}", result.status);
    }
    runner.shutdown().await?;
    Ok(())
}
