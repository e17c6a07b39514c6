//! The Walrasian auctioneer's rule.

use walras_catalog::{Bounds, entry};

use super::{Adjustment, Seen, bounded, ordered};

entry! {
    /// The price moves in proportion to excess demand: tâtonnement.
    ///
    /// Where demand falls and supply rises by d and o with the price it converges just when gain·(d + o) is below 2, and
    /// without swinging when it is at most 1.
    pub struct Linear = "linear" {
        formula: "P' = P + κ·(D − O)",
        check: |this| ordered(this.floor, this.ceiling),
        source: "P. A. Samuelson, \"The stability of equilibrium\", Econometrica 9(2), 1941",
        /// κ: how far the price moves for one token of excess demand.
        gain: f64, within Bounds::above_to(0.0, 1e30), unit "numeraire/token²";
        /// The lowest price.
        floor: f64 = 1e-9, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
        /// The highest price.
        ceiling: f64 = 1e30, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
    }
}

impl Adjustment for Linear {
    fn next(&self, seen: &Seen, _: &mut [f64]) -> f64 {
        bounded(seen.price + self.gain * (seen.demand - seen.supply), seen.price, self.bounds())
    }

    fn bounds(&self) -> (f64, f64) {
        (self.floor, self.ceiling)
    }
}
