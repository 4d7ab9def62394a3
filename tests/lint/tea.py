"""Room tests/lint: a small crate in library mode that sells tea, for the tests of the migration."""

from __future__ import annotations

MANIFEST = """\
[package]
name = "tea-shop"
version = "0.1.0"
edition = "2021"

[dependencies]
cloacina = { version = "0.6.1", default-features = false, features = ["macros", "sqlite"] }
serde_json = "1"
tokio = { version = "1", features = ["full"] }
"""


def workflow(more: str = "") -> str:
    """The workflow: one task, and `more`, as the text of further ones."""
    return f"""\
#[workflow(name = "tea", description = "Sells tea")]
pub mod tea {{
    use super::*;

    #[task(id = "weigh", dependencies = [])]
    pub async fn weigh(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {{
        let grams = context.get("grams").and_then(|g| g.as_u64()).ok_or_else(|| TaskError::ValidationFailed {{
            message: "no grams".into(),
        }})?;
        context.insert("price", serde_json::json!(grams * 3))?;
        Ok(())
    }}
{more}}}
"""
