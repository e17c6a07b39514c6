//! A rate that rises with the pool's imbalance.

use walras_catalog::entry;

use super::{FeeRule, Seen, parts};

entry! {
    /// Swaps that push the pool further from where it opened pay more.
    ///
    /// With r the ratio of what the pool holds of the incoming and of the outgoing asset, over that ratio at its
    /// opening, the surcharge is k·(r − 1)/(r + 1) as long as r is above one. Swaps that bring it back pay the base
    /// rate. The rate is that before the swap, so that an order in parts pays more, not less.
    pub struct Imbalance = "imbalance" {
        formula: "φ = min(φ0 + k·max(0, (r − 1)/(r + 1)), φmax)",
        check: Imbalance::check,
        source: "inventory-based quoting: T. Ho, H. Stoll, J. Financial Economics 9, 1981",
        /// φ0: the rate in balance.
        base: f64 = 0.003, within 0.0..1.0;
        /// k: the surcharge when the pool is all on one side.
        slope: f64 = 0.05, within 0.0..1.0;
        /// φmax: the highest rate.
        maximum: f64 = 0.05, within 0.0..1.0;
    }
}

impl Imbalance {
    fn check(&self) -> Result<(), (&'static str, String)> {
        if self.maximum < self.base {
            return Err(("maximum", format!("{} is below the base rate {}", self.maximum, self.base)));
        }
        Ok(())
    }
}

impl FeeRule for Imbalance {
    fn rate(&self, seen: &Seen) -> u64 {
        parts((self.base + self.slope * seen.skew.max(0.0)).min(self.maximum))
    }

    fn sees_balances(&self) -> bool {
        true
    }
}
