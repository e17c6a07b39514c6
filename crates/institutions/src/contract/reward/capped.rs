//! So much for each unit, up to a most.

use std::sync::Arc;

use walras_catalog::{Problem, entry};
use walras_formula::Scope;
use walras_ledger::Atoms;

use super::{BuildReward, Measured, Rate, Reward, Units};

entry! {
    /// So much for each unit, but in an epoch no more than a most for one affiliate.
    ///
    /// Whoever reaches the most gains by appearing as many.
    pub struct Capped = "capped" {
        formula: "R = min(k·x, m)",
        source: "elementary",
        /// What a unit of contribution earns.
        rate: f64, within 0.0..=1e15, unit "asset/unit";
        /// The most that one affiliate earns in an epoch.
        most: f64, within 0.0..=9e18, unit "asset/epoch";
    }
}

impl BuildReward for Capped {
    fn build(&self, units: Units, _: &Scope) -> Result<Arc<dyn Reward>, Problem> {
        let rate = Rate::new(self.rate * units.paid / units.contribution);
        // Rounded down.
        Ok(Arc::new(Exact { rate, most: (self.most * units.paid) as Atoms }))
    }

    fn split_proof(&self) -> bool {
        false
    }
}

#[derive(Debug)]
struct Exact {
    rate: Rate,
    most: Atoms,
}

impl Reward for Exact {
    fn earned(&self, measured: &Measured<'_>) -> Result<Atoms, String> {
        Ok(self.rate.of(measured.own).min(self.most))
    }
}
