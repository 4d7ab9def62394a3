use cloacina::{ task,
                workflow, // the macro
                Context, DefaultRunner,
                TaskError, WorkflowExecutor as _, };
use regex::Regex;

#[ workflow ( name = "till" , description = "Adds up receipts" ) ]
pub mod till
{
    use super::*;

    #[ task ( id = "add_up" , dependencies = [] ) ]
    pub async fn add_up ( context : &mut Context < serde_json :: Value > ) -> Result < ( ) , TaskError >
    {
        let text = context.get("receipts").and_then(|r| r.as_str()).unwrap_or("").to_owned();
        let sum: u64 = Regex::new(r"(\d+) ct").unwrap()
            .captures_iter(&text).filter_map(|c| c[1].parse::<u64>().ok()).sum();
        context.insert("sum", serde_json::json!(sum)) ? ; Ok(())
    }
}

#[tokio::main] async fn main() {
    let runner = DefaultRunner::new("sqlite://till.db").await.unwrap();
    let mut context = Context::new();
    context.insert("receipts", serde_json::json!("bread 120 ct, milk 95 ct")).unwrap();
    let done = runner.execute("till", context).await.unwrap();
    assert_eq!(done.final_context.get("sum").unwrap().as_u64().unwrap(), 215);
    assert!(done.error_message.is_none());
    runner.shutdown().await.unwrap();
}
