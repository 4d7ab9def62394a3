use crate::{money::Money, YEAR};
use cloacina::{task, workflow, Context, TaskError};

#[workflow(name = "close-month", description = "Closes a month")]
pub mod close_month {
    use super::*;

    #[task(id = "close", dependencies = [])]
    pub async fn close(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let fee = Money::cents(1999);
        context.insert("closed", serde_json::json!(format!("{YEAR}: {fee}")))?;
        Ok(())
    }
}
