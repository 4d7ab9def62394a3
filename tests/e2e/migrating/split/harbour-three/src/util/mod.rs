//! What all of the harbour uses.

pub mod tons;

use cloacina::Context;
use serde_json::Value;

/// Where a ship lies.
#[derive(Debug, PartialEq)]
pub(crate) struct Berth {
    pub(crate) pier: char,
    /// Counted from the land.
    pub(crate) place: usize,
}

/// Only arrivals asks for a berth.
pub(crate) fn berth(ship: &str) -> Berth {
    Berth { pier: if ship.len() > 6 { 'L' } else { 'S' }, place: ship.len() }
}

pub(crate) fn ship_of(context: &Context<Value>) -> String {
    context.get("ship").and_then(Value::as_str).unwrap_or("nobody").to_string()
}

/// One line of the log.
pub fn line(who: &str, what: &Value) -> String {
    format!("{who}: {what}{}", mark())
}

fn mark() -> char {
    '.'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_with_a_mark() {
        assert_eq!(line("a", &serde_json::json!(1)), "a: 1.");
    }
}
