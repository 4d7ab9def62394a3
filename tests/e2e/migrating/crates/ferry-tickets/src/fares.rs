pub enum Kind {
    Car,
    Foot,
}

pub const fn fare(kind: Kind) -> u64 {
    match kind {
        Kind::Car => 25,
        Kind::Foot => 4,
    }
}
