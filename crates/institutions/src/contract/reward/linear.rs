//! A base, and so much for each unit.

use std::sync::Arc;

use walras_catalog::{Problem, entry};
use walras_formula::Scope;
use walras_ledger::Atoms;

use super::{BuildReward, Measured, Rate, Reward, Units};

entry! {
    /// A base for everyone who contributes anything in an epoch, and so much for each unit.
    ///
    /// With a base it pays to appear as many.
    pub struct Linear = "linear" {
        formula: "R = b + k·x for x > 0",
        source: "B. Holmström and P. Milgrom, \"Aggregation and linearity in the provision of intertemporal incentives\", Econometrica 55(2), 1987",
        /// What everyone earns who contributes at all.
        base: f64 = 0.0, within 0.0..=9e18, unit "asset/epoch";
        /// What a unit of contribution earns besides.
        rate: f64, within 0.0..=1e15, unit "asset/unit";
    }
}

impl BuildReward for Linear {
    fn build(&self, units: Units, _: &Scope) -> Result<Arc<dyn Reward>, Problem> {
        let rate = Rate::new(self.rate * units.paid / units.contribution);
        // Rounded down; what cannot be counted saturates.
        Ok(Arc::new(Exact { base: (self.base * units.paid) as Atoms, rate }))
    }

    fn split_proof(&self) -> bool {
        self.base == 0.0
    }
}

#[derive(Debug)]
struct Exact {
    base: Atoms,
    rate: Rate,
}

impl Reward for Exact {
    fn earned(&self, measured: &Measured<'_>) -> Result<Atoms, String> {
        Ok(self.base.saturating_add(self.rate.of(measured.own)))
    }
}
