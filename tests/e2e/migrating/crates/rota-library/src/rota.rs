use crate::days::is_weekend;
use cloacina::prelude::*;
use serde_json::{json, Value};

#[workflow(name = "rota", description = "Crew of a day")]
pub mod plan {
    use super::*;

    #[task(id = "crew", dependencies = [])]
    pub async fn crew(context: &mut Context<Value>) -> Result<(), TaskError> {
        let day = context.get("day").and_then(Value::as_str).unwrap_or_default();
        let day: chrono::NaiveDate = day
            .parse()
            .map_err(|e: chrono::ParseError| TaskError::ValidationFailed { message: e.to_string() })?;
        context.insert("crew", json!(if is_weekend(day) { 2 } else { 5 }))?;
        Ok(())
    }
}
