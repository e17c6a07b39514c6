//! The same in every step.

use walras_catalog::entry;

use super::{Capacity, Moment};

entry! {
    /// The same capacity in every step; a plain number stands for it.
    pub struct Constant = "constant" {
        formula: "C(t) = amount",
        source: "elementary",
        /// Units in each step.
        amount: f64, within 0.0..=9e18, unit "units/step";
    }
}

impl Capacity for Constant {
    fn at(&self, _: &Moment<'_>, _: &mut [f64]) -> f64 {
        self.amount
    }
}
