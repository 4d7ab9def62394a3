/// Euros.
pub const PER_HOUR: u64 = 85;
