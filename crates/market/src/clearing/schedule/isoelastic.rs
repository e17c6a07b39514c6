//! Constant elasticity.

use walras_catalog::entry;
use walras_numerics::elementary::{exp_m1, ln, pow};

use super::{Direction, Schedule};

entry! {
    /// A price one per cent higher always changes the quantity by the same share: the elasticity.
    ///
    /// A negative elasticity has no bound at a price of zero.
    #[derive(Copy, PartialEq)]
    pub struct Isoelastic = "isoelastic" {
        formula: "Q(P) = q·P^ε",
        source: "A. Marshall, \"Principles of economics\", 1890, book III, chapter 4",
        /// q: the quantity at a price of one.
        scale: f64, within walras_catalog::Bounds::above_to(0.0, 1e30), unit "token";
        /// ε: negative for a demand, positive for a supply.
        elasticity: f64, within -100.0..=100.0;
    }
}

impl Schedule for Isoelastic {
    fn quantity(&self, price: f64) -> f64 {
        self.scale * pow(price, self.elasticity)
    }

    fn direction(&self) -> Direction {
        match self.elasticity {
            elasticity if elasticity < 0.0 => Direction::Falling,
            elasticity if elasticity > 0.0 => Direction::Rising,
            _ => Direction::Flat,
        }
    }

    fn area(&self, low: f64, high: f64) -> f64 {
        let power = self.elasticity + 1.0;
        if low == 0.0 {
            return if power > 0.0 { self.scale * pow(high, power) / power } else { f64::INFINITY };
        }
        // low^power·((high/low)^power − 1)/power without cancellation, which is ln(high/low) at power zero.
        let width = ln(high / low);
        let grown = if power == 0.0 { width } else { exp_m1(power * width) / power };
        self.scale * pow(low, power) * grown
    }
}
