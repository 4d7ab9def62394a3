use cloacina::dal::DAL;
use cloacina::{task, workflow, Context, Database, TaskError};

/// Opens the engine's own tables.
fn tables() -> DAL {
    DAL::new(Database::new("history.db", "cloacina", 1))
}

#[workflow(name = "history", description = "Reads the engine's own tables")]
pub mod history {
    use super::*;

    #[task(id = "count_runs", dependencies = [])]
    pub async fn count_runs(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let _dal = tables();
        context.insert("opened", serde_json::json!(true))?;
        Ok(())
    }
}
