use cloacina::*;

#[workflow(name = "parent", description = "Starts other workflows")]
pub mod parent {
    use super::*;

    #[task(id = "start_child", dependencies = [])]
    pub async fn start_child(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let runner = DefaultRunner::new("sqlite://child.db").await.map_err(failed)?;
        let running = runner.list_executions().await.map_err(failed)?.len();
        context.insert("running", serde_json::json!(running))?;
        Ok(())
    }

    fn failed(error: WorkflowExecutionError) -> TaskError {
        TaskError::Unknown { task_id: "start_child".into(), message: error.to_string() }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://parent.db").await?;
    println!("{:?}", runner.execute("parent", Context::new()).await?.status);
    runner.shutdown().await?;
    Ok(())
}
