fn main() {
    println!("{}", 120 * 4);
}
