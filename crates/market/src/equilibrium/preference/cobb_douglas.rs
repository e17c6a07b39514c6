//! Cobb and Douglas's preference.

use walras_catalog::entry;
use walras_numerics::elementary::{exp, ln};
use walras_numerics::sum;

use super::{Preference, Slopes, Tie, shares, some_weight};

entry! {
    /// A fixed share of income is spent on each good.
    ///
    /// The preference of constant elasticity with σ = 1: goods are gross substitutes, an economy of such consumers
    /// has one equilibrium, and its prices solve a linear system.
    pub struct CobbDouglas = "cobb_douglas" {
        formula: "u = Π (x_j/α_j)^(α_j), x_j = α_j·m/p_j, with the weights scaled to Σ α_j = 1",
        check: |this| some_weight(&this.weights),
        source: "C. W. Cobb, P. H. Douglas, \"A theory of production\", American Economic Review 18, 1928",
        /// α_j: the shares of income, up to a common factor; zero for a good that is not wanted.
        weights: Vec<f64>, within 0.0..=1e12;
    }
}

impl CobbDouglas {
    fn share(&self, good: usize) -> f64 {
        self.weights[good] / sum::sum(&self.weights)
    }
}

impl Preference for CobbDouglas {
    fn goods(&self) -> usize {
        self.weights.len()
    }

    fn demand(&self, prices: &[f64], income: f64, bundle: &mut [f64]) -> Result<(), Tie> {
        let total = sum::sum(&self.weights);
        for ((amount, weight), price) in bundle.iter_mut().zip(&self.weights).zip(prices) {
            *amount = weight / total * income / price;
        }
        Ok(())
    }

    fn slopes(&self, prices: &[f64], income: f64, slopes: &mut Slopes) -> Result<(), Tie> {
        let shares: Vec<f64> = (0..self.goods()).map(|good| self.share(good)).collect();
        shares::slopes(&shares, 1.0, prices, income, slopes);
        Ok(())
    }

    fn utility(&self, bundle: &[f64]) -> f64 {
        let term = |good: usize| {
            let share = self.share(good);
            if share > 0.0 { share * ln(bundle[good] / share) } else { 0.0 }
        };
        exp(sum::sum_by(self.goods(), term))
    }

    fn marginal_utility(&self, bundle: &[f64], into: &mut [f64]) -> bool {
        let utility = self.utility(bundle);
        for (good, (marginal, amount)) in into.iter_mut().zip(bundle).enumerate() {
            *marginal = if self.weights[good] > 0.0 { utility * self.share(good) / amount } else { 0.0 };
        }
        true
    }

    fn utility_of_money(&self, prices: &[f64]) -> Option<f64> {
        let term = |good: usize| if self.weights[good] > 0.0 { -self.share(good) * ln(prices[good]) } else { 0.0 };
        Some(exp(sum::sum_by(self.goods(), term)))
    }

    fn gross_substitutes(&self) -> bool {
        true
    }

    fn response(&self, bids: &[f64], _bundle: &[f64], _prices: &[f64], next: &mut [f64]) -> bool {
        let budget = sum::sum(bids);
        for (good, bid) in next.iter_mut().enumerate() {
            *bid = self.share(good) * budget;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half of 12 buys 3 at 2, a third 1 at 4, a sixth 20 at .1; the weights are the shares times six.
    #[test]
    fn shares_of_income_are_the_weights() {
        let preference = CobbDouglas { weights: vec![3.0, 2.0, 1.0] };
        let mut bundle = [0.0; 3];
        preference.demand(&[2.0, 4.0, 0.1], 12.0, &mut bundle).unwrap();
        for (found, expected) in bundle.iter().zip([3.0, 1.0, 20.0]) {
            assert!((found / expected - 1.0).abs() < 1e-15);
        }
        // A bundle equal to the shares has the utility one.
        assert!((preference.utility(&[0.5, 1.0 / 3.0, 1.0 / 6.0]) - 1.0).abs() < 1e-15);
    }
}
