//! A need that answers to its price.

use walras_catalog::{Bounds, entry};
use walras_numerics::Column;
use walras_numerics::elementary::pow;

use super::{BuildRequests, Requests, ResourceView, Wants};
use crate::policy::Memory;
use crate::population::{PerAgent, PerAsset, Setup};

entry! {
    /// What is wanted falls by ε per cent where the price rises by one: isoelastic demand.
    ///
    /// At the reference price an agent wants its need; where nothing is charged, or very little, it wants `most` times as
    /// much.
    pub struct Elastic = "elastic" {
        formula: "q = n·need·min((P/reference)^(−ε), most)",
        source: "A. Marshall, \"Principles of Economics\", 1890, book III, chapter 4",
        /// What an agent wants of each asset at the reference price.
        need: PerAsset, within 0.0..=9e15, unit "units/step";
        /// The price at which it wants just that.
        reference: PerAsset, within Bounds::above_to(0.0, 1e15), unit "numeraire/unit";
        /// ε: the elasticity of what is wanted.
        elasticity: PerAgent = PerAgent::constant(1.0), within 0.0..=100.0;
        /// The most that is wanted, in multiples of the need.
        most: f64 = 10.0, within Bounds::above_to(0.0, 1e6);
    }
}

struct Isoelastic {
    need: Vec<Column>,
    reference: Vec<Column>,
    elasticity: Column,
    most: f64,
}

impl BuildRequests for Elastic {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Requests>, String> {
        Ok(Box::new(Isoelastic {
            need: self.need.parameters("need", setup)?,
            reference: self.reference.parameters("reference", setup)?,
            elasticity: setup.parameter("elasticity", &self.elasticity)?,
            most: self.most,
        }))
    }
}

impl Requests for Isoelastic {
    fn want(&self, view: &ResourceView<'_>, needs: &[f64], _: &mut Memory<'_, '_>, wants: &mut Wants<'_, '_>) {
        let elasticity = self.elasticity.chunk(view.rows.clone());
        for (k, asset) in view.assets.iter().enumerate() {
            let (need, reference) = (self.need[k].chunk(view.rows.clone()), self.reference[k].chunk(view.rows.clone()));
            for (i, amount) in wants.amounts[k].iter_mut().enumerate() {
                let price = asset.price[i];
                let factor =
                    if price > 0.0 { pow(price / reference[i], -elasticity[i]).min(self.most) } else { self.most };
                *amount = Wants::atoms(needs[i] * need[i] * factor, asset.scale);
            }
        }
    }
}
