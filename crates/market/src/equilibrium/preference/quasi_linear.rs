//! Quasi-linear preferences: one good serves as money.

use walras_catalog::{choice, entry};
use walras_numerics::elementary::{exp, exp_m1, ln, pow};
use walras_numerics::sum;

use super::{Preference, Slopes, Tie, shares, some_weight};

choice! {
    /// The utility φ of a good other than money.
    pub enum Felicity {
        /// φ' = a·x^(−1/c): demand of the constant price elasticity c; its logarithm at c = 1.
        Power = "power",
        /// φ' = a·e^(−x/c): a good whose price is above its worth a is not bought at all.
        Exponential = "exponential",
    }
}

entry! {
    /// The utility of one good, money, is linear, and what is bought of the others does not depend on income.
    ///
    /// As long as money is left, that is: money never falls below zero, and who cannot pay for all spends everything
    /// on the other goods, where it helps most. Two such consumers whose moneys are different goods may well
    /// have three equilibria.
    pub struct QuasiLinear = "quasi_linear" {
        formula: "u = a_0·x_0 + Σ φ_j(x_j), φ_j'(x_j) = a_0·p_j/p_0 while money is left",
        check: |this| {
            some_weight(&this.weights)?;
            match this.weights.get(this.money) {
                Some(&weight) if weight > 0.0 => Ok(()),
                Some(_) => Err(("weights", "the good that serves as money must have a weight above zero".to_owned())),
                None => Err(("money", format!("there are only {} goods", this.weights.len()))),
            }
        },
        source: "L. S. Shapley, M. Shubik, \"An example of a trading economy with three competitive equilibria\", JPE 85, 1977",
        /// a_j: the utility of one unit of money, and the marginal utility of the first (exponential), or the one
        /// (power), unit of any other good; zero for a good that is not wanted.
        weights: Vec<f64>, within 0.0..=1e12;
        /// Which good serves as money, counted from zero.
        money: usize = 0;
        /// The form of the other goods' utility.
        felicity: Felicity = Felicity::Power;
        /// c: the price elasticity of a power; of an exponential, the amount over which marginal utility falls e-fold.
        curvature: f64, within 1e-6..=1e6;
    }
}

/// What is demanded, and what is needed for its slopes.
struct Demand {
    bundle: Vec<f64>,
    /// g_j = −∂x_j/∂ln(λ·p_j), with λ the marginal utility of income.
    responses: Vec<f64>,
    /// Whether all income is spent on goods other than money.
    penniless: bool,
}

impl QuasiLinear {
    fn others(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.goods()).filter(|&good| good != self.money && self.weights[good] > 0.0)
    }

    /// The amount at which the marginal utility of `good` is `marginal`.
    fn amount(&self, good: usize, marginal: f64) -> f64 {
        let ratio = self.weights[good] / marginal;
        match self.felicity {
            Felicity::Power => pow(ratio, self.curvature),
            Felicity::Exponential => (self.curvature * ln(ratio)).max(0.0),
        }
    }

    fn solve(&self, prices: &[f64], income: f64) -> Demand {
        let mut bundle = vec![0.0; self.goods()];
        let worth = self.weights[self.money] / prices[self.money];
        for good in self.others() {
            bundle[good] = self.amount(good, worth * prices[good]);
        }
        let spent = sum::sum_by(bundle.len(), |good| prices[good] * bundle[good]);
        let penniless = spent > income;
        if penniless {
            match self.felicity {
                Felicity::Power => self.all_on_powers(prices, income, &mut bundle),
                Felicity::Exponential => self.all_on_exponentials(prices, income, &mut bundle),
            }
        } else {
            bundle[self.money] = (income - spent) / prices[self.money];
        }
        let response = |good: usize| match self.felicity {
            Felicity::Power => self.curvature * bundle[good],
            Felicity::Exponential if bundle[good] > 0.0 => self.curvature,
            Felicity::Exponential => 0.0,
        };
        let responses = (0..self.goods()).map(|good| if good == self.money { 0.0 } else { response(good) }).collect();
        Demand { bundle, responses, penniless }
    }

    /// Without money, powers of one elasticity are a preference of constant elasticity with the weights a_j^c.
    fn all_on_powers(&self, prices: &[f64], income: f64, bundle: &mut [f64]) {
        let mut weights = vec![0.0; self.goods()];
        // Scaled by the greatest, so that no power overflows.
        let most = self.others().map(|good| self.weights[good]).fold(0.0, f64::max);
        for good in self.others() {
            weights[good] = pow(self.weights[good] / most, self.curvature);
        }
        shares::fill(&weights, self.curvature, prices, bundle);
        for (amount, price) in bundle.iter_mut().zip(prices) {
            *amount *= income / price;
        }
    }

    /// Σ p_j·c·(ln(a_j/p_j) − ln λ) = m over the goods for which the bracket is positive: the goods of highest
    /// a_j/p_j are bought, one after another.
    fn all_on_exponentials(&self, prices: &[f64], income: f64, bundle: &mut [f64]) {
        let mut goods: Vec<(f64, usize)> =
            self.others().map(|good| (ln(self.weights[good] / prices[good]), good)).collect();
        goods.sort_by(|(one, this), (other, that)| other.total_cmp(one).then(this.cmp(that)));
        let (mut price, mut weighted, mut level) = (0.0, 0.0, f64::INFINITY);
        for &(height, good) in &goods {
            if height <= level && level.is_finite() {
                break;
            }
            price += prices[good];
            weighted += prices[good] * height;
            level = (weighted - income / self.curvature) / price;
        }
        bundle.fill(0.0);
        for &(height, good) in &goods {
            bundle[good] = (self.curvature * (height - level)).max(0.0);
        }
        // The level is a difference of large terms: hold what is spent to the income.
        let spent = sum::sum_by(bundle.len(), |good| prices[good] * bundle[good]);
        if spent > 0.0 {
            for amount in bundle.iter_mut() {
                *amount *= income / spent;
            }
        }
    }
}

