//! The harbour's office: ships come in, are unloaded, go out.

mod arrivals;
mod cranes;
mod departures;
mod office;
mod util;

use office::Office;

#[tokio::main]
async fn main() {
    let office = Office::open().await;
    for ship in ["Anna", "Berta"] {
        office.welcome(ship).await;
    }
    office.close().await;
}
