//! The depot's nightly work: parcels are weighed, labels are printed.

use cloacina::*;
use regex::Regex;
use serde::{Deserialize, Serialize};

/// Above this a parcel is heavy (grams).
const HEAVY: u64 = 20_000;

/// The depot's name on labels.
static DEPOT: &str = "north";

/// Reads a key or fails with its name.
macro_rules! need {
    ($context:expr, $key:expr) => {
        $context.get($key).cloned().ok_or_else(|| failed(concat!("no ", $key)))?
    };
}

/// One parcel on the belt.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Parcel {
    id: String,
    grams: u64,
}

impl Parcel {
    fn heavy(&self) -> bool {
        self.grams > HEAVY
    }

    // Only labels ask for it.
    fn label(&self) -> String {
        format!("{}/{}{}", DEPOT, self.id, if self.heavy() { "!" } else { "" })
    }
}

struct Belt(Vec<Parcel>);

trait Total {
    fn total(&self) -> u64;
}

impl Total for Belt {
    fn total(&self) -> u64 {
        self.0.iter().map(|parcel| parcel.grams).sum()
    }
}

fn failed(message: &str) -> TaskError {
    TaskError::ValidationFailed { message: message.to_string() }
}

/// The parcels in the context, those with bad ids left out.
fn parcels(context: &Context<serde_json::Value>) -> Result<Belt, TaskError> {
    let good = Regex::new("^[a-z]+$").map_err(|error| failed(&error.to_string()))?;
    let found: Vec<Parcel> =
        serde_json::from_value(need!(context, "parcels")).map_err(|error| failed(&error.to_string()))?;
    Ok(Belt(found.into_iter().filter(|parcel| good.is_match(&parcel.id)).collect()))
}

/// Grams as kilograms; the scales alone need it.
fn kilograms(grams: u64) -> f64 {
    grams as f64 / 1000.0
}

#[workflow(name = "weigh", description = "Weighs what is on the belt")]
mod weigh {
    use super::*;

    #[task(id = "sum", dependencies = [])]
    async fn sum(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let belt = parcels(context)?;
        context.insert("total_kg", serde_json::json!(kilograms(belt.total())))?;
        let unit = need!(context, "unit");
        context.insert("unit_seen", unit)?;
        Ok(())
    }

    #[task(id = "count_heavy", dependencies = ["sum"])]
    async fn count_heavy(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let heavy = parcels(context)?.0.iter().filter(|parcel| parcel.heavy()).count();
        context.insert("heavy", serde_json::json!(heavy))?;
        Ok(())
    }
}

#[workflow(name = "print-labels", description = "Prints the labels")]
mod print_labels {
    use super::*;

    #[task(id = "labels", dependencies = [])]
    async fn labels(context: &mut Context<serde_json::Value>) -> Result<(), TaskError> {
        let labels: Vec<String> = parcels(context)?.0.iter().map(Parcel::label).collect();
        context.insert("labels", serde_json::json!(labels))?;
        context.insert("limit", serde_json::json!(HEAVY))?;
        Ok(())
    }
}

fn sample() -> Vec<Parcel> {
    vec![
        Parcel { id: "ab".into(), grams: 500 },
        Parcel { id: "cd".into(), grams: 21_000 },
        Parcel { id: "E1".into(), grams: 1 },
    ]
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runner = DefaultRunner::new("sqlite://depot.db?mode=memory&cache=shared").await?;

    let mut context = Context::new();
    context.insert("parcels", serde_json::json!(sample()))?;
    context.insert("unit", serde_json::json!("kg"))?;
    let weighed = runner.execute("weigh", context).await?;
    assert_eq!(weighed.final_context.get("heavy"), Some(&serde_json::json!(1)));
    println!("weighed: {:?}", weighed.status);

    let mut labels = Context::new();
    labels.insert("parcels", serde_json::json!(sample()))?;
    let printed = runner.execute("print-labels", labels).await?;
    println!("printed: {:?}", printed.final_context.get("labels"));

    runner.shutdown().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_is_heavy_above_the_limit() {
        assert!(Parcel { id: "x".into(), grams: HEAVY + 1 }.heavy());
        assert!(!Parcel { id: "x".into(), grams: HEAVY }.heavy());
    }

    #[test]
    fn a_thousand_grams_are_a_kilogram() {
        assert_eq!(kilograms(1000), 1.0);
    }
}