impl Preference for QuasiLinear {
    fn goods(&self) -> usize {
        self.weights.len()
    }

    fn demand(&self, prices: &[f64], income: f64, bundle: &mut [f64]) -> Result<(), Tie> {
        bundle.copy_from_slice(&self.solve(prices, income).bundle);
        Ok(())
    }

    fn slopes(&self, prices: &[f64], income: f64, slopes: &mut Slopes) -> Result<(), Tie> {
        let Demand { bundle, responses, penniless } = self.solve(prices, income);
        let (money, worth) = (self.money, prices[self.money]);
        slopes.by_price.clear();
        slopes.by_income.fill(0.0);
        let spread = sum::sum_by(bundle.len(), |good| prices[good] * responses[good]);
        for j in (0..bundle.len()).filter(|&good| good != money) {
            slopes.by_price[(j, j)] = -responses[j] / prices[j];
            if penniless && spread > 0.0 {
                // d ln λ = (Σ (x_k − g_k)·dp_k − dm)/Σ p_k·g_k keeps spending at the income.
                for k in (0..bundle.len()).filter(|&good| good != money) {
                    slopes.by_price[(j, k)] -= responses[j] * (bundle[k] - responses[k]) / spread;
                }
                slopes.by_income[j] = responses[j] / spread;
            } else if !penniless {
                slopes.by_price[(j, money)] = responses[j] / worth;
                slopes.by_price[(money, j)] = (responses[j] - bundle[j]) / worth;
            }
        }
        if !penniless {
            slopes.by_price[(money, money)] = -(bundle[money] + spread / worth) / worth;
            slopes.by_income[money] = 1.0 / worth;
        }
        Ok(())
    }

    fn utility(&self, bundle: &[f64]) -> f64 {
        let exponent = 1.0 - 1.0 / self.curvature;
        let felicity = |good: usize| {
            let (weight, amount) = (self.weights[good], bundle[good]);
            match self.felicity {
                _ if good == self.money => weight * amount,
                _ if weight == 0.0 => 0.0,
                // (x^e − 1)/e, which is ln x at e = 0.
                Felicity::Power if exponent == 0.0 => weight * ln(amount),
                Felicity::Power => weight * (exp_m1(exponent * ln(amount)) / exponent),
                Felicity::Exponential => -weight * self.curvature * exp_m1(-amount / self.curvature),
            }
        };
        sum::sum_by(self.goods(), felicity)
    }

    fn marginal_utility(&self, bundle: &[f64], into: &mut [f64]) -> bool {
        for (good, (marginal, &amount)) in into.iter_mut().zip(bundle).enumerate() {
            let weight = self.weights[good];
            *marginal = match self.felicity {
                _ if good == self.money || weight == 0.0 => weight,
                Felicity::Power => weight * pow(amount, -1.0 / self.curvature),
                Felicity::Exponential => weight * exp(-amount / self.curvature),
            };
        }
        true
    }

    fn utility_of_money(&self, _prices: &[f64]) -> Option<f64> {
        None
    }

    fn gross_substitutes(&self) -> bool {
        false
    }

    fn response(&self, _bids: &[f64], _bundle: &[f64], _prices: &[f64], _next: &mut [f64]) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(preference: &QuasiLinear, prices: &[f64], income: f64) -> Vec<f64> {
        let mut bundle = vec![0.0; prices.len()];
        preference.demand(prices, income, &mut bundle).unwrap();
        bundle
    }

    fn near(found: &[f64], expected: &[f64]) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} is not {expected}");
        }
    }

    /// With φ = 2·4·√x (a = 4, c = 2) and a price of 2, 4/√x = 2 at x = 4, which costs 8.
    #[test]
    fn what_is_bought_does_not_depend_on_income_until_money_runs_out() {
        let preference = QuasiLinear { weights: vec![1.0, 4.0], money: 0, felicity: Felicity::Power, curvature: 2.0 };
        near(&demand(&preference, &[1.0, 2.0], 20.0), &[12.0, 4.0]);
        near(&demand(&preference, &[1.0, 2.0], 9.0), &[1.0, 4.0]);
        near(&demand(&preference, &[1.0, 2.0], 6.0), &[0.0, 3.0]);
    }

    /// Goods worth e³ and e at a price of 1 and c = 1. With 4 to spend and money worth 1: 3 and 1, and nothing left.
    /// With 2: a level of ln λ with 3 − l + max(1 − l, 0) = 2 is l = 1, so 2 and none.
    #[test]
    fn exponentials_are_bought_in_the_order_of_their_worth() {
        let weights = vec![1.0, exp(3.0), exp(1.0), 0.5];
        let preference = QuasiLinear { weights, money: 0, felicity: Felicity::Exponential, curvature: 1.0 };
        near(&demand(&preference, &[1.0; 4], 5.0), &[1.0, 3.0, 1.0, 0.0]);
        near(&demand(&preference, &[1.0; 4], 2.0), &[0.0, 2.0, 0.0, 0.0]);
        near(&demand(&preference, &[1.0; 4], 3.0), &[0.0, 2.5, 0.5, 0.0]);
        near(&demand(&preference, &[1.0; 4], 0.0), &[0.0; 4]);
    }
}
