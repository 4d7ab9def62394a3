use cloacina::*;

#[workflow(name = "greet_parcel", description = "Writes the label of one parcel")]
mod greet_parcel {
    use super::*;

    #[task(id = "label", dependencies = [])]
    pub async fn label(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        // The depot's printers know upper case only.
        context.insert("label", serde_json::json!("PARCEL 1"))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new(":memory:").await?;
    let result = runner.execute("greet_parcel", Context::new()).await?;
    println!("Result: {:?}", result.status);
    Ok(())
}
