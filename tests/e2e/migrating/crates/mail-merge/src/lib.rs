use cloacina::{task, workflow, Context, TaskError};
use serde_json::{json, Value};

macro_rules! text {
    ($context:expr, $key:literal) => {
        $context.get($key).and_then(Value::as_str).unwrap_or_default().to_string()
    };
}

/// Where a letter goes.
#[derive(Debug, Default)]
pub struct Address {
    pub name: String,
    pub town: String,
}

impl Address {
    pub fn line(&self) -> String {
        format!("{}, {}", self.name, self.town)
    }
}

#[workflow(name = "mail_merge", description = "One letter")]
pub mod mail_merge {
    use super::*;

    #[task(id = "address", dependencies = [])]
    pub async fn address(context: &mut Context<Value>) -> Result<(), TaskError> {
        let address = Address { name: text!(context, "name"), town: text!(context, "town") };
        context.insert("address", json!(address.line()))?;
        Ok(())
    }

    #[task(id = "number", dependencies = ["address"])]
    pub async fn number(context: &mut Context<Value>) -> Result<(), TaskError> {
        context.insert("number", json!(uuid::Uuid::new_v4().to_string()))?;
        Ok(())
    }
}
