//! A share of the price for a share of excess demand.

use walras_catalog::{Bounds, entry};

use super::{Adjustment, Scale, Seen, bounded, ordered};

entry! {
    /// The price moves by a share of itself, in proportion to excess demand as a share.
    ///
    /// Near an equilibrium with elasticities ε of demand and η of supply it converges when gain·(ε + η) is below 2,
    /// excess demand being measured against supply.
    pub struct Proportional = "proportional" {
        formula: "P' = P·(1 + κ·z),  z = (D − O)/N",
        check: |this| ordered(this.floor, this.ceiling),
        source: "R. Cole and L. Fleischer, \"Fast-converging tatonnement algorithms for one-time and ongoing market problems\", STOC 2008",
        /// κ: by which share the price moves when excess demand is the whole of N.
        gain: f64, within Bounds::above_to(0.0, 1e6);
        /// N: what excess demand is measured against.
        scale: Scale = Scale::Supply;
        /// The lowest price.
        floor: f64 = 1e-9, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
        /// The highest price.
        ceiling: f64 = 1e30, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
    }
}

impl Adjustment for Proportional {
    fn next(&self, seen: &Seen, _: &mut [f64]) -> f64 {
        bounded(seen.price * (1.0 + self.gain * self.scale.share(seen)), seen.price, self.bounds())
    }

    fn bounds(&self) -> (f64, f64) {
        (self.floor, self.ceiling)
    }
}
