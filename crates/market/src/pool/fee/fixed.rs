//! One rate for all.

use walras_catalog::entry;

use super::{FeeRule, Seen, parts};

entry! {
    /// The same share of every swap.
    pub struct Fixed = "fixed" {
        formula: "fee = φ·x",
        source: "Uniswap v2: φ = 0.003",
        /// φ: the share, exact to a billionth.
        rate: f64 = 0.003, within 0.0..1.0;
    }
}

impl FeeRule for Fixed {
    fn rate(&self, _: &Seen) -> u64 {
        parts(self.rate)
    }

    fn is_steady(&self) -> bool {
        true
    }
}
