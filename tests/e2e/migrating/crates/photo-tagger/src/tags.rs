use cloacina::task;
use cloacina::workflow;
use cloacina::{Context, TaskError};

/// The longest tag, in characters.
pub(crate) const LONGEST: usize = 5;

/// The tagging workflow.
#[workflow(name = "tagging", description = "Tags one photo")]
pub mod tagging {
    use super::{Context, LONGEST, TaskError, task};
    use words::clean;

    /// Tags are short words.
    mod words {
        use super::LONGEST;

        pub fn clean(text: &str) -> Vec<String> {
            text.split_whitespace().map(str::to_lowercase).filter(|word| word.len() <= LONGEST).collect()
        }
    }

    /// Words of the caption.
    #[task(id = "tag", dependencies = [])]
    pub async fn tag(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let caption = context.get("caption").and_then(|c| c.as_str()).unwrap_or("");
        let tags = clean(caption);
        context.insert("tags", serde_json::json!(tags))?;
        Ok(())
    }
}
