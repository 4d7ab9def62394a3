use serde::Serialize;

/// A weight.
#[derive(Clone, Copy, Serialize)]
pub struct Tons(pub u32);

/// How often a crane has to lift.
pub fn lifts(load: Tons, at_once: u32) -> u32 {
    load.0.div_ceil(at_once)
}
