//! Always the same effort.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildPromotion, EFFORT_MAX, Promotion, Seen};
use crate::population::{PerAgent, Setup};

entry! {
    /// As many contacts in every step, whatever it brings.
    pub struct Fixed = "fixed" {
        formula: "e = effort",
        source: "elementary",
        /// Contacts approached in a step; a part of one is approached by chance.
        effort: PerAgent, within 0.0..=EFFORT_MAX, unit "contacts/step";
    }
}

struct Same(Column);

impl BuildPromotion for Fixed {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Promotion>, String> {
        Ok(Box::new(Same(setup.parameter("effort", &self.effort)?)))
    }
}

impl Promotion for Same {
    fn efforts(&self, _: &Seen<'_>, efforts: &mut [f64]) {
        for (row, effort) in efforts.iter_mut().enumerate() {
            *effort = self.0.get(row);
        }
    }
}
