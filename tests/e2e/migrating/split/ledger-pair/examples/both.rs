// Both at once.
fn main() {
    println!("{}", ledger_pair::book::total(&[1]));
    println!("{}", std::any::type_name_of_val(&ledger_pair::close::close_month::close));
}
