//! What the program does, and no workflow.

use cloacina::prelude::*;

pub struct Office {
    runner: DefaultRunner,
}

impl Office {
    pub async fn open() -> Self {
        Self { runner: DefaultRunner::new("sqlite://harbour.db").await.expect("a database") }
    }

    /// One ship through the whole harbour.
    pub async fn welcome(&self, ship: &str) {
        let mut context = Context::new();
        context.insert("ship", serde_json::json!(ship)).expect("a new key");
        let done = self.runner.execute("arrivals", context).await.expect("an execution");
        println!("{ship}: {:?}", done.status);
    }

    pub async fn close(self) {
        self.runner.shutdown().await.expect("an end");
    }
}
