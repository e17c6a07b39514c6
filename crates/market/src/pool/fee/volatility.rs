//! A rate that rises with volatility.

use walras_catalog::entry;

use super::{FeeRule, Seen, parts};

entry! {
    /// The rate rises with the price's recent volatility.
    ///
    /// Traders who know a price before the pool does take more from it the more the price moves; the rate follows.
    /// Volatility is estimated from the pool's own price at the beginning of each step, so the rate is the same for
    /// all orders of a step.
    pub struct Volatility = "volatility" {
        formula: "φ = min(φ0 + k·σ, φmax), σ² ← m·σ² + (1 − m)·(ln P_t/P_{t−1})²",
        check: Volatility::check,
        source: "RiskMetrics technical document, 1996 (the estimate); Trader Joe liquidity book, 2022 (the rule)",
        /// φ0: the rate in calm.
        base: f64 = 0.003, within 0.0..1.0;
        /// k: how much the rate rises for each unit of volatility in a step.
        slope: f64 = 0.5, within 0.0..=1e6;
        /// φmax: the highest rate.
        maximum: f64 = 0.05, within 0.0..1.0;
        /// m: what the estimate keeps of the past each step.
        memory: f64 = 0.94, within 0.0..1.0;
    }
}

impl Volatility {
    fn check(&self) -> Result<(), (&'static str, String)> {
        if self.maximum < self.base {
            return Err(("maximum", format!("{} is below the base rate {}", self.maximum, self.base)));
        }
        Ok(())
    }
}

impl FeeRule for Volatility {
    fn rate(&self, seen: &Seen) -> u64 {
        parts((self.base + self.slope * seen.volatility).min(self.maximum))
    }

    fn is_steady(&self) -> bool {
        true
    }

    fn memory(&self) -> Option<f64> {
        Some(self.memory)
    }
}
