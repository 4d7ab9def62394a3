use cloacina::*;

#[workflow(name = "half", description = "Somebody went home here")]
pub mod half {
    use super::*;

    #[task(id = "first", dependencies = [])]
    pub async fn first(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("first", serde_json::json!({"a": [1, 2))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() {
    let runner = DefaultRunner::new("sqlite://half.db").await.unwrap();
    println!("{:?}", runner.execute("half", Context::new()).await.unwrap().status);
}
