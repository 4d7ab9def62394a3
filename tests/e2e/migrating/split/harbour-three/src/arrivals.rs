use crate::util::{berth, ship_of, Berth};
use cloacina::{task, workflow, Context, TaskError};

#[workflow(name = "arrivals", description = "A ship comes in")]
pub mod arrivals {
    use super::*;
    use serde_json::Value;

    #[task(id = "moor", dependencies = [])]
    pub async fn moor(context: &mut Context<Value>) -> Result<(), TaskError> {
        let ship = ship_of(context);
        let Berth { pier, place } = berth(&ship);
        context.insert("berth", serde_json::json!(format!("{pier}{place}")))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_moor_at_the_long_pier() {
        assert_eq!(berth("Wilhelmina").pier, 'L');
    }
}
