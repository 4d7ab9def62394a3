use cloacina::{Context, DefaultRunner, WorkflowExecutor, WorkflowStatus};
use mail_merge as _;
use serde_json::json;

const LETTERS: [(&str, &str, &str); 2] = [("Ana", "Porto", "Ana, Porto"), ("Rui", "Faro", "Rui, Faro")];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let runner = DefaultRunner::new("sqlite://merge-many.db").await.unwrap();
    for (name, town, expected) in LETTERS {
        let mut context = Context::new();
        context.insert("name", json!(name)).unwrap();
        context.insert("town", json!(town)).unwrap();
        let result = runner.execute("mail_merge", context).await.unwrap();
        assert_eq!(result.status, WorkflowStatus::Completed);
        assert_eq!(result.final_context.get("address"), Some(&json!(expected)));
    }
    runner.shutdown().await.unwrap();
}
