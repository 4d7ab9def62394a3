#[test]
fn cents_are_printed_with_two_digits() {
    assert_eq!(ledger_pair::money::Money::cents(105).to_string(), "1.05");
}
