mod ships;

use cloacina::*;
use serde_json::json;
use ships::Ship;

#[workflow(name = "berths", description = "Gives each ship a berth")]
pub mod berths {
    use super::*;

    #[task(id = "arrivals", dependencies = [])]
    pub async fn arrivals(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let ships = vec![Ship::new("Aurora", 120, 6), Ship::new("Bela", 60, 5)];
        context.insert("ships", json!(ships))?;
        Ok(())
    }

    #[task(id = "assign", dependencies = ["arrivals"])]
    pub async fn assign(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let mut ships: Vec<Ship> = serde_json::from_value(context.get("ships").cloned().unwrap_or_default())
            .map_err(|e| TaskError::ValidationFailed { message: e.to_string() })?;
        ships.sort_by_key(|ship| ship.arrives);
        let order: Vec<_> = ships.into_iter().map(|ship| ship.name).collect();
        context.insert("order", json!(order))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://berths.db").await?;
    let result = runner.execute("berths", Context::new()).await?;
    assert_eq!(result.final_context.get("order"), Some(&json!(["Bela", "Aurora"])));
    runner.shutdown().await?;
    Ok(())
}
