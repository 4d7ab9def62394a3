use crate::util;
use cloacina::*;
use uuid::Uuid;

#[workflow(name = "departures", description = "A ship goes out")]
pub mod departures {
    use super::*;

    #[task(id = "clear", dependencies = [])]
    pub async fn clear(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let ship = util::ship_of(context);
        let weight = util::tons::Tons(3);
        let paper = Uuid::nil();
        context.insert("cleared", serde_json::json!(util::line(&ship, &serde_json::json!(weight.0))))?;
        context.insert("paper", serde_json::json!(paper.to_string()))?;
        Ok(())
    }
}
