use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ship {
    pub name: String,
    pub metres: u32,
    pub arrives: NaiveDateTime,
}

impl Ship {
    pub fn new(name: &str, metres: u32, hour: u32) -> Self {
        let day = NaiveDate::from_ymd_opt(2026, 5, 4).expect("a day");
        Ship { name: name.to_string(), metres, arrives: day.and_hms_opt(hour, 0, 0).expect("an hour") }
    }
}
