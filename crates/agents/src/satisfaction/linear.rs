//! The same for every unit.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildSatisfaction, Satisfaction};
use crate::population::{PerAsset, Setup};

entry! {
    /// Every unit that is used yields the same.
    pub struct Linear = "linear" {
        formula: "U = Σ_k worth_k·used_k",
        source: "elementary",
        /// What a unit of each asset yields.
        worth: PerAsset = PerAsset::constant(1.0), within 0.0..=1e15, unit "1/unit";
    }
}

struct Proportional(Vec<Column>);

impl BuildSatisfaction for Linear {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Satisfaction>, String> {
        Ok(Box::new(Proportional(self.worth.parameters("worth", setup)?)))
    }
}

impl Satisfaction for Proportional {
    fn utility(&self, row: usize, used: &[f64], _: &[f64]) -> f64 {
        self.0.iter().zip(used).map(|(worth, used)| worth.get(row) * used).sum()
    }
}
