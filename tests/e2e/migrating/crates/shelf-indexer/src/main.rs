use cloacina::*;
use serde_json::{Value, json};

mod titles {
    /// Articles do not count when books are put in order.
    pub fn key(title: &str) -> String {
        let lower = title.to_lowercase();
        ["the ", "a ", "an "].iter().find_map(|a| lower.strip_prefix(a)).unwrap_or(&lower).to_string()
    }
}

#[workflow(name = "shelf", description = "Puts the books in order")]
pub mod shelf {
    use super::*;

    #[task]
    pub async fn read(context: &mut Context<Value>) -> Result<(), TaskError> {
        let books = context.get("books").cloned().unwrap_or(json!([]));
        tracing::debug!(%books, "read");
        context.insert("read", books)?;
        Ok(())
    }

    #[task(dependencies = ["read"])]
    pub async fn order(context: &mut Context<Value>) -> Result<(), TaskError> {
        let mut books: Vec<String> = serde_json::from_value(context.get("read").cloned().unwrap_or_default())
            .map_err(|e| TaskError::ValidationFailed { message: e.to_string() })?;
        books.sort_by_key(|book| titles::key(book));
        context.insert("ordered", json!(books))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://shelf.db").await?;
    let mut context = Context::new();
    context.insert("books", json!(["The Waves", "Orlando", "A Room"]))?;
    let result = runner.execute("shelf", context).await?;
    assert_eq!(result.status, WorkflowStatus::Completed);
    assert_eq!(result.final_context.get("ordered"), Some(&json!(["Orlando", "A Room", "The Waves"])));
    runner.shutdown().await?;
    Ok(())
}
