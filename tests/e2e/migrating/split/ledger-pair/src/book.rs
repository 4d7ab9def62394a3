use crate::money::Money;
use cloacina::{task, workflow, Context, TaskError};

#[workflow(name = "book-entries", description = "Books the day's entries")]
pub mod book_entries {
    use super::*;

    #[task(id = "add", dependencies = [])]
    pub async fn add(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let sum = total(&[120, 380]);
        context.insert("sum", serde_json::json!(sum.to_string()))?;
        Ok(())
    }
}

/// The sum of a day.
pub fn total(cents: &[i64]) -> Money {
    cents.iter().fold(Money::cents(0), |sum, one| sum.plus(Money::cents(*one)))
}
