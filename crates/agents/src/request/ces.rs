//! Constant elasticity of substitution.

use walras_catalog::{Bounds, entry};
use walras_numerics::Column;
use walras_numerics::elementary::pow;

use super::{BuildRequests, Requests, ResourceView, Wants};
use crate::policy::Memory;
use crate::population::{PerAsset, Setup};

entry! {
    /// Assets stand in for each other with a constant elasticity σ: below 1 they go together, above 1 an agent turns to
    /// whatever is cheaper. What an agent may spend is spent, up to what it can use at all.
    ///
    /// At σ = 1 this is the demand of Cobb–Douglas preferences with shares a_k/Σ a. Assets that cost nothing are wanted as
    /// far as they are of use, and the budget goes to the others.
    pub struct Ces = "ces" {
        formula: "q_k = min(B·a_k^σ·P_k^(−σ)/Σ_l a_l^σ·P_l^(1−σ), n·most_k)",
        source: "K. Arrow, H. Chenery, B. Minhas and R. Solow, \"Capital–labor substitution and economic efficiency\", Review of Economics and Statistics 43, 1961",
        /// a: what each asset counts.
        weights: PerAsset = PerAsset::constant(1.0), within 0.0..=1e9;
        /// σ: the elasticity of substitution.
        substitution: f64 = 0.5, within Bounds::above_to(0.0, 100.0);
        /// What an agent can use of each asset at most.
        most: PerAsset, within 0.0..=9e15, unit "units/step";
    }
}

struct Substituting {
    weights: Vec<Column>,
    substitution: f64,
    most: Vec<Column>,
}

impl BuildRequests for Ces {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Requests>, String> {
        Ok(Box::new(Substituting {
            weights: self.weights.parameters("weights", setup)?,
            substitution: self.substitution,
            most: self.most.parameters("most", setup)?,
        }))
    }
}

impl Requests for Substituting {
    fn want(&self, view: &ResourceView<'_>, needs: &[f64], _: &mut Memory<'_, '_>, wants: &mut Wants<'_, '_>) {
        for (i, row) in view.rows.clone().enumerate() {
            // Prices are taken relative to the first that is not zero, so that no power of them leaves the numbers.
            let base = view.assets.iter().map(|asset| asset.price[i]).find(|&price| price > 0.0).unwrap_or(1.0);
            let term = |k: usize, power: f64| {
                let (weight, price) = (self.weights[k].get(row), view.assets[k].price[i] / base);
                if weight > 0.0 && price > 0.0 { pow(weight, self.substitution) * pow(price, power) } else { 0.0 }
            };
            let all: f64 = (0..view.assets.len()).map(|k| term(k, 1.0 - self.substitution)).sum();
            for (k, asset) in view.assets.iter().enumerate() {
                let most = needs[i] * self.most[k].get(row);
                let bought = if asset.price[i] > 0.0 {
                    view.budgets[i] / base * term(k, -self.substitution) / all
                } else {
                    f64::INFINITY
                };
                let wanted = if self.weights[k].get(row) > 0.0 { bought.min(most) } else { 0.0 };
                wants.amounts[k][i] = Wants::atoms(wanted, asset.scale);
            }
        }
    }
}
