use cloacina::*;

#[workflow(name = "sync", description = "Copies what is new")]
pub mod sync {
    use super::*;

    #[task(id = "copy", dependencies = [])]
    pub async fn copy(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
<<<<<<< HEAD
        context.insert("copied", serde_json::json!(3))?;
=======
        context.insert("copied", serde_json::json!(4))?;
>>>>>>> feature/count
        Ok(())
    }
}

#[tokio::main]
async fn main() {
    let runner = DefaultRunner::new("sqlite://sync.db").await.unwrap();
    println!("{:?}", runner.execute("sync", Context::new()).await.unwrap().status);
}
