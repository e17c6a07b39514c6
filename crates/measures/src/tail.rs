//! Tails: how often extreme values come.

use walras_numerics::elementary::ln;
use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, is_positive, quotient};
use crate::regression::Estimate;

/// Describes [`hill_estimator`].
pub const HILL_ESTIMATOR: MeasureDescription = MeasureDescription {
    name: "hill_estimator",
    meaning: "tail index α of P(X > x) ~ x^(−α), from the k largest values; smaller is a fatter tail",
    formula: "k / Σ_{i≤k} ln( x_[i] / x_[k+1] ), x_[1] ≥ x_[2] ≥ …",
    unit: "none",
    source: "Hill 1975, Annals of Statistics 3(5)",
};

/// Hill's estimate of the tail index from the `k` largest values over the (k + 1)-th.
///
/// For the tail of returns pass their sizes. `None` for a value that is not finite, unless 1 ≤ k < n, when the
/// (k + 1)-th largest value is not above zero, or when the k + 1 largest values are equal.
#[must_use]
pub fn hill_estimator(values: &[f64], k: usize) -> Option<f64> {
    if k == 0 || k >= values.len() || !all_finite(values) {
        return None;
    }
    let mut values = values.to_vec();
    let descending = |a: &f64, b: &f64| b.total_cmp(a);
    let (largest, &mut threshold, _) = values.select_nth_unstable_by(k, descending);
    if !is_positive(threshold) {
        return None;
    }
    // Selection leaves the largest in no particular order; the sum needs one.
    largest.sort_unstable_by(descending);
    // Each logarithm apart: the ratio could leave the range of an f64.
    let floor = ln(threshold);
    quotient(k as f64, sum::sum_by(k, |i| ln(largest[i]) - floor))
}

/// Describes [`hill_estimate`].
pub const HILL_ESTIMATE: MeasureDescription = MeasureDescription {
    name: "hill_estimate",
    meaning: "tail index by Hill's estimator, with its standard error",
    formula: "α ± α/√k",
    unit: "none",
    source: "Hall 1982, Journal of the Royal Statistical Society B 44(1)",
};

/// [`hill_estimator`] with its standard error for independent values of a tail that is Pareto's; undefined where that is.
#[must_use]
pub fn hill_estimate(values: &[f64], k: usize) -> Option<Estimate> {
    let index = hill_estimator(values, k)?;
    Estimate::defined(index, index / (k as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;
    use crate::moments::{mean, standard_deviation};
    use crate::samples::Samples;

    #[test]
    fn of_pareto_samples_the_error_is_what_repetition_shows() {
        let mut draws = Samples::new(2);
        let found: Vec<f64> = (0..1000)
            .map(|_| {
                let x: Vec<f64> = (0..2000).map(|_| draws.uniform().powf(-1.0 / 3.0)).collect();
                hill_estimate(&x, 400).unwrap().value
            })
            .collect();
        // α = 3, k = 400: bias α/(k − 1), deviation α/20.
        assert_close(mean(&found).unwrap(), 3.0, 0.008);
        assert_close(standard_deviation(&found).unwrap() / 0.15, 1.0, 0.1);
        let one = hill_estimate(&pareto_two(1000), 100).unwrap();
        assert_close(one.standard_error, one.value / 10.0, 1e-15);
    }

    /// The quantiles of a Pareto distribution with index 2 at (i − ½)/n.
    fn pareto_two(n: u32) -> Vec<f64> {
        (1..=n).map(|i| 1.0 / (1.0 - (f64::from(i) - 0.5) / f64::from(n)).sqrt()).collect()
    }

    #[test]
    fn reference_values_on_exact_pareto_quantiles() {
        let x = pareto_two(1000);
        for (k, expected) in [(50, 1.993_947), (100, 1.996_953), (200, 1.998_471)] {
            assert_close(hill_estimator(&x, k).unwrap(), expected, 5e-7);
        }
    }

    #[test]
    fn one_exceedance_by_hand() {
        // The largest is e² times the second: α = 1/2.
        let e = std::f64::consts::E;
        assert_close(hill_estimator(&[1.0, e * e, 0.5], 1).unwrap(), 0.5, 1e-15);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(hill_estimator(&[], 1), None);
        assert_eq!(hill_estimator(&[1.0, 2.0], 0), None);
        assert_eq!(hill_estimator(&[1.0, 2.0], 2), None);
        assert_eq!(hill_estimator(&[0.0, 2.0], 1), None);
        assert_eq!(hill_estimator(&[-1.0, 2.0], 1), None);
        assert_eq!(hill_estimator(&[3.0, 3.0, 3.0], 1), None);
        assert_eq!(hill_estimator(&[1.0, f64::NAN, 3.0], 1), None);
        assert!(hill_estimator(&[-9.0, 0.0, 2.0, 3.0], 1).is_some());
    }

    proptest! {
        #[test]
        fn ignores_the_unit_and_the_order_and_halves_on_squaring(
            x in prop::collection::vec(0.1..1e3_f64, 5..60), unit in 0.01..100.0_f64, k in 1..5_usize,
        ) {
            let Some(index) = hill_estimator(&x, k) else { return Ok(()); };
            let moved: Vec<f64> = x.iter().rev().map(|v| v * unit).collect();
            let squared: Vec<f64> = x.iter().map(|v| v * v).collect();
            // A relative comparison: the index grows without bound as the largest values draw together.
            assert_close(hill_estimator(&moved, k).unwrap() / index, 1.0, 1e-6);
            assert_close(2.0 * hill_estimator(&squared, k).unwrap() / index, 1.0, 1e-6);
        }
    }
}
