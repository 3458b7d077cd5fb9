//! The krepis binary.
fn main() {}
