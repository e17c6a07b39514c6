//! Bounded steps.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::tanh;

use super::{Adjustment, Scale, Seen, bounded, ordered};

entry! {
    /// The price moves by a share of itself that never exceeds a maximum, however large the excess.
    pub struct Tanh = "tanh" {
        formula: "P' = P·(1 + m·tanh(κ·z)),  z = (D − O)/N",
        check: |this| ordered(this.floor, this.ceiling),
        source: "the bounded form of ΔP = g(D − O, S), elementary",
        /// κ: how steep the answer is to small excess: m·κ is its gain.
        gain: f64, within Bounds::above_to(0.0, 1e6);
        /// m: the most that the price moves in one step, as a share.
        maximum: f64 = 0.1, within Bounds::between(0.0, 1.0);
        /// N: what excess demand is measured against.
        scale: Scale = Scale::Supply;
        /// The lowest price.
        floor: f64 = 1e-9, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
        /// The highest price.
        ceiling: f64 = 1e30, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
    }
}

impl Adjustment for Tanh {
    fn next(&self, seen: &Seen, _: &mut [f64]) -> f64 {
        let step = self.maximum * tanh(self.gain * self.scale.share(seen));
        bounded(seen.price * (1.0 + step), seen.price, self.bounds())
    }

    fn bounds(&self) -> (f64, f64) {
        (self.floor, self.ceiling)
    }
}
