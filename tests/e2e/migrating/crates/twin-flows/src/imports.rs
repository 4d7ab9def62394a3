use cloacina::{task, workflow, Context, TaskError};

#[workflow(name = "imports", description = "Reads the file")]
pub mod imports {
    use super::*;

    #[task(id = "read", dependencies = [])]
    pub async fn read(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("read", serde_json::json!(true))?;
        Ok(())
    }
}
