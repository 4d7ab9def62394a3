//! The ledger: entries are booked by day, and closed by month.

pub mod close;
pub mod book;
pub mod money;

/// The year the ledger is for.
pub const YEAR: &str = env!("LEDGER_YEAR");
