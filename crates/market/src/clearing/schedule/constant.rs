//! The same at every price.

use walras_catalog::entry;

use super::{Direction, Schedule};

entry! {
    /// The same quantity at every price: a fixed stock, or a need that does not ask what it costs.
    #[derive(Copy, PartialEq)]
    pub struct Constant = "constant" {
        formula: "Q(P) = q",
        source: "elementary",
        /// q: the quantity.
        quantity: f64, within 0.0..=1e30, unit "token";
    }
}

impl Schedule for Constant {
    fn quantity(&self, _: f64) -> f64 {
        self.quantity
    }

    fn direction(&self) -> Direction {
        Direction::Flat
    }

    fn area(&self, low: f64, high: f64) -> f64 {
        self.quantity * (high - low)
    }
}
