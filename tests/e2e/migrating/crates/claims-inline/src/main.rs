#![deny(unused_imports)]
#![allow(clippy::needless_pass_by_value)]

use anyhow::{Context as _, Result};
use cloacina::{Context, DefaultRunner, WorkflowExecutor, WorkflowStatus};

pub mod pipelines {
    //! All that the insurer runs at night.

    use cloacina::{Context, TaskError, task, workflow};
    use serde::{Deserialize, Serialize};

    pub static LIMIT: u64 = 5_000;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Decision {
        Paid,
        LookedAt { by: u8 },
    }

    #[derive(Debug, Serialize, Deserialize)]
    pub struct Claim {
        pub number: uuid::Uuid,
        pub euros: u64,
    }

    /// Decides about claims.
    #[workflow(
        name = "claims",
        description = "Pays small claims, \"looks at\" the others",
        author = "Seguros & Filhos"
    )]
    pub mod claims {
        use super::*;

        /// Number it.
        #[task(id = "number_claim", dependencies = [])]
        pub async fn number_claim(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
            let euros = context.get("euros").and_then(|v| v.as_u64()).unwrap_or_default();
            let claim = Claim { number: uuid::Uuid::new_v4(), euros };
            context.insert("claim", encoded(&claim)?)?;
            Ok(())
        }

        /// Decide.
        #[task(id = "decide", dependencies = ["number_claim"], retry_attempts = 2, retry_condition = "transient")]
        pub async fn decide(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
            let claim: Claim = rules::decoded(context, "claim")?;
            context.insert("decision", encoded(&rules::decide(&claim))?)?;
            Ok(())
        }

        fn encoded<T: Serialize>(value: &T) -> Result<serde_json::Value, TaskError> {
            serde_json::to_value(value).map_err(|e| TaskError::ValidationFailed { message: e.to_string() })
        }

        mod rules {
            use super::super::{Claim, Decision, LIMIT};
            use super::{Context, TaskError};

            pub fn decide(claim: &Claim) -> Decision {
                if claim.euros <= LIMIT { Decision::Paid } else { Decision::LookedAt { by: 2 } }
            }

            pub fn decoded<T: serde::de::DeserializeOwned>(
                context: &Context<serde_json::Value>,
                key: &str,
            ) -> Result<T, TaskError> {
                let value = context.get(key).cloned().unwrap_or_default();
                serde_json::from_value(value).map_err(|e| TaskError::ValidationFailed { message: e.to_string() })
            }
        }
    }
}

fn main() -> Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("no runtime")?;
    runtime.block_on(run())
}

async fn run() -> Result<()> {
    let runner = DefaultRunner::new("sqlite://claims.db").await?;
    for (euros, expected) in [(120, serde_json::json!("paid")), (9_000, serde_json::json!({"looked_at": {"by": 2}}))] {
        let mut context = Context::new();
        context.insert("euros", serde_json::json!(euros))?;
        let result = runner.execute("claims", context).await?;
        anyhow::ensure!(result.status == WorkflowStatus::Completed, "{:?}", result.error_message);
        assert_eq!(result.final_context.get("decision"), Some(&expected));
    }
    runner.shutdown().await?;
    Ok(())
}
