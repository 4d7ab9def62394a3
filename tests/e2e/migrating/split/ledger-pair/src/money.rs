//! Money, in cents.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    cents: i64,
}

impl Money {
    /// From cents.
    pub fn cents(cents: i64) -> Self {
        Self { cents }
    }

    pub fn plus(self, other: Self) -> Self {
        Self { cents: self.cents + other.cents }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:02}", self.cents / 100, self.cents % 100)
    }
}
