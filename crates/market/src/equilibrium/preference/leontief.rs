//! Leontief's preference.

use walras_catalog::entry;
use walras_numerics::sum;

use super::{Preference, Slopes, Tie, some_weight};

entry! {
    /// Goods are wanted in fixed proportions: perfect complements.
    ///
    /// Income effects are all there is, so a price may well have to rise for demand to rise, and nothing keeps a
    /// tâtonnement from circling (Scarf 1960).
    pub struct Leontief = "leontief" {
        formula: "u = min x_j/α_j over α_j > 0, x_j = α_j·m/Σ α_k·p_k",
        check: |this| some_weight(&this.weights),
        source: "W. Leontief, \"The Structure of American Economy\", 1941",
        /// α_j: how much of each good goes into one unit of utility; zero for a good that is not wanted.
        weights: Vec<f64>, within 0.0..=1e12, unit "good";
    }
}

impl Leontief {
    /// What one unit of utility costs.
    fn unit_cost(&self, prices: &[f64]) -> f64 {
        sum::sum_by(self.goods(), |good| self.weights[good] * prices[good])
    }
}

impl Preference for Leontief {
    fn goods(&self) -> usize {
        self.weights.len()
    }

    fn demand(&self, prices: &[f64], income: f64, bundle: &mut [f64]) -> Result<(), Tie> {
        let cost = self.unit_cost(prices);
        for (amount, weight) in bundle.iter_mut().zip(&self.weights) {
            *amount = weight * income / cost;
        }
        Ok(())
    }

    fn slopes(&self, prices: &[f64], income: f64, slopes: &mut Slopes) -> Result<(), Tie> {
        let cost = self.unit_cost(prices);
        for (j, weight) in self.weights.iter().enumerate() {
            for (value, other) in slopes.by_price.row_mut(j).iter_mut().zip(&self.weights) {
                *value = -weight * income / cost * (other / cost);
            }
            slopes.by_income[j] = weight / cost;
        }
        Ok(())
    }

    fn utility(&self, bundle: &[f64]) -> f64 {
        let wanted = self.weights.iter().zip(bundle).filter(|(weight, _)| **weight > 0.0);
        wanted.map(|(weight, amount)| amount / weight).fold(f64::INFINITY, f64::min)
    }

    fn marginal_utility(&self, _bundle: &[f64], _into: &mut [f64]) -> bool {
        false
    }

    fn utility_of_money(&self, prices: &[f64]) -> Option<f64> {
        Some(1.0 / self.unit_cost(prices))
    }

    fn gross_substitutes(&self) -> bool {
        // Only who wants a single good never wants less of it when another's price rises.
        self.weights.iter().filter(|&&weight| weight > 0.0).count() == 1
    }

    fn response(&self, bids: &[f64], _bundle: &[f64], prices: &[f64], next: &mut [f64]) -> bool {
        let (budget, cost) = (sum::sum(bids), self.unit_cost(prices));
        for ((bid, weight), price) in next.iter_mut().zip(&self.weights).zip(prices) {
            *bid = weight * price / cost * budget;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two wheels and one frame, 10 and 30 each: a bicycle costs 50, and 200 buy four.
    #[test]
    fn bicycles() {
        let preference = Leontief { weights: vec![2.0, 1.0, 0.0] };
        let mut bundle = [0.0; 3];
        preference.demand(&[10.0, 30.0, 7.0], 200.0, &mut bundle).unwrap();
        assert_eq!(bundle, [8.0, 4.0, 0.0]);
        assert_eq!(preference.utility(&[8.0, 5.0, 9.0]), 4.0);
        assert_eq!(preference.utility_of_money(&[10.0, 30.0, 7.0]), Some(0.02));
    }
}
