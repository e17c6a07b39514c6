//! Less and less for every further unit.

use walras_catalog::{Bounds, entry};
use walras_numerics::Column;
use walras_numerics::elementary::exp;

use super::{BuildSatisfaction, Satisfaction};
use crate::population::{PerAsset, Setup};

entry! {
    /// The first units matter most: what is wanted and lacking counts for less the less of it there is.
    ///
    /// Using as much as is wanted yields 1 − e^−κ of `worth`, where κ is the saturation; so does using the same share of
    /// what is wanted whatever its amount.
    pub struct Saturating = "saturating" {
        formula: "U = Σ_k worth_k·(1 − e^(−κ·used_k/wanted_k))",
        source: "K. J. Arrow, \"Essays in the Theory of Risk-Bearing\", 1971: exponential utility",
        /// What a satisfied want of each asset yields at most.
        worth: PerAsset = PerAsset::constant(1.0), within 0.0..=1e15;
        /// κ: how fast returns diminish.
        saturation: f64 = 3.0, within Bounds::above_to(0.0, 700.0);
    }
}

struct Exponential {
    worth: Vec<Column>,
    saturation: f64,
}

impl BuildSatisfaction for Saturating {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Satisfaction>, String> {
        Ok(Box::new(Exponential { worth: self.worth.parameters("worth", setup)?, saturation: self.saturation }))
    }
}

impl Satisfaction for Exponential {
    fn utility(&self, row: usize, used: &[f64], wanted: &[f64]) -> f64 {
        let of = |((worth, &used), &wanted): ((&Column, &f64), &f64)| {
            if wanted > 0.0 { worth.get(row) * (1.0 - exp(-self.saturation * used / wanted)) } else { 0.0 }
        };
        self.worth.iter().zip(used).zip(wanted).map(of).sum()
    }
}
