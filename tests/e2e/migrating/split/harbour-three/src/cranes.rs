use cloacina::*;

/// Tons that a crane lifts at once.
const LIFT: u32 = 12;

#[workflow(name = "cranes", description = "Unloads a ship")]
pub mod cranes {
    use super::LIFT;
    use crate::util::tons::{self, Tons};
    use cloacina::*;

    #[task(id = "lift", dependencies = [])]
    pub async fn lift(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let load = Tons(context.get("tons").and_then(|v| v.as_u64()).unwrap_or(30) as u32);
        context.insert("lifts", serde_json::json!(tons::lifts(load, LIFT)))?;
        Ok(())
    }

    #[task(id = "report", dependencies = ["lift"])]
    pub async fn report(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let lifts = context.get("lifts").cloned().unwrap_or_default();
        context.insert("report", serde_json::json!(crate::util::line("cranes", &lifts)))?;
        Ok(())
    }
}
