use cloacina::*;

#[workflow(name = "baskets")]
mod baskets {
    use super::*;

    #[task(id = "sweep", dependencies = [])]
    pub async fn sweep(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        context.insert("swept", serde_json::json!(0))?;
        Ok(())
    }
}

#[tokio::main]
async fn main() {
    let runner = DefaultRunner::new("sqlite://baskets.db").await.unwrap();
    println!("{:?}", runner.execute("baskets", Context::new()).await.unwrap().status);
}
