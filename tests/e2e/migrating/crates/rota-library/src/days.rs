use chrono::{Datelike, NaiveDate};

pub fn is_weekend(day: NaiveDate) -> bool {
    day.weekday().num_days_from_monday() > 4
}
