//! A need that no price changes.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildRequests, Requests, ResourceView, Wants};
use crate::policy::Memory;
use crate::population::{PerAsset, Setup};

entry! {
    /// Each agent wants the same in every step, as long as a unit is worth its price.
    pub struct Fixed = "fixed" {
        formula: "q = n·need where P ≤ worth, else 0",
        source: "elementary",
        /// What an agent wants of each asset, by asset where it differs.
        need: PerAsset, within 0.0..=9e15, unit "units/step";
        /// What a unit is worth to it, the most it would pay; absent for whatever it can pay.
        worth: Option<PerAsset>, within 0.0..=9e15, unit "numeraire/unit";
    }
}

struct FixedRequests {
    need: Vec<Column>,
    worth: Option<Vec<Column>>,
}

impl BuildRequests for Fixed {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Requests>, String> {
        Ok(Box::new(FixedRequests {
            need: self.need.parameters("need", setup)?,
            worth: self.worth.as_ref().map(|worth| worth.parameters("worth", setup)).transpose()?,
        }))
    }
}

impl Requests for FixedRequests {
    fn want(&self, view: &ResourceView<'_>, needs: &[f64], _: &mut Memory<'_, '_>, wants: &mut Wants<'_, '_>) {
        for (k, asset) in view.assets.iter().enumerate() {
            let need = self.need[k].chunk(view.rows.clone());
            for ((amount, need), factor) in wants.amounts[k].iter_mut().zip(need).zip(needs) {
                *amount = Wants::atoms(need * factor, asset.scale);
            }
            let Some(worth) = &self.worth else { continue };
            let worth = worth[k].chunk(view.rows.clone());
            wants.worth[k].copy_from_slice(worth);
        }
    }
}
