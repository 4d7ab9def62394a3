use cloacina::prelude::*;
use rota_library as _;
use serde_json::json;

async fn crew_of(day: &str) -> serde_json::Value {
    let runner = DefaultRunner::new(&format!("sqlite://rota-{day}.db")).await.unwrap();
    let mut context = Context::new();
    context.insert("day", json!(day)).unwrap();
    let result = runner.execute("rota", context).await.unwrap();
    assert_eq!(result.status, WorkflowStatus::Completed);
    runner.shutdown().await.unwrap();
    result.final_context.get("crew").cloned().unwrap()
}

#[tokio::test]
async fn fewer_at_weekends() {
    assert_eq!(crew_of("2026-05-04").await, json!(5));
    assert_eq!(crew_of("2026-05-09").await, json!(2));
}
