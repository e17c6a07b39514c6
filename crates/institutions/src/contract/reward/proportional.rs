//! So much for each unit.

use std::sync::Arc;

use walras_catalog::{Problem, entry};
use walras_formula::Scope;
use walras_ledger::Atoms;

use super::{BuildReward, Measured, Rate, Reward, Units};

entry! {
    /// So much for each unit that is contributed.
    ///
    /// Nobody gains by appearing as many, and who can make the contribution itself for less than the rate will.
    pub struct Proportional = "proportional" {
        formula: "R = k·x",
        source: "elementary",
        /// What a unit of contribution earns.
        rate: f64, within 0.0..=1e15, unit "asset/unit";
    }
}

impl BuildReward for Proportional {
    fn build(&self, units: Units, _: &Scope) -> Result<Arc<dyn Reward>, Problem> {
        Ok(Arc::new(Exact(Rate::new(self.rate * units.paid / units.contribution))))
    }

    fn split_proof(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct Exact(Rate);

impl Reward for Exact {
    fn earned(&self, measured: &Measured<'_>) -> Result<Atoms, String> {
        Ok(self.0.of(measured.own))
    }
}
