#![forbid(unsafe_code)]
//! Tags for photos.
//!
//! Try it: `cargo run --example tag`.

mod tags;

pub use tags::tagging;
