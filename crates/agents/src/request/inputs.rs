//! What production needs.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildRequests, Requests, ResourceView, Wants};
use crate::policy::Memory;
use crate::population::{PerAgent, Setup};

entry! {
    /// What the agents' production can use in this step and the next `ahead`, less what they hold; they keep it for
    /// that and consume nothing themselves.
    pub struct Inputs = "inputs" {
        formula: "q = (1 + ahead)·need·(what production would use in the step) − held",
        source: "elementary",
        /// Steps beyond this one for which inputs are held.
        ahead: PerAgent = PerAgent::constant(0.0), within 0.0..=1000.0, unit "steps";
    }
}

struct ForProduction {
    ahead: Column,
}

impl BuildRequests for Inputs {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Requests>, String> {
        Ok(Box::new(ForProduction { ahead: setup.parameter("ahead", &self.ahead)? }))
    }
}

impl Requests for ForProduction {
    fn want(&self, view: &ResourceView<'_>, needs: &[f64], _: &mut Memory<'_, '_>, wants: &mut Wants<'_, '_>) {
        let ahead = self.ahead.chunk(view.rows.clone());
        for (amounts, asset) in wants.amounts.iter_mut().zip(view.assets) {
            for (((amount, &usable), ahead), need) in amounts.iter_mut().zip(asset.input.usable).zip(ahead).zip(needs) {
                *amount = Wants::atoms(usable as f64 * (1.0 + ahead) * need, 1.0);
            }
        }
    }

    fn consumes(&self) -> bool {
        false
    }
}
