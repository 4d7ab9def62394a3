//! Says at build time how many dishes there are.

use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=data/dishes.csv");
    println!("cargo:rerun-if-changed=build.rs");
    let dishes = fs::read_to_string("data/dishes.csv").expect("data/dishes.csv");
    println!("cargo:rustc-env=DISHES={}", dishes.lines().count());
    // Nightly builds say so in the menu.
    if env::var("MENU_NIGHTLY").is_ok() {
        println!("cargo:rustc-env=MENU_SUFFIX= (nightly)");
    }
}
