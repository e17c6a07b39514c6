//! Needs that grow or decay.

use walras_catalog::entry;
use walras_numerics::Column;
use walras_numerics::elementary::pow;

use super::{BuildNeed, FACTOR_MAX, Need};
use crate::policy::Memory;
use crate::population::{PerAgent, Setup};
use crate::request::ResourceView;

entry! {
    /// Needs grow by a share in every step, or decay where it is negative.
    pub struct Growth = "growth" {
        formula: "n(t) = (1 + rate)^t",
        source: "elementary",
        /// By which share needs grow in a step.
        rate: PerAgent, within -1.0..=1.0, unit "1/step";
    }
}

struct Growing(Column);

impl BuildNeed for Growth {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Need>, String> {
        Ok(Box::new(Growing(setup.parameter("rate", &self.rate)?)))
    }
}

impl Need for Growing {
    fn factors(&self, view: &ResourceView<'_>, _: &mut Memory<'_, '_>, factors: &mut [f64]) {
        for (factor, rate) in factors.iter_mut().zip(self.0.chunk(view.rows.clone())) {
            *factor = pow(1.0 + rate, f64::from(view.step)).min(FACTOR_MAX);
        }
    }
}
