//! Which of two markets finds the price first.

use walras_numerics::elementary::ln;
use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_positive, is_positive};
use crate::regression::least_squares;

/// The first market's part in finding a price that two markets share; the second has the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InformationShare {
    /// Its information share when what moves both markets at once is laid to the second.
    pub lowest: f64,
    /// Its information share when what moves both at once is laid to the first.
    pub highest: f64,
    /// Its weight in the common price (Gonzalo and Granger 1995), which can lie outside [0, 1].
    pub component_share: f64,
}

impl InformationShare {
    /// The middle of the two bounds, as is usually reported.
    #[must_use]
    pub fn middle(&self) -> f64 {
        self.lowest + (self.highest - self.lowest) / 2.0
    }
}

/// Describes [`information_share`].
pub const INFORMATION_SHARE: MeasureDescription = MeasureDescription {
    name: "information_share",
    meaning: "part of the variance of the price that two markets share which comes from the first, between two bounds",
    formula: "Δp_t = c + α (p₁−p₂)_{t−1} + Σ Γ_i Δp_{t−i} + e_t; ψ ∝ (α₂, −α₁), Ω = cov e = F Fᵀ; (ψF)₁² / (ψ Ω ψᵀ)",
    unit: "fraction",
    source: "Hasbrouck 1995, Journal of Finance 50(4); the weights by Baillie et al. 2002, Journal of Financial Markets 5(3)",
};

/// Hasbrouck's information share of the first of two markets for the same asset, from an error correction of log prices
/// with that many lags.
///
/// The bounds are the two orders in which the covariance of the innovations can be factored; they are close when few
/// innovations come in the same step. `None` for columns of unequal length, prices that are not finite and above zero,
/// fewer than two observations for each coefficient, and markets that do not correct toward each other at all.
#[must_use]
pub fn information_share(first: &[f64], second: &[f64], lags: usize) -> Option<InformationShare> {
    let count = first.len();
    let coefficients = lags.checked_mul(2)?.checked_add(2)?;
    let rows = count.checked_sub(lags)?.checked_sub(1)?;
    if count != second.len() || rows / 2 < coefficients || !all_positive(first) || !all_positive(second) {
        return None;
    }
    let logarithms = |prices: &[f64]| prices.iter().map(|&price| ln(price)).collect::<Vec<f64>>();
    let prices = [logarithms(first), logarithms(second)];
    // The change that leads to price t.
    let change = |market: usize, t: usize| prices[market][t] - prices[market][t - 1];
    let times = lags + 1..count;
    let mut columns = vec![vec![1.0; rows], times.clone().map(|t| prices[0][t - 1] - prices[1][t - 1]).collect()];
    for lag in 1..=lags {
        columns.extend((0..2).map(|market| times.clone().map(|t| change(market, t - lag)).collect::<Vec<f64>>()));
    }
    let regress = |market: usize| {
        let changes: Vec<f64> = times.clone().map(|t| change(market, t)).collect();
        let (coefficients, residuals) = least_squares(&columns, &changes)?;
        Some((coefficients[1], residuals))
    };
    let ((pull_first, errors_first), (pull_second, errors_second)) = (regress(0)?, regress(1)?);
    let covariance = |a: &[f64], b: &[f64]| sum::sum_by(rows, |i| a[i] * b[i]) / rows as f64;
    shares(
        [pull_first, pull_second],
        [
            covariance(&errors_first, &errors_first),
            covariance(&errors_second, &errors_second),
            covariance(&errors_first, &errors_second),
        ],
    )
}

