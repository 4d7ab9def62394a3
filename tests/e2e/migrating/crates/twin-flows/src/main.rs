mod imports;

use cloacina::*;

#[workflow(name = "exports", description = "Writes the file")]
pub mod exports {
    use super::*;

    #[task(id = "write", dependencies = [])]
    pub async fn write(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("written", serde_json::json!(true))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://twin.db").await?;
    for name in ["imports", "exports"] {
        let result = runner.execute(name, Context::new()).await?;
        println!("{name}: {:?}", result.status);
    }
    runner.shutdown().await?;
    Ok(())
}
