//! The workflow and the arithmetic that only it needs.

mod math;

use cloacina::{task, workflow, Context, TaskError};
use serde_json::Value;

use crate::model::Reading;

#[workflow(name = "sensor_rollup", description = "Mean of each sensor")]
mod sensor_rollup {
    use super::*;

    #[task(id = "parse", dependencies = [])]
    pub(super) async fn parse(context: &mut Context<Value>) -> Result<(), TaskError> {
        let text = context.get("lines").and_then(Value::as_str).unwrap_or_default();
        let readings: Vec<Reading> = crate::parsing::readings(text)
            .into_iter()
            .filter(Reading::is_plausible)
            .collect();
        context.insert("readings", serde_json::json!(readings))?;
        Ok(())
    }

    #[task(id = "average", dependencies = ["parse"], retry_attempts = 1)]
    pub(super) async fn average(context: &mut Context<Value>) -> Result<(), TaskError> {
        let readings: Vec<super::super::model::Reading> =
            serde_json::from_value(context.get("readings").cloned().unwrap_or_default())
                .map_err(|e| TaskError::ValidationFailed { message: e.to_string() })?;
        context.insert("means", serde_json::json!(super::math::means(&readings)))?;
        Ok(())
    }
}
