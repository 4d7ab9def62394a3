use std::env;

use cloacina::*;
use serde_json::json;

#[workflow(name = "lab_samples", description = "Sorts samples by tube")]
pub mod lab_samples {
    use super::*;

    #[task(id = "sort", dependencies = [])]
    pub async fn sort(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let mut tubes: Vec<u64> = context
            .get("tubes")
            .and_then(|t| t.as_array())
            .map(|t| t.iter().filter_map(|n| n.as_u64()).collect())
            .unwrap_or_default();
        tubes.sort_unstable();
        context.insert("sorted", json!(tubes))?;
        Ok(())
    }

    #[task(id = "largest", dependencies = ["sort"])]
    pub async fn largest(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let largest = context.get("sorted").and_then(|s| s.as_array()).and_then(|s| s.last()).cloned();
        context.insert("largest", largest.unwrap_or(json!(null)))?;
        Ok(())
    }
}

/// Tubes come from the environment, or three are made up.
fn tubes() -> Vec<u64> {
    match env::var("TUBES") {
        Ok(text) => text.split(',').filter_map(|part| part.trim().parse().ok()).collect(),
        Err(_) => vec![31, 7, 12],
    }
}

async fn engine(url: &str) -> Result<DefaultRunner, WorkflowExecutionError> {
    DefaultRunner::builder().database_url(url).build().await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = engine("sqlite://lab.db").await?;
    let mut context = Context::new();
    context.insert("tubes", json!(tubes()))?;
    let execution = runner.execute_async("lab_samples", context).await?;
    println!("started {}", execution.execution_id);
    let result = execution.wait_for_completion().await?;
    println!("{:?} {:?}", result.status, result.final_context.get("largest"));
    runner.shutdown().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn samples_are_sorted() {
        let mut context = Context::new();
        context.insert("tubes", json!([3, 1, 2])).unwrap();
        lab_samples::sort(&mut context).await.unwrap();
        assert_eq!(context.get("sorted"), Some(&json!([1, 2, 3])));
    }

    #[test]
    fn three_tubes_are_made_up() {
        assert_eq!(tubes().len(), 3);
    }

    #[tokio::test]
    async fn all_of_it_in_the_engine() {
        let directory = tempfile::tempdir().unwrap();
        let runner = engine(&format!("sqlite://{}/lab.db", directory.path().display())).await.unwrap();
        let mut context = Context::new();
        context.insert("tubes", json!([5, 4])).unwrap();
        let result = runner.execute("lab_samples", context).await.unwrap();
        assert_eq!(result.status, WorkflowStatus::Completed);
        assert_eq!(result.final_context.get("largest"), Some(&json!(5)));
        runner.shutdown().await.unwrap();
    }
}
