//! A straight line.

use walras_catalog::entry;

use super::{Direction, Schedule};

entry! {
    /// A straight line in the price, and nothing where that would be negative.
    #[derive(Copy, PartialEq)]
    pub struct Linear = "linear" {
        formula: "Q(P) = max(0, a + b·P)",
        source: "elementary",
        /// a: the quantity at a price of zero.
        intercept: f64, within -1e30..=1e30, unit "token";
        /// b: how the quantity changes with the price; negative for a demand, positive for a supply.
        slope: f64, within -1e30..=1e30, unit "token²/numeraire";
    }
}

impl Schedule for Linear {
    fn quantity(&self, price: f64) -> f64 {
        (self.intercept + self.slope * price).max(0.0)
    }

    fn direction(&self) -> Direction {
        match self.slope {
            slope if slope < 0.0 => Direction::Falling,
            slope if slope > 0.0 => Direction::Rising,
            _ => Direction::Flat,
        }
    }

    fn area(&self, low: f64, high: f64) -> f64 {
        let zero = -self.intercept / self.slope;
        // Only where the line is above zero.
        let (low, high) = match self.direction() {
            Direction::Falling => (low, high.min(zero)),
            Direction::Rising => (low.max(zero), high),
            _ => (low, high),
        };
        if low < high { 0.5 * (self.quantity(low) + self.quantity(high)) * (high - low) } else { 0.0 }
    }
}
