//! Where the containers go.

#[path = "rows.rs"]
mod rows;

use cloacina::{task, workflow, Context, DefaultRunner, TaskError, WorkflowExecutor, WorkflowStatus};

#[workflow(name = "plan_yard", description = "Row of each container")]
mod plan_yard {
    use super::rows::row_of;
    use super::*;

    #[task(id = "assign", dependencies = [])]
    pub async fn assign(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let containers: Vec<String> = serde_json::from_value(context.get("containers").cloned().unwrap_or_default())
            .map_err(|error| TaskError::Unknown { task_id: "assign".into(), message: error.to_string() })?;
        let rows: Vec<_> = containers.iter().map(|c| row_of(c)).collect();
        context.insert("rows", serde_json::json!(rows))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://yard.db").await?;
    let mut context = Context::new();
    let mut containers = Vec::new();
    for number in 1..=3 {
        containers.push(format!("C{number}"));
    }
    context.insert("containers", serde_json::json!(containers))?;
    let result = runner.execute("plan_yard", context).await?;
    assert!(result.status == WorkflowStatus::Completed, "{:?}", result.error_message);
    assert_eq!(result.final_context.get("rows").unwrap(), &serde_json::json!(["odd", "even", "odd"]));
    runner.shutdown().await?;
    Ok(())
}
