use std::collections::BTreeMap;

use crate::model::Reading;

pub fn means(readings: &[Reading]) -> BTreeMap<&str, f64> {
    let mut sums: BTreeMap<&str, (f64, u32)> = BTreeMap::new();
    for reading in readings {
        let entry = sums.entry(reading.sensor.as_str()).or_default();
        entry.0 += reading.celsius;
        entry.1 += 1;
    }
    sums.into_iter().map(|(k, (sum, n))| (k, sum / f64::from(n))).collect()
}
