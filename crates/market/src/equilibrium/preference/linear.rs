//! The linear preference: perfect substitutes.

use walras_catalog::entry;
use walras_numerics::sum;

use super::{Preference, Slopes, Tie, some_weight};

entry! {
    /// Goods are perfect substitutes: all income goes to whichever gives most utility for money.
    ///
    /// Where two goods give equally much, demand is not one bundle but every mixture of the two, and the equilibria of
    /// economies with such consumers stand just there. So a method that looks for a zero of excess demand cannot land
    /// on one: at a tie this refuses, naming the two goods. A simplicial method closes in on one all the same, and
    /// mixes the demands around it; markets of buyers with budgets (Fisher's) have proportional response, which
    /// splits bids and needs no choice at a tie.
    pub struct Linear = "linear" {
        formula: "u = Σ a_j·x_j, x_j = m/p_j for the greatest a_j/p_j",
        check: |this| some_weight(&this.weights),
        source: "D. Gale, \"The linear exchange model\", Journal of Mathematical Economics 3, 1976",
        /// a_j: the utility of one unit of each good.
        weights: Vec<f64>, within 0.0..=1e12, unit "utility/good";
    }
}

impl Linear {
    /// The good that gives most for money, the lower index at a tie, and another that gives as much if there is one.
    fn best(&self, prices: &[f64]) -> (usize, Option<usize>) {
        // a_j/p_j > a_k/p_k, asked by products, so that equal quotients that round apart still tie.
        let mut best = 0;
        let mut tied = None;
        for good in 1..self.goods() {
            let (this, most) = (self.weights[good] * prices[best], self.weights[best] * prices[good]);
            if this > most {
                (best, tied) = (good, None);
            } else if this == most && this > 0.0 && tied.is_none() {
                tied = Some(good);
            }
        }
        (best, tied)
    }
}

impl Preference for Linear {
    fn goods(&self) -> usize {
        self.weights.len()
    }

    fn demand(&self, prices: &[f64], income: f64, bundle: &mut [f64]) -> Result<(), Tie> {
        let (best, tied) = self.best(prices);
        if let Some(second) = tied {
            return Err(Tie { first: best, second });
        }
        bundle.fill(0.0);
        bundle[best] = income / prices[best];
        Ok(())
    }

    fn slopes(&self, prices: &[f64], income: f64, slopes: &mut Slopes) -> Result<(), Tie> {
        let (best, tied) = self.best(prices);
        if let Some(second) = tied {
            return Err(Tie { first: best, second });
        }
        slopes.by_price.clear();
        slopes.by_income.fill(0.0);
        slopes.by_price[(best, best)] = -income / prices[best] / prices[best];
        slopes.by_income[best] = 1.0 / prices[best];
        Ok(())
    }

    fn utility(&self, bundle: &[f64]) -> f64 {
        sum::sum_by(self.goods(), |good| self.weights[good] * bundle[good])
    }

    fn marginal_utility(&self, _bundle: &[f64], into: &mut [f64]) -> bool {
        into.copy_from_slice(&self.weights);
        true
    }

    fn utility_of_money(&self, prices: &[f64]) -> Option<f64> {
        let (best, _) = self.best(prices);
        Some(self.weights[best] / prices[best])
    }

    fn gross_substitutes(&self) -> bool {
        true
    }

    fn response(&self, bids: &[f64], bundle: &[f64], _prices: &[f64], next: &mut [f64]) -> bool {
        let (budget, utility) = (sum::sum(bids), self.utility(bundle));
        for ((bid, weight), amount) in next.iter_mut().zip(&self.weights).zip(bundle) {
            *bid = weight * amount / utility * budget;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_income_goes_to_the_best_good_and_a_tie_is_named() {
        let preference = Linear { weights: vec![1.0, 3.0, 2.0] };
        let mut bundle = [0.0; 3];
        preference.demand(&[1.0, 2.0, 2.0], 8.0, &mut bundle).unwrap();
        assert_eq!(bundle, [0.0, 4.0, 0.0]);
        assert_eq!(preference.utility_of_money(&[1.0, 2.0, 2.0]), Some(1.5));
        let tie = preference.demand(&[1.0, 6.0, 2.0], 8.0, &mut bundle);
        assert_eq!(tie, Err(Tie { first: 0, second: 2 }));
    }
}
