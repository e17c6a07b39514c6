//! The preference of constant elasticity of substitution.

use walras_catalog::entry;
use walras_numerics::elementary::{exp, exp_m1, ln, ln_1p, pow};
use walras_numerics::sum;

use super::{Preference, Slopes, Tie, shares, some_weight};

entry! {
    /// The ratio of two goods wanted falls by σ percent when the ratio of their prices rises by one.
    ///
    /// At σ = 1 it is Cobb and Douglas's preference, at σ = 0 Leontief's, and both limits are taken exactly. As σ
    /// grows it nears the linear one with equal coefficients. Above one goods are gross substitutes; below, an
    /// economy may have several equilibria. A utility written (Σ a_j·x_j^r)^(1/r) has σ = 1/(1 − r) and the weights
    /// α_j = a_j^σ.
    pub struct ConstantElasticity = "constant_elasticity" {
        formula: "u = (Σ α_j·(x_j/α_j)^ρ)^(1/ρ), ρ = 1 − 1/σ; x_j = m·α_j·p_j^(−σ)/Σ α_k·p_k^(1 − σ), with Σ α_j = 1",
        check: |this| some_weight(&this.weights),
        source: "K. J. Arrow, H. B. Chenery, B. S. Minhas, R. M. Solow, \"Capital-labor substitution and economic efficiency\", 1961",
        /// α_j: the shares of income at equal prices, up to a common factor; zero for a good that is not wanted.
        weights: Vec<f64>, within 0.0..=1e12;
        /// σ: the elasticity of substitution.
        elasticity: f64, within 0.0..=1e6;
    }
}

impl ConstantElasticity {
    fn shares(&self, prices: &[f64]) -> Vec<f64> {
        let mut shares = vec![0.0; self.goods()];
        shares::fill(&self.weights, self.elasticity, prices, &mut shares);
        shares
    }

    /// ln of the power mean M_ρ of `values` with the weights α: (1/ρ)·ln Σ α_j·v_j^ρ, and its limits: the geometric
    /// mean at ρ = 0 and the least value at ρ = −∞.
    ///
    /// Taken about the logarithm L of the value whose term is greatest, it is L + ln(1 + Σ α_j·(e^(ρ·(l_j − L)) −
    /// 1))/ρ, in which nothing cancels as ρ nears zero and nothing overflows.
    fn ln_power_mean(&self, rho: f64, value: impl Fn(usize) -> f64) -> f64 {
        let total = sum::sum(&self.weights);
        let wanted = || (0..self.goods()).filter(|&good| self.weights[good] > 0.0);
        let logs: Vec<f64> = (0..self.goods()).map(|good| ln(value(good))).collect();
        let least = wanted().map(|good| logs[good]).fold(f64::INFINITY, f64::min);
        if rho == f64::NEG_INFINITY || (least == f64::NEG_INFINITY && rho <= 0.0) {
            return least;
        }
        let weight = |good: usize| self.weights[good] / total;
        let weighted = |term: &dyn Fn(usize) -> f64| {
            sum::sum_by(self.goods(), |good| if self.weights[good] > 0.0 { weight(good) * term(good) } else { 0.0 })
        };
        if rho == 0.0 {
            return weighted(&|good| logs[good]);
        }
        let centre = if rho < 0.0 { least } else { wanted().map(|good| logs[good]).fold(least, f64::max) };
        if centre == f64::NEG_INFINITY {
            return centre;
        }
        // Far from the centre the weights decide: 1 + Σ α·(e^y − 1) is then Σ α·e^y, which has no cancellation left.
        let small = weighted(&|good| exp_m1(rho * (logs[good] - centre)));
        if small > -0.5 {
            centre + ln_1p(small) / rho
        } else {
            centre + ln(weighted(&|good| exp(rho * (logs[good] - centre)))) / rho
        }
    }
}

impl Preference for ConstantElasticity {
    fn goods(&self) -> usize {
        self.weights.len()
    }

    fn demand(&self, prices: &[f64], income: f64, bundle: &mut [f64]) -> Result<(), Tie> {
        shares::fill(&self.weights, self.elasticity, prices, bundle);
        for (amount, price) in bundle.iter_mut().zip(prices) {
            *amount *= income / price;
        }
        Ok(())
    }

    fn slopes(&self, prices: &[f64], income: f64, slopes: &mut Slopes) -> Result<(), Tie> {
        shares::slopes(&self.shares(prices), self.elasticity, prices, income, slopes);
        Ok(())
    }

    fn utility(&self, bundle: &[f64]) -> f64 {
        let total = sum::sum(&self.weights);
        exp(self.ln_power_mean(1.0 - 1.0 / self.elasticity, |good| bundle[good] / self.weights[good] * total))
    }

    fn marginal_utility(&self, bundle: &[f64], into: &mut [f64]) -> bool {
        if self.elasticity == 0.0 {
            return false;
        }
        // ∂u/∂x_j = (u·α_j/x_j)^(1/σ).
        let (utility, total) = (self.utility(bundle), sum::sum(&self.weights));
        for ((marginal, weight), amount) in into.iter_mut().zip(&self.weights).zip(bundle) {
            let ratio = utility * (weight / total) / amount;
            *marginal = if *weight > 0.0 { pow(ratio, 1.0 / self.elasticity) } else { 0.0 };
        }
        true
    }

