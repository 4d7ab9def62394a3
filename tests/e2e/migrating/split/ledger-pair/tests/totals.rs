use ledger_pair::book::total;
use ledger_pair::money::Money;

#[test]
fn nothing_sums_to_nothing() {
    assert_eq!(total(&[]), Money::cents(0));
}
