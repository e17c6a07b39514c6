//! Fixed shares of a budget.

use walras_catalog::entry;
use walras_numerics::Column;

use super::{BuildRequests, Requests, ResourceView, Wants};
use crate::policy::Memory;
use crate::population::{PerAsset, Setup};

entry! {
    /// Each asset gets a fixed share of what an agent may spend: the demand of Cobb–Douglas preferences, up to what it can
    /// use at all.
    pub struct CobbDouglas = "cobb_douglas" {
        formula: "q_k = min((w_k/Σ_l w_l)·B/P_k, n·most_k)",
        source: "C. Cobb and P. Douglas, \"A theory of production\", American Economic Review 18, 1928; A. Mas-Colell, M. Whinston and J. Green, \"Microeconomic Theory\", 1995, example 3.D.1",
        /// w: what each asset counts.
        weights: PerAsset = PerAsset::constant(1.0), within 0.0..=1e9;
        /// What an agent can use of each asset at most.
        most: PerAsset, within 0.0..=9e15, unit "units/step";
    }
}

struct Shares {
    weights: Vec<Column>,
    most: Vec<Column>,
}

impl BuildRequests for CobbDouglas {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Requests>, String> {
        let weights = self.weights.parameters("weights", setup)?;
        Ok(Box::new(Shares { weights, most: self.most.parameters("most", setup)? }))
    }
}

impl Requests for Shares {
    fn want(&self, view: &ResourceView<'_>, needs: &[f64], _: &mut Memory<'_, '_>, wants: &mut Wants<'_, '_>) {
        for (i, row) in view.rows.clone().enumerate() {
            let all: f64 = self.weights.iter().map(|weights| weights.get(row)).sum();
            for (k, asset) in view.assets.iter().enumerate() {
                let share = if all > 0.0 { self.weights[k].get(row) / all } else { 0.0 };
                let (spent, price) = (share * view.budgets[i], asset.price[i]);
                let most = needs[i] * self.most[k].get(row);
                // What costs nothing is wanted as far as it is of use, if it is of use at all.
                let bought = if price > 0.0 { spent / price } else { f64::INFINITY };
                let wanted = if share > 0.0 { bought.min(most) } else { 0.0 };
                wants.amounts[k][i] = Wants::atoms(wanted, asset.scale);
            }
        }
    }
}