    fn utility_of_money(&self, prices: &[f64]) -> Option<f64> {
        // The price of one unit of utility is the power mean of the prices of order 1 − σ.
        Some(exp(-self.ln_power_mean(1.0 - self.elasticity, |good| prices[good])))
    }

    fn gross_substitutes(&self) -> bool {
        self.elasticity >= 1.0
    }

    fn response(&self, bids: &[f64], bundle: &[f64], prices: &[f64], next: &mut [f64]) -> bool {
        let budget = sum::sum(bids);
        if self.elasticity < 1.0 {
            // Complements answer prices with the bids of demand: their shares follow prices less than one for one.
            shares::fill(&self.weights, self.elasticity, prices, next);
        } else {
            // Substitutes bid in proportion to each good's part in their utility, α_j^(1/σ)·x_j^ρ.
            let term = |good: usize| {
                let (weight, amount) = (self.weights[good], bundle[good]);
                let rho = 1.0 - 1.0 / self.elasticity;
                if weight > 0.0 && (amount > 0.0 || rho == 0.0) {
                    ln(weight) + rho * ln(amount / weight)
                } else {
                    f64::NEG_INFINITY
                }
            };
            let top = (0..self.goods()).map(term).fold(f64::NEG_INFINITY, f64::max);
            for (good, part) in next.iter_mut().enumerate() {
                *part = exp(term(good) - top);
            }
            let total = sum::sum(next);
            for part in next.iter_mut() {
                *part /= total;
            }
        }
        for bid in next.iter_mut() {
            *bid *= budget;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CobbDouglas, Leontief};
    use super::*;

    const PRICES: [f64; 3] = [0.7, 3.0, 1.9];

    fn demand(preference: &dyn Preference) -> Vec<f64> {
        let mut bundle = vec![0.0; 3];
        preference.demand(&PRICES, 11.0, &mut bundle).unwrap();
        bundle
    }

    fn near(found: &[f64], expected: &[f64], tolerance: f64) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found / expected - 1.0).abs() <= tolerance, "{found} is not {expected}");
        }
    }

    #[test]
    fn an_elasticity_of_one_or_zero_is_the_named_preference() {
        let weights = vec![0.5, 0.2, 0.3];
        let at = |elasticity| ConstantElasticity { weights: weights.clone(), elasticity };
        let (cobb, leontief) = (CobbDouglas { weights: weights.clone() }, Leontief { weights: weights.clone() });
        near(&demand(&at(1.0)), &demand(&cobb), 1e-14);
        near(&demand(&at(0.0)), &demand(&leontief), 1e-14);
        let bundle = [1.0, 2.0, 0.4];
        near(&[at(1.0).utility(&bundle)], &[cobb.utility(&bundle)], 1e-14);
        near(&[at(0.0).utility(&bundle)], &[leontief.utility(&bundle)], 1e-14);
        // And nothing jumps on the way there: the difference is of the order of the distance.
        for distance in [1e-3, 1e-6, 1e-9, 1e-12, 1e-15] {
            for elasticity in [1.0 - distance, 1.0 + distance] {
                near(&[at(elasticity).utility(&bundle)], &[cobb.utility(&bundle)], 2.0 * distance + 1e-14);
                near(&demand(&at(elasticity)), &demand(&cobb), 4.0 * distance + 1e-14);
            }
            near(&[at(distance).utility(&bundle)], &[leontief.utility(&bundle)], 4.0 * distance + 1e-14);
            near(&demand(&at(distance)), &demand(&leontief), 4.0 * distance + 1e-14);
        }
    }

    /// σ = 2 and equal weights: x_j ∝ p_j⁻², and u = (Σ √(x_j/2))²/2·… worked out for two goods at prices 1 and 2:
    /// shares 2/3 and 1/3 of 6, so 4 and 1; u = (½·√8 + ½·√2)² = 4.5.
    #[test]
    fn two_goods_by_hand() {
        let preference = ConstantElasticity { weights: vec![1.0, 1.0], elasticity: 2.0 };
        let mut bundle = [0.0; 2];
        preference.demand(&[1.0, 2.0], 6.0, &mut bundle).unwrap();
        near(&bundle, &[4.0, 1.0], 1e-15);
        near(&[preference.utility(&bundle)], &[4.5], 1e-15);
        near(&[preference.utility_of_money(&[1.0, 2.0]).unwrap()], &[0.75], 1e-15);
    }

    #[test]
    fn extreme_elasticities_and_prices_stay_numbers() {
        for elasticity in [1e-6, 0.01, 50.0, 1e6] {
            let preference = ConstantElasticity { weights: vec![1.0, 1e-9, 1e9], elasticity };
            let mut bundle = [0.0; 3];
            let prices = [1e-12, 1.0, 1e12];
            preference.demand(&prices, 1.0, &mut bundle).unwrap();
            let spent: f64 = bundle.iter().zip(prices).map(|(amount, price)| amount * price).sum();
            assert!((spent - 1.0).abs() < 1e-13, "{spent} at an elasticity of {elasticity}");
            assert!(preference.utility(&bundle).is_finite());
        }
    }
}
