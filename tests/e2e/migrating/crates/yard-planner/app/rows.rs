pub(crate) fn row_of(container: &str) -> &'static str {
    match container.bytes().last() {
        Some(digit) if digit % 2 == 0 => "even",
        _ => "odd",
    }
}
