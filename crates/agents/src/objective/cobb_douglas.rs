//! Cobb–Douglas utility of holdings and money.

use walras_catalog::{Bounds, entry};
use walras_numerics::elementary::{exp, ln};
use walras_numerics::sum::sum;

use super::{Objective, Wealth};

entry! {
    /// The weighted geometric mean of what an agent holds: money and each asset, in their own units.
    ///
    /// Exponents are the weights as shares of their sum, so twice of everything is worth twice as much. Who lacks
    /// something that has a weight has utility zero. Assets bring their own utility weights; `weights` replaces them.
    pub struct CobbDouglas = "cobb_douglas" {
        formula: "U = B^(α_0)·Π_j H_j^(α_j), α_j = w_j/(w_0 + Σ_k w_k)",
        source: "C. W. Cobb and P. H. Douglas, \"A theory of production\", 1928",
        /// w_0: the weight of money.
        money_weight: f64 = 1.0, within Bounds::from(0.0..);
        /// w_j: a weight for each of the cohort's assets, in its order; absent, the assets' own utility weights.
        weights: Option<Vec<f64>>, within Bounds::from(0.0..);
    }
}

impl CobbDouglas {
    fn weights<'a>(&'a self, wealth: &Wealth<'a>) -> &'a [f64] {
        self.weights.as_deref().unwrap_or(wealth.weights)
    }
}

impl Objective for CobbDouglas {
    fn utility(&self, wealth: &Wealth<'_>, out: &mut [f64]) {
        let weights = self.weights(wealth);
        let total = self.money_weight + sum(weights);
        let share = |weight: f64| if total > 0.0 { weight / total } else { 0.0 };
        out.fill(0.0);
        add_logarithms(share(self.money_weight), wealth.money, out);
        for (&weight, holdings) in weights.iter().zip(wealth.holdings) {
            add_logarithms(share(weight), holdings, out);
        }
        for out in out {
            *out = exp(*out).min(f64::MAX);
        }
    }

    fn fits(&self, assets: usize) -> Result<(), String> {
        match &self.weights {
            Some(weights) if weights.len() != assets => {
                Err(format!("`weights` has {} numbers for the cohort's {assets} assets", weights.len()))
            }
            _ => Ok(()),
        }
    }
}

/// Adds exponent·ln(amount): minus infinity, which no later term takes back, where there is none.
fn add_logarithms(exponent: f64, amounts: &[f64], out: &mut [f64]) {
    if exponent > 0.0 {
        for (out, &amount) in out.iter_mut().zip(amounts) {
            *out += if amount > 0.0 { exponent * ln(amount) } else { f64::NEG_INFINITY };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::assert_close;
    use super::*;

    fn utility(entry: &CobbDouglas, money: f64, holdings: [f64; 2], weights: [f64; 2]) -> f64 {
        let mut out = [9.0];
        let columns: [&[f64]; 2] = [&[holdings[0]], &[holdings[1]]];
        let (marked, liquidation) = (&[0.0], &[0.0]);
        let wealth = Wealth { marked, liquidation, money: &[money], holdings: &columns, weights: &weights };
        entry.utility(&wealth, &mut out);
        out[0]
    }

    #[test]
    fn it_is_the_weighted_geometric_mean() {
        let own = CobbDouglas { money_weight: 2.0, weights: None };
        // Exponents 1/2, 1/4 and 1/4: √9·⁴√(16·81).
        assert_close(utility(&own, 9.0, [16.0, 81.0], [1.0, 1.0]), 3.0 * 6.0);
        assert_close(utility(&own, 18.0, [32.0, 162.0], [1.0, 1.0]), 2.0 * 3.0 * 6.0);
        let given = CobbDouglas { money_weight: 0.0, weights: Some(vec![1.0, 0.0]) };
        assert_close(utility(&given, 0.0, [16.0, 0.0], [5.0, 5.0]), 16.0);
    }

    #[test]
    fn who_lacks_something_with_a_weight_has_none() {
        let own = CobbDouglas { money_weight: 1.0, weights: None };
        assert_eq!(utility(&own, 1e300, [0.0, 5.0], [1.0, 1.0]), 0.0);
        assert_eq!(utility(&own, -1.0, [3.0, 5.0], [1.0, 1.0]), 0.0);
    }

    #[test]
    fn given_weights_must_be_one_for_each_asset() {
        let given = CobbDouglas { money_weight: 1.0, weights: Some(vec![1.0]) };
        assert_eq!(given.fits(2).unwrap_err(), "`weights` has 1 numbers for the cohort's 2 assets");
        assert!(given.fits(1).is_ok());
    }
}
