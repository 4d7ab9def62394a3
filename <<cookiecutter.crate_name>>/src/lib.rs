<< cookiecutter.description | markdown | rust_doc("//!") >>
//!
//! A package for Cloacina's service mode: the server loads this library and runs the
//! workflow that it registers. `README.md` has the commands to build, test and upload it.

use cloacina_workflow::workflow;

// Exports what Cloacina looks for in the library. Without it the library loads nowhere.
cloacina_workflow_plugin::package!();

/// Totals the orders that an execution is started with: extract, transform, load.
///
/// | task      | reads from the context | adds to the context |
/// |-----------|------------------------|---------------------|
/// | extract   | `orders`               | `order_lines`       |
/// | transform | `order_lines`          | `cents_by_item`     |
/// | load      | `cents_by_item`        | `report`            |
///
/// `orders` is an array of objects such as
/// `{"item": "tea", "quantity": 2, "unit_cents": 350}`.
#[workflow(
    // The name under which the server lists and executes the workflow.
    name = << cookiecutter.workflow_name | rust >>,
    description = << cookiecutter.description | rust >>,
{% if cookiecutter.author %}
    author = << cookiecutter.author | rust >>,
{% endif %}
)]
pub mod << cookiecutter.workflow_name | module_name >> {
    use std::collections::BTreeMap;
{% if cookiecutter.start == "poll" %}
    use std::fmt::Display;
    use std::path::Path;
    use std::{env, fs};
{% endif %}

{% if cookiecutter.edition == "2021" %}
{% if cookiecutter.start == "poll" %}
    use cloacina_workflow::{task, trigger, Context, TaskError, TriggerError, TriggerResult};
{% elif cookiecutter.start == "cron" %}
    use cloacina_workflow::{task, trigger, Context, TaskError};
{% else %}
    use cloacina_workflow::{task, Context, TaskError};
{% endif %}
    use serde_json::{json, Value};
{% else %}
{% if cookiecutter.start == "poll" %}
    use cloacina_workflow::{Context, TaskError, TriggerError, TriggerResult, task, trigger};
{% elif cookiecutter.start == "cron" %}
    use cloacina_workflow::{Context, TaskError, task, trigger};
{% else %}
    use cloacina_workflow::{Context, TaskError, task};
{% endif %}
    use serde_json::{Value, json};
{% endif %}

{% if cookiecutter.start == "cron" %}
    /// Starts the workflow each night at 3:00 UTC. The body is never run.
    #[trigger(
        on = << cookiecutter.workflow_name | rust >>,
        // Minute, hour, day, month, weekday: numbers, `*`, `,`, `-` and `/`, always in UTC.
        cron = "0 3 * * *",
{% if cookiecutter | name_starts %}
        // The workflow's name: a server of this version ignores `on` and goes by this.
{% else %}
        // Among the triggers of all packages of the server.
{% endif %}
        name = << cookiecutter.workflow_name | rust >>,
    )]
    pub fn nightly() {}

    /// The orders of the day. A real source (an API, a file, a database) would be read here.
    fn orders_of_the_day() -> Value {
        json!([
            {"item": "tea", "quantity": 2, "unit_cents": 350},
            {"item": "pot", "quantity": 1, "unit_cents": 1900},
        ])
    }

    /// Takes the orders that the execution was started with, else those of the day, and refuses
    /// malformed ones.
    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<Value>) -> Result<(), TaskError> {
        // A schedule starts the workflow without orders.
        if context.get("orders").is_none() {
            context.insert("orders", orders_of_the_day())?;
        }
        let orders = array(context, "orders")?;
{% else %}
{% if cookiecutter.start == "poll" %}
    /// Starts the workflow when the file `orders.json` is in the directory `ORDERS_INBOX`, a
    /// variable of the server's environment. A real source (a queue, an API) would be asked here.
    ///
    /// The server calls this again and again.
    #[trigger(
        on = << cookiecutter.workflow_name | rust >>,
        poll_interval = "30s",
        // Without this, orders that are equal to those of an execution under way would be lost.
        allow_concurrent = true,
        // Among the triggers of all packages of the server.
        name = << cookiecutter.workflow_name | rust >>,
    )]
    pub async fn orders_arrived() -> Result<TriggerResult, TriggerError> {
        match env::var_os("ORDERS_INBOX") {
            Some(inbox) => take_orders(Path::new(&inbox)),
            None => Err(poll_error("the environment has no ORDERS_INBOX")),
        }
    }

    /// Skips while there is no file; else renames it, so that no order is taken twice, and fires.
    pub(crate) fn take_orders(inbox: &Path) -> Result<TriggerResult, TriggerError> {
        let file = inbox.join("orders.json");
        if !file.exists() {
            return Ok(TriggerResult::Skip);
        }
        let failed = |why: &dyn Display| poll_error(format!("{}: {why}", file.display()));
        let text = fs::read_to_string(&file).map_err(|error| failed(&error))?;
        let orders: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
        fs::rename(&file, inbox.join("orders.taken.json")).map_err(|error| failed(&error))?;
        let mut context = Context::new();
        context.insert("orders", orders)?;
        Ok(TriggerResult::Fire(Some(context)))
    }

    fn poll_error(message: impl Into<String>) -> TriggerError {
        TriggerError::PollError {
            message: message.into(),
        }
    }

    /// Takes the orders that the execution was started with, and refuses malformed ones.
{% else %}
    /// Takes the orders that the execution was started with, and refuses malformed ones.
    ///
    /// A real source (an API, a file, a database) would be read here.
{% endif %}
    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<Value>) -> Result<(), TaskError> {
        let orders = array(context, "orders")?;
{% endif %}
        let mut order_lines = Vec::with_capacity(orders.len());
        for (index, order) in orders.iter().enumerate() {
            let item = order["item"].as_str().filter(|item| !item.is_empty());
            let quantity = order["quantity"].as_u64();
            let unit_cents = order["unit_cents"].as_u64();
            let (Some(item), Some(quantity), Some(unit_cents)) = (item, quantity, unit_cents)
            else {
                return Err(invalid(format!(
                    "orders[{index}] needs a text `item` and whole numbers `quantity` and \
                     `unit_cents`, got {order}"
                )));
            };
            order_lines.push(json!({"item": item, "quantity": quantity, "unit_cents": unit_cents}));
        }
        context.insert("order_lines", Value::Array(order_lines))?;
        Ok(())
    }

    /// Adds up what each item brings, in cents.
    #[task(id = "transform", dependencies = ["extract"])]
    pub async fn transform(context: &mut Context<Value>) -> Result<(), TaskError> {
        let mut cents_by_item: BTreeMap<String, u64> = BTreeMap::new();
        for line in array(context, "order_lines")? {
            let item = line["item"].as_str().unwrap_or_default();
            let total = line["quantity"]
                .as_u64()
                .zip(line["unit_cents"].as_u64())
                .and_then(|(quantity, cents)| quantity.checked_mul(cents))
                .and_then(|cents| cents.checked_add(*cents_by_item.get(item).unwrap_or(&0)))
                .ok_or_else(|| invalid(format!("the total of `{item}` is too large")))?;
            cents_by_item.insert(item.to_owned(), total);
        }
        context.insert("cents_by_item", json!(cents_by_item))?;
        Ok(())
    }

    /// Hands the result over: here as `report`, in the final context of the execution.
    ///
    /// A real sink (an API, a file, a database) would be written here.
    #[task(id = "load", dependencies = ["transform"])]
    pub async fn load(context: &mut Context<Value>) -> Result<(), TaskError> {
        let cents_by_item = context
            .get("cents_by_item")
            .and_then(Value::as_object)
            .ok_or_else(|| invalid("the context has no object `cents_by_item`"))?;
        let total_cents = cents_by_item
            .values()
            .filter_map(Value::as_u64)
            .try_fold(0_u64, u64::checked_add)
            .ok_or_else(|| invalid("the total of all items is too large"))?;
        let report = json!({"items": cents_by_item.len(), "total_cents": total_cents});
        context.insert("report", report)?;
        Ok(())
    }

    fn array<'a>(context: &'a Context<Value>, key: &str) -> Result<&'a Vec<Value>, TaskError> {
        context
            .get(key)
            .and_then(Value::as_array)
            .ok_or_else(|| invalid(format!("the context has no array `{key}`")))
    }

    fn invalid(message: impl Into<String>) -> TaskError {
        TaskError::ValidationFailed {
            message: message.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::<< cookiecutter.workflow_name | module_name >>::*;
{% if cookiecutter.edition == "2021" %}
    use cloacina_workflow::{Context, TaskError};
    use serde_json::{json, Value};
{% else %}
    use cloacina_workflow::{Context, TaskError};
    use serde_json::{Value, json};
{% endif %}

    fn context(key: &str, value: Value) -> Context<Value> {
        let mut context = Context::new();
        context.insert(key, value).expect("a fresh context");
        context
    }

    fn message(result: Result<(), TaskError>) -> String {
        result.expect_err("this should be refused").to_string()
    }

    #[tokio::test]
    async fn extract_keeps_well_formed_orders() {
        let orders = json!([{"item": "tea", "quantity": 2, "unit_cents": 350}]);
        let mut context = context("orders", orders.clone());
        extract(&mut context).await.expect("well-formed orders");
        assert_eq!(context.get("order_lines"), Some(&orders));
    }

{% if cookiecutter.start == "cron" %}
    #[tokio::test]
    async fn extract_takes_the_orders_of_the_day_when_the_schedule_brings_none() {
        let mut context = Context::new();
        extract(&mut context).await.expect("well-formed orders");
        assert_eq!(context.get("order_lines"), context.get("orders"));
    }

    #[tokio::test]
    async fn extract_refuses_orders_that_are_no_array() {
        let message = message(extract(&mut context("orders", json!("tea"))).await);
        assert!(message.contains("no array `orders`"), "{message}");
    }
{% else %}
{% if cookiecutter.start == "poll" %}
    #[test]
    fn the_trigger_fires_once_for_each_file_of_orders() {
        let inbox = tempfile::tempdir().expect("a temporary directory");
        let poll = || take_orders(inbox.path()).expect("an inbox that can be read");
        assert!(!poll().should_fire());
        let orders = json!([{"item": "tea", "quantity": 2, "unit_cents": 350}]);
        std::fs::write(inbox.path().join("orders.json"), orders.to_string()).expect("a new file");
        let context = poll().into_context().expect("the context of an execution");
        assert_eq!(context.get("orders"), Some(&orders));
        assert!(!poll().should_fire());
    }

    #[test]
    fn the_trigger_leaves_a_file_that_is_no_json_and_names_it() {
        let inbox = tempfile::tempdir().expect("a temporary directory");
        let file = inbox.path().join("orders.json");
        std::fs::write(&file, "[{").expect("a new file");
        let error = take_orders(inbox.path()).expect_err("half a file");
        assert!(error.to_string().contains("orders.json"), "{error}");
        assert!(file.is_file());
    }

{% endif %}
    #[tokio::test]
    async fn extract_refuses_a_context_without_orders() {
        let message = message(extract(&mut Context::new()).await);
        assert!(message.contains("no array `orders`"), "{message}");
    }
{% endif %}

    #[tokio::test]
    async fn extract_names_the_malformed_order() {
        let orders = json!([{"item": "tea", "quantity": -1, "unit_cents": 350}]);
        let message = message(extract(&mut context("orders", orders)).await);
        assert!(message.contains("orders[0]"), "{message}");
    }

    #[tokio::test]
    async fn transform_adds_up_by_item() {
        let lines = json!([
            {"item": "tea", "quantity": 2, "unit_cents": 350},
            {"item": "pot", "quantity": 1, "unit_cents": 1900},
            {"item": "tea", "quantity": 1, "unit_cents": 300},
        ]);
        let mut context = context("order_lines", lines);
        transform(&mut context).await.expect("small totals");
        let expected = json!({"pot": 1900, "tea": 1000});
        assert_eq!(context.get("cents_by_item"), Some(&expected));
    }

    #[tokio::test]
    async fn transform_refuses_a_total_that_overflows() {
        let lines = json!([{"item": "tea", "quantity": u64::MAX, "unit_cents": 2}]);
        let message = message(transform(&mut context("order_lines", lines)).await);
        assert!(message.contains("too large"), "{message}");
    }

    #[tokio::test]
    async fn load_reports_the_total() {
        let mut context = context("cents_by_item", json!({"pot": 1900, "tea": 1000}));
        load(&mut context).await.expect("a small total");
        let expected = json!({"items": 2, "total_cents": 2900});
        assert_eq!(context.get("report"), Some(&expected));
    }
}
