use cloacina::{task, trigger, workflow, Context, TaskError};
use serde_json::{json, Value};

#[workflow(name = "kiln", description = "Heats the kiln")]
pub mod kiln {
    use super::*;

    #[task(id = "heat", dependencies = [])]
    pub async fn heat(context: &mut Context<Value>) -> Result<(), TaskError> {
        context.insert("celsius", json!(1020))?;
        Ok(())
    }

    #[task(id = "cool", dependencies = ["heat"], trigger_rules = all(context_value("celsius", greater_than, 500)))]
    pub async fn cool(context: &mut Context<Value>) -> Result<(), TaskError> {
        context.insert("cooled", json!(true))?;
        Ok(())
    }
}

/// Every weekday night.
#[trigger(name = "kiln_clock", on = "kiln", cron = "0 2 * * 1-5")]
pub async fn kiln_clock() {}
