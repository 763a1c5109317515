//! Terminal.
fn main() {}
