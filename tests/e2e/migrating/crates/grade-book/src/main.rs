use cloacina::*;
use grade_book::{grade, GradeError};
use serde_json::{json, Value};

fn points(context: &Context<Value>) -> Vec<u32> {
    let points = context.get("points").and_then(Value::as_array).cloned().unwrap_or_default();
    points.iter().filter_map(Value::as_u64).map(|p| p as u32).collect()
}

fn refused(error: GradeError) -> TaskError {
    TaskError::ValidationFailed { message: error.to_string() }
}

#[workflow(name = "grading", description = "One pupil's grade")]
pub mod grading {
    use super::*;

    #[task(id = "grade_pupil", dependencies = [])]
    pub async fn grade_pupil(context: &mut Context<Value>) -> Result<(), TaskError> {
        let grade = grade(&points(context)).map_err(refused)?;
        context.insert("grade", json!(grade.to_string()))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://grades.db").await?;

    let mut context = Context::new();
    context.insert("points", json!([70, 45, 81]))?;
    let result = runner.execute("grading", context).await?;
    assert_eq!(result.final_context.get("grade"), Some(&json!("pass")));

    // Nobody gets 900 points: the workflow has to fail.
    let mut context = Context::new();
    context.insert("points", json!([900]))?;
    let result = runner.execute("grading", context).await?;
    assert_eq!(result.status, WorkflowStatus::Failed);

    runner.shutdown().await?;
    println!("graded");
    Ok(())
}
