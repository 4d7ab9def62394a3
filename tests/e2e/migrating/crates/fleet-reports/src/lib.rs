//! Kilometres and fuel of the fleet.

pub mod fuel;

use cloacina::*;
use serde_json::json;

pub const WORKFLOW: &str = "fleet_report";

#[workflow(name = "fleet_report", description = "Litres per 100 km of each van", author = "garage")]
pub mod fleet_report {
    use super::*;

    #[task(id = "load_vans", dependencies = [])]
    pub async fn load_vans(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("vans", json!([{"plate": "AA-01", "km": 200, "litres": 16.0}]))?;
        Ok(())
    }

    #[task(id = "consumption", dependencies = ["load_vans"])]
    pub async fn consumption(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let vans = context.get("vans").cloned().unwrap_or_default();
        let per_100: Vec<f64> = vans
            .as_array()
            .into_iter()
            .flatten()
            .map(|van| fuel::per_100_km(van["litres"].as_f64().unwrap_or(0.0), van["km"].as_f64().unwrap_or(1.0)))
            .collect();
        context.insert("per_100_km", json!(per_100))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn consumption_of_one_van() {
        let mut context = Context::new();
        context.insert("vans", json!([{"km": 100, "litres": 9.5}])).unwrap();
        fleet_report::consumption(&mut context).await.unwrap();
        assert_eq!(context.get("per_100_km"), Some(&json!([9.5])));
    }

    #[tokio::test]
    async fn the_whole_report() {
        let runner = DefaultRunner::new("sqlite://file:fleet_unit?mode=memory&cache=shared").await.unwrap();
        let result = runner.execute(WORKFLOW, Context::new()).await.unwrap();
        assert!(matches!(result.status, WorkflowStatus::Completed));
        runner.shutdown().await.unwrap();
    }
}
