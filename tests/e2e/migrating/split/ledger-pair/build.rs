fn main() {
    // The ledger's year, for the reports.
    println!("cargo:rustc-env=LEDGER_YEAR=1999");
}
