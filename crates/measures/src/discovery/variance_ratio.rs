//! The variance ratio: whether prices walk at random.

use walras_numerics::elementary::ln;
use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_positive, is_positive};

/// The variance over q steps against q times that over one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VarianceRatio {
    /// 1 for a random walk, above 1 where prices trend, below 1 where they turn back.
    pub ratio: f64,
    /// How many standard errors the ratio lies from 1, for returns of one variance.
    pub z: f64,
    /// The same when the variance may change from step to step.
    pub robust_z: f64,
}

/// Describes [`variance_ratio`].
pub const VARIANCE_RATIO: MeasureDescription = MeasureDescription {
    name: "variance_ratio",
    meaning: "variance of returns over q steps over q times that of one step, with its distance from 1 in standard errors",
    formula: "VR(q) = σ²(q)/σ²(1), unbiased, overlapping; z = (VR − 1)/√(2(2q−1)(q−1)/(3qT)); robust z* likewise",
    unit: "none",
    source: "Lo and MacKinlay 1988, Review of Financial Studies 1(1), eqs. 12 to 20",
};

/// Lo and MacKinlay's variance ratio of log prices.
///
/// `None` unless 2 ≤ q and twice q is at most the number of returns, for a price that is not finite and above zero, or
/// returns that do not vary.
#[must_use]
pub fn variance_ratio(prices: &[f64], q: usize) -> Option<VarianceRatio> {
    let count = prices.len().checked_sub(1)?;
    if q < 2 || q > count / 2 || !all_positive(prices) {
        return None;
    }
    let logarithms: Vec<f64> = prices.iter().map(|&price| ln(price)).collect();
    let (steps, width) = (count as f64, q as f64);
    let drift = (logarithms[count] - logarithms[0]) / steps;
    let squares: Vec<f64> = logarithms
        .windows(2)
        .map(|pair| {
            let deviation = pair[1] - pair[0] - drift;
            deviation * deviation
        })
        .collect();
    let total = sum::sum(&squares);
    if !is_positive(total) {
        return None;
    }
    let long = |t: usize| logarithms[t + q] - logarithms[t] - width * drift;
    let long_squares = sum::sum_by(count - q + 1, |t| long(t) * long(t));
    let freedom = width * (steps - width + 1.0) * (1.0 - width / steps);
    let ratio = (long_squares / freedom) / (total / (steps - 1.0));
    let z = (ratio - 1.0) / (2.0 * (2.0 * width - 1.0) * (width - 1.0) / (3.0 * width * steps)).sqrt();
    let delta = |lag: usize| sum::sum_by(count - lag, |t| (squares[t] / total) * (squares[t + lag] / total));
    let weight = |lag: usize| 2.0 * (width - lag as f64) / width;
    let theta = sum::sum_by(q - 1, |j| weight(j + 1) * weight(j + 1) * delta(j + 1));
    let robust_z = (ratio - 1.0) / theta.sqrt();
    all_finite(&[ratio, z, robust_z]).then_some(VarianceRatio { ratio, z, robust_z })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;
    use crate::moments::{mean, standard_deviation};
    use crate::samples::{Samples, prices_of};

    #[test]
    fn of_a_random_walk_both_statistics_are_standard_normal() {
        let mut draws = Samples::new(7);
        let ratios: Vec<VarianceRatio> =
            (0..1500).map(|_| variance_ratio(&draws.walk(400, 0.01), 4).unwrap()).collect();
        for z in [|found: &VarianceRatio| found.z, |found: &VarianceRatio| found.robust_z] {
            let z: Vec<f64> = ratios.iter().map(z).collect();
            // Standard errors of mean and deviation: 0.026 and 0.018.
            assert_close(mean(&z).unwrap(), 0.0, 0.1);
            assert_close(standard_deviation(&z).unwrap(), 1.0, 0.08);
        }
    }

    #[test]
    fn of_a_first_order_process_it_is_what_its_correlations_say() {
        // VR(q) = 1 + 2 Σ_{k<q} (1 − k/q) ρᵏ (Lo and MacKinlay, eq. 11).
        let mut draws = Samples::new(8);
        for phi in [0.3, -0.3] {
            let mut last = 0.0;
            let returns: Vec<f64> = (0..200_000)
                .map(|_| {
                    last = phi * last + 0.01 * draws.normal();
                    last
                })
                .collect();
            let prices = prices_of(&returns);
            for q in [2, 5_usize] {
                let expected =
                    1.0 + 2.0 * (1..q).map(|k| (1.0 - k as f64 / q as f64) * phi.powi(k as i32)).sum::<f64>();
                let found = variance_ratio(&prices, q).unwrap();
                assert_close(found.ratio, expected, 0.02);
                assert!(found.z * phi > 15.0 && found.robust_z * phi > 15.0, "{found:?}");
            }
        }
    }

    #[test]
    fn changing_variance_fools_only_the_plain_statistic() {
        // Variance that comes in long calm and wild spells; no correlation at all.
        let mut draws = Samples::new(9);
        let found: Vec<VarianceRatio> = (0..800)
            .map(|_| {
                let returns: Vec<f64> =
                    (0..400).map(|t| draws.normal() * if (t / 20) % 5 == 0 { 0.05 } else { 0.005 }).collect();
                variance_ratio(&prices_of(&returns), 2).unwrap()
            })
            .collect();
        let plain = standard_deviation(&found.iter().map(|ratio| ratio.z).collect::<Vec<_>>()).unwrap();
        let robust = standard_deviation(&found.iter().map(|ratio| ratio.robust_z).collect::<Vec<_>>()).unwrap();
        assert!(plain > 1.7 && (robust - 1.0).abs() < 0.12, "{plain} {robust}");
    }

    #[test]
    fn degenerate_inputs() {
        let prices = Samples::new(1).walk(10, 0.1);
        assert_eq!(variance_ratio(&prices, 1), None);
        assert_eq!(variance_ratio(&prices, 6), None);
        assert!(variance_ratio(&prices, 5).is_some());
        assert_eq!(variance_ratio(&[2.0; 9], 2), None);
        assert_eq!(variance_ratio(&[], 2), None);
    }
}
