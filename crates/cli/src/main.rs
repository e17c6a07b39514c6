//! Walras: cli.
fn main() {}
