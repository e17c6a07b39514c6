//! A value for every amount, in money.

use walras_catalog::{Bounds, entry};
use walras_numerics::Column;

use super::{BuildRequests, Requests, ResourceView, Wants};
use crate::policy::Memory;
use crate::population::{PerAsset, Setup};

entry! {
    /// Agents value amounts in money, each further unit less than the one before: they want as much as makes the next unit
    /// worth its price. Where there are bids they bid for what they want at the price last seen what a unit of it is worth
    /// to them on average.
    ///
    /// The value of an amount q is n·worth·q·(1 − q/(2·n·most)), so that the first unit is worth `worth` and the unit at
    /// n·most nothing.
    pub struct QuasiLinear = "quasi_linear" {
        formula: "q = n·most·max(0, 1 − P/worth),  bid = (worth + P)/2",
        source: "H. Varian, \"Microeconomic Analysis\", 1992, section 10.3: quasilinear utility",
        /// What the first unit of each asset is worth.
        worth: PerAsset, within Bounds::above_to(0.0, 1e15), unit "numeraire/unit";
        /// The amount of each asset beyond which a unit is worth nothing.
        most: PerAsset, within 0.0..=9e15, unit "units/step";
    }
}

struct Valued {
    worth: Vec<Column>,
    most: Vec<Column>,
}

impl BuildRequests for QuasiLinear {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Requests>, String> {
        let worth = self.worth.parameters("worth", setup)?;
        Ok(Box::new(Valued { worth, most: self.most.parameters("most", setup)? }))
    }
}

impl Requests for Valued {
    fn want(&self, view: &ResourceView<'_>, needs: &[f64], _: &mut Memory<'_, '_>, wants: &mut Wants<'_, '_>) {
        for (k, asset) in view.assets.iter().enumerate() {
            let (worth, most) = (self.worth[k].chunk(view.rows.clone()), self.most[k].chunk(view.rows.clone()));
            for i in 0..view.len() {
                let price = asset.price[i];
                let wanted = needs[i] * most[i] * (1.0 - price / worth[i]).max(0.0);
                wants.amounts[k][i] = Wants::atoms(wanted, asset.scale);
                wants.worth[k][i] = 0.5 * (worth[i] + price.min(worth[i]));
            }
        }
    }
}
