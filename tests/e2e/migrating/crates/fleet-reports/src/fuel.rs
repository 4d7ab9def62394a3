/// Litres per 100 km.
///
/// ```
/// assert_eq!(fleet_reports::fuel::per_100_km(8.0, 100.0), 8.0);
/// ```
pub fn per_100_km(litres: f64, km: f64) -> f64 {
    litres * 100.0 / km
}
