//! Equal factors for equal excess.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::exp;

use super::{Adjustment, Scale, Seen, bounded, ordered};

entry! {
    /// The logarithm of the price moves in proportion to excess demand as a share, so that the price stays positive of
    /// itself, and an excess and an equal lack undo each other.
    pub struct Exponential = "exponential" {
        formula: "P' = P·e^(κ·z),  z = (D − O)/N",
        check: |this| ordered(this.floor, this.ceiling),
        source: "EIP-4844, fake_exponential, 2022; D. Reijsbergen et al., \"Transaction fees on a honeymoon\", 2021",
        /// κ: by how much the logarithm of the price moves when excess demand is the whole of N.
        gain: f64, within Bounds::above_to(0.0, 1e6);
        /// N: what excess demand is measured against.
        scale: Scale = Scale::Supply;
        /// The lowest price.
        floor: f64 = 1e-9, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
        /// The highest price.
        ceiling: f64 = 1e30, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
    }
}

impl Adjustment for Exponential {
    fn next(&self, seen: &Seen, _: &mut [f64]) -> f64 {
        bounded(seen.price * exp(self.gain * self.scale.share(seen)), seen.price, self.bounds())
    }

    fn bounds(&self) -> (f64, f64) {
        (self.floor, self.ceiling)
    }
}
