//! What the sensors send.

use serde::{Deserialize, Serialize};

/// One measurement in degrees Celsius.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub sensor: String,
    pub celsius: f64,
}

impl Reading {
    pub fn is_plausible(&self) -> bool {
        (-60.0..=80.0).contains(&self.celsius)
    }
}
