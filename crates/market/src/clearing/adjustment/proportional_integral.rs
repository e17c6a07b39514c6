//! A controller with a memory.

use walras_catalog::{Bounds, entry};

use super::{Adjustment, Scale, Seen, bounded, ordered};

entry! {
    /// The price answers to excess demand and to its sum over time, so that a lasting imbalance is worked off even where
    /// a proportional answer would settle beside it.
    ///
    /// The sum is bounded, and does not grow while the price is held at its floor or ceiling in the same direction, so
    /// that it has not to be unlearned afterwards. Because it remembers, the price may move against the excess of one
    /// step.
    pub struct ProportionalIntegral = "proportional_integral" {
        formula: "P' = P·(1 + k_p·z + k_i·I),  I ← clamp(I + z, ±I_max),  z = (D − O)/N",
        check: |this| ordered(this.floor, this.ceiling),
        source: "K. J. Åström and T. Hägglund, \"PID controllers: theory, design, and tuning\", 2nd edition, 1995",
        /// k_p: the answer to excess demand.
        proportional_gain: f64, within 0.0..=1e6;
        /// k_i: the answer to its sum.
        integral_gain: f64, within 0.0..=1e6;
        /// I_max: the most that the sum may be either way.
        integral_maximum: f64 = 10.0, within Bounds::above_to(0.0, 1e12);
        /// N: what excess demand is measured against.
        scale: Scale = Scale::Supply;
        /// The lowest price.
        floor: f64 = 1e-9, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
        /// The highest price.
        ceiling: f64 = 1e30, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
    }
}

impl Adjustment for ProportionalIntegral {
    fn next(&self, seen: &Seen, memory: &mut [f64]) -> f64 {
        let share = self.scale.share(seen);
        let sum = (memory[0] + share).clamp(-self.integral_maximum, self.integral_maximum);
        let wanted = seen.price * (1.0 + self.proportional_gain * share + self.integral_gain * sum);
        let price = bounded(wanted, seen.price, self.bounds());
        let held = (wanted > price && share > 0.0) || (wanted < price && share < 0.0);
        if !held {
            memory[0] = sum;
        }
        price
    }

    fn memory(&self) -> usize {
        1
    }

    fn bounds(&self) -> (f64, f64) {
        (self.floor, self.ceiling)
    }
}
