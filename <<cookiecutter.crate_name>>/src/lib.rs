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

{% if cookiecutter.edition == "2021" %}
    use cloacina_workflow::{task, Context, TaskError};
    use serde_json::{json, Value};
{% else %}
    use cloacina_workflow::{Context, TaskError, task};
    use serde_json::{Value, json};
{% endif %}

    /// Takes the orders that the execution was started with, and refuses malformed ones.
    ///
    /// A real source (an API, a file, a database) would be read here.
    #[task(id = "extract", dependencies = [])]
    pub async fn extract(context: &mut Context<Value>) -> Result<(), TaskError> {
        let orders = array(context, "orders")?;
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

    #[tokio::test]
    async fn extract_refuses_a_context_without_orders() {
        let message = message(extract(&mut Context::new()).await);
        assert!(message.contains("no array `orders`"), "{message}");
    }

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
