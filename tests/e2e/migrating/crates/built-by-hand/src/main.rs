//! No macro: the workflow is put together in code.

use async_trait::async_trait;
use cloacina::{Context, DefaultRunner, Runtime, Task, TaskError, TaskNamespace, Workflow, WorkflowExecutor};

#[derive(Debug)]
struct Add {
    step: i64,
}

#[async_trait]
impl Task for Add {
    async fn execute(&self, mut context: Context<serde_json::Value>) -> Result<Context<serde_json::Value>, TaskError> {
        context.insert("sum", serde_json::json!(self.step))?;
        Ok(context)
    }

    fn id(&self) -> &str {
        "add"
    }

    fn dependencies(&self) -> &[TaskNamespace] {
        &[]
    }
}

fn sums() -> Workflow {
    let mut workflow = Workflow::new("sums");
    workflow.add_task(std::sync::Arc::new(Add { step: 5 })).expect("one task");
    workflow.finalize()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = Runtime::empty();
    runtime.register_task(TaskNamespace::new("public", "embedded", "sums", "add"), || {
        std::sync::Arc::new(Add { step: 5 })
    });
    runtime.register_workflow("sums".to_string(), sums);
    let runner = DefaultRunner::builder().database_url("sqlite://sums.db").runtime(runtime).build().await?;
    println!("{:?}", runner.execute("sums", Context::new()).await?.status);
    runner.shutdown().await?;
    Ok(())
}
