//! All at once, at a step.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::Release;

entry! {
    /// Everything at one step.
    pub struct Airdrop = "airdrop" {
        formula: "released(t) = x if t ≥ step, else 0",
        source: "elementary",
        /// The step.
        step: u32, within 0.0..=1e9, unit "step";
    }
}

impl Release for Airdrop {
    fn released(&self, step: u32, amount: Atoms) -> Atoms {
        if step >= self.step { amount } else { 0 }
    }

    fn due(&self, step: u32) -> bool {
        step == self.step
    }

    fn last_step(&self) -> u32 {
        self.step
    }
}