/// The shares from the pulls toward each other and the variances and covariance of the innovations.
fn shares([pull_first, pull_second]: [f64; 2], [first, second, both]: [f64; 3]) -> Option<InformationShare> {
    let weight = pull_second / (pull_second - pull_first);
    let other = 1.0 - weight;
    let total = weight * weight * first + other * other * second + 2.0 * weight * other * both;
    if !is_positive(total) {
        return None;
    }
    let squared = |x: f64| x * x;
    // What comes at once is part of the one that stands first.
    let leading = if first > 0.0 { squared(weight * first + other * both) / first / total } else { 0.0 };
    let unshared = first - if second > 0.0 { both * both / second } else { 0.0 };
    let following = squared(weight) * unshared / total;
    let (lowest, highest) = (leading.min(following).clamp(0.0, 1.0), leading.max(following).clamp(0.0, 1.0));
    let share = InformationShare { lowest, highest, component_share: weight };
    all_finite(&[lowest, highest, weight]).then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;
    use crate::samples::Samples;

    /// Two markets with these pulls, deviations and correlation of innovations, and as many lags of own changes.
    fn markets(seed: u64, pulls: [f64; 2], deviations: [f64; 2], correlation: f64, momentum: f64) -> [Vec<f64>; 2] {
        let mut draws = Samples::new(seed);
        let (mut levels, mut changes) = ([0.0_f64; 2], [0.0_f64; 2]);
        let mut prices = [Vec::new(), Vec::new()];
        for _ in 0..100_000 {
            let (a, b) = (draws.normal(), draws.normal());
            let gap = levels[0] - levels[1];
            let errors = [a, correlation * a + (1.0 - correlation * correlation).sqrt() * b];
            for market in 0..2 {
                let error = 1e-3 * deviations[market] * errors[market];
                changes[market] = pulls[market] * gap + momentum * changes[market] + error;
                levels[market] += changes[market];
                prices[market].push(levels[market].exp());
            }
        }
        prices
    }

    #[test]
    fn of_known_markets_the_bounds_are_the_closed_form() {
        // Weights (0.1, 0.2)/0.3 on deviations 1 and 2: total 1/9 + 16/9 + 2·(2/9)·0.6.
        for (correlation, lags, momentum) in [(0.0, 0, 0.0), (0.3, 0, 0.0), (0.3, 2, 0.0), (0.3, 1, 0.2)] {
            let [first, second] = markets(11, [-0.2, 0.1], [1.0, 2.0], correlation, momentum);
            let found = information_share(&first, &second, lags).unwrap();
            let both = 2.0 * correlation;
            let total = 1.0 / 9.0 + 16.0 / 9.0 + 2.0 * (2.0 / 9.0) * both;
            let highest = (1.0 / 3.0 + 2.0 / 3.0 * both).powi(2) / total;
            let lowest = (1.0 - both * both / 4.0) / 9.0 / total;
            assert_close(found.component_share, 1.0 / 3.0, 0.02);
            assert_close(found.lowest, lowest, 0.01);
            assert_close(found.highest, highest, 0.015);
            assert_close(found.middle(), f64::midpoint(lowest, highest), 0.015);
        }
    }

    #[test]
    fn a_market_that_only_follows_finds_nothing() {
        let leader = Samples::new(12).walk(5000, 0.01);
        let follower: Vec<f64> = std::iter::once(100.0).chain(leader[..5000].iter().copied()).collect();
        let found = information_share(&leader, &follower, 0).unwrap();
        assert_close(found.lowest, 1.0, 1e-3);
        assert_close(found.highest, 1.0, 1e-3);
        let other = information_share(&follower, &leader, 0).unwrap();
        assert_close(other.highest, 0.0, 1e-3);
    }

    #[test]
    fn the_two_shares_are_the_whole() {
        let [first, second] = markets(13, [-0.1, 0.3], [1.0, 1.0], 0.5, 0.1);
        let (one, two) =
            (information_share(&first, &second, 1).unwrap(), information_share(&second, &first, 1).unwrap());
        assert_close(one.lowest + two.highest, 1.0, 1e-9);
        assert_close(one.highest + two.lowest, 1.0, 1e-9);
        assert_close(one.component_share + two.component_share, 1.0, 1e-9);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(information_share(&[], &[], 0), None);
        assert_eq!(information_share(&[1.0; 50], &[1.0; 50], 1), None);
        assert_eq!(information_share(&[1.0; 50], &[1.0; 49], 1), None);
        assert_eq!(information_share(&[1.0; 5], &[1.0; 5], usize::MAX), None);
    }
}
