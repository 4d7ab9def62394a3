use cloacina::*;
use serde_json::{json, Value};

const DISHES: &str = include_str!("../data/dishes.csv");
const COUNT: &str = env!("DISHES");

#[workflow(name = "menu", description = "The day's menu")]
pub mod menu {
    use super::*;

    #[task(id = "pick", dependencies = [])]
    pub async fn pick(context: &mut Context<Value>) -> Result<(), TaskError> {
        let dishes: Vec<&str> = DISHES.lines().filter(|line| wanted(line)).collect();
        context.insert("dishes", json!(dishes))?;
        context.insert("of", json!(COUNT))?;
        Ok(())
    }

    #[cfg(feature = "vegan")]
    fn wanted(line: &str) -> bool {
        line.ends_with(",vegan")
    }

    #[cfg(not(feature = "vegan"))]
    fn wanted(_line: &str) -> bool {
        true
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://menu.db").await?;
    let result = runner.execute("menu", Context::new()).await?;
    let dishes = &result.final_context.get("dishes").unwrap();
    assert_eq!(dishes.as_array().unwrap().len(), 2);
    assert_eq!(result.final_context.get("of").and_then(Value::as_str), Some("3"));
    println!("{dishes}{}", option_env!("MENU_SUFFIX").unwrap_or(""));
    runner.shutdown().await?;
    Ok(())
}
